"""Links to documents at our own address: signed and short-lived, so that a plain `<a href>` opens them.

A browser that follows a link sends no token, so the link itself is the permission: of whoever was shown the invoice,
for that invoice and ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from resolvers.access import Principal
from resolvers.gateway import Gateway
from resolvers.model.document import Document
from resolvers.model.identity import parse_invoice_id
from resolvers.model.operation import Operation
from resolvers.signature import Seal

_LIFETIME_SECONDS = 600


class _Link(msgspec.Struct, frozen=True, array_like=True, tag="document"):
    invoice_id: str
    customer_id: str
    until: int


class DocumentLinks:
    """Writes links to those who may see an invoice, and opens what they lead to. `clock` tells seconds since 1970."""

    def __init__(self, seal: Seal, prefix: str, clock: Callable[[], float]) -> None:
        self._seal, self._prefix, self._clock = seal, prefix, clock

    def write(self, invoice_id: str, customer_id: str) -> str:
        """The link to an invoice's document, good for ten minutes."""
        link = _Link(invoice_id, customer_id, int(self._clock()) + _LIFETIME_SECONDS)
        return f"{self._prefix}{self._seal.write(link)}"

    async def open(
        self, gateway: Gateway, token: str, operation: Operation, principal: Principal | None = None
    ) -> Document | None:
        """The document behind a link's last part; None where the link is not ours, has run out, or leads nowhere.

        The account must still be the customer's for whom the link was written, and a principal, where it is known who
        follows the link, one who may see that customer. Raises SourceError and DirectoryUnavailable.
        """
        link = self._seal.read(token, _Link)
        ref = None if link is None or not self._may_open(link, principal) else parse_invoice_id(link.invoice_id)
        source = None if ref is None else gateway.document_sources.get(ref.source)
        if link is None or ref is None or source is None:
            return None
        account = (await gateway.directory_until(operation).accounts([ref.account])).get(ref.account)
        if account is None or account.customer_id != link.customer_id:
            return None
        return await source.fetch_document(account, ref.source_invoice_id, operation)

    def _may_open(self, link: _Link, principal: Principal | None) -> bool:
        return self._clock() <= link.until and (principal is None or principal.may_see(link.customer_id))
