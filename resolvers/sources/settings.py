"""What every source's table in the configuration has, whatever its kind."""

import re
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from resolvers.model.currency import CURRENCY_CODES
from resolvers.transport.settings import TransportSettings

_PATH = re.compile(r"(?!.*(^|/)\.+(/|$))[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*", re.ASCII)


def _currency(code: str) -> str:
    if code not in CURRENCY_CODES:
        raise ValueError('write an ISO 4217 code such as "EUR"')
    return code


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, not a name, a folder's name
        raise ValueError('write an IANA time zone such as "Europe/Amsterdam"') from None
    return name


def path_such_as(example: str) -> AfterValidator:
    """For the annotation of a path below `base_url`, which leads nowhere else; who writes another sees the example."""

    def checked(path: str) -> str:
        if not _PATH.fullmatch(path):
            raise ValueError(f'write a path below base_url such as "{example}"')
        return path

    return AfterValidator(checked)


TimeZone = Annotated[str, AfterValidator(_zone)]
"""An IANA time zone's name."""


class SourceSettings(TransportSettings):
    """A source's table; each kind adds keys of its own.

    `currency` is for amounts whose currency the source does not say; without it they are in XXX. `time_zone` is where
    the source's dates are dates.
    """

    kind: str
    title: str = ""
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    time_zone: TimeZone = Field(default="UTC")

    @property
    def can_be_written(self) -> bool:
        """Whether invoices can be created, changed or deleted there, as configured."""
        return False

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)
