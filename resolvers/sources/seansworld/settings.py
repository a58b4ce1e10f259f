"""seansworld's table in the configuration."""

from typing import Literal

from pydantic import Field

from resolvers.sources.authentication import Authentication, NoAuthentication
from resolvers.sources.settings import SourceSettings


class SeansworldSettings(SourceSettings):
    """`invoices_path` is below `base_url`; the vendor's page also calls it `custInfoAPI/`.

    `customers_path` tells of customers; empty, nobody asks there. `items_path` is for the names of items; the vendor
    mentions an itemsAPI and does not describe it, so that it is asked only where it is configured.
    `writes` lets invoices be created, changed and deleted there.
    `strict_dates` refuses dates such as `o1/26/2015` instead of reading them as what they are meant to be. One invoice
    is small, so the cap of its body is, too.
    """

    kind: Literal["seansworld"] = "seansworld"
    authentication: Authentication = NoAuthentication()
    invoices_path: str = Field(default="invoicesAPI/", min_length=1, pattern=r"^[!-~]+$")
    customers_path: str = Field(default="custInfoAPI/", pattern=r"^[!-~]*$")
    items_path: str = Field(default="", pattern=r"^[!-~]*$")
    strict_dates: bool = False
    writes: bool = False
    max_body_bytes: int = Field(default=1_000_000, ge=1)

    @property
    def can_be_written(self) -> bool:
        """As `writes` says."""
        return self.writes
