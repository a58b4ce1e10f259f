"""netFORUM's web methods on invoices: what each answers for its arguments, whatever the protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.books import Books, Invoice
from sandbox.faults import Call
from sandbox.netforum.query import parse_query
from sandbox.netforum.records import SOURCE, Dialect, open_invoice, whole_invoice
from sandbox.netforum.sessions import Refusal
from sandbox.netforum.tree import Node

LIST = "WEBCentralizedShoppingCartOpenInvoiceGetList"
# Before 2013.1 both methods had "Membership" in their names.
LISTS = frozenset({LIST, "WEBCentralizedShoppingCartMembershipOpenInvoiceGetList"})
GETS = frozenset({"WEBCentralizedShoppingCartOpenInvoiceGet", "WEBCentralizedShoppingCartMembershipOpenInvoiceGet"})
QUERY = "GetQuery"
OPERATIONS = LISTS | GETS | {QUERY}

# What each method can do wrong. The list never says whose an invoice is, so a foreign row there could not be told.
KINDS = {
    **dict.fromkeys(LISTS, frozenset({"duplicate_rows", "lying_count", "short_page"})),
    **dict.fromkeys(GETS, frozenset({"foreign_row"})),
    QUERY: frozenset({"duplicate_rows", "lying_count", "short_page", "foreign_row"}),
}

Style = Literal["plain", "extended"]
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NOTHING: tuple[Node | None, ...] = ({"Results": {"@recordReturn": "0"}}, "", None)


@dataclass(frozen=True, slots=True)
class Methods:
    """The methods over one set of books. `style="extended"`: a tenant that added fields and moved the others about."""

    books: Books
    style: Style = "plain"

    def answer(
        self, operation: str, argument: Callable[[str], str], dialect: Dialect, kind: str, call: Call
    ) -> Node | None:
        """What the result element holds; "" leaves it empty, None leaves it out. `kind` is the fault to commit."""
        if operation in LISTS:
            call.account = key = guid(argument("CustomerKey"))
            return self._open_invoices(key, dialect, kind)
        if operation in GETS:
            key = guid(argument("Key"))
            call.ids = [key]
            return self._invoice(key, dialect, kind)
        query = parse_query(argument)
        call.fields = [name for name, _ in query.columns]
        rows = query.run(self.books, dialect)
        if kind == "foreign_row" and rows:
            rows.append(dict(rows[0], **{name: self._foreign_keys().get(name, rows[0][name]) for name in rows[0]}))
        schema = {"@xsi:schemaLocation": f"http://www.avectra.com/2005/ {query.object}.xsd"}
        return {f"{query.object}Objects": schema | self._counted(f"{query.object}Object", rows, kind)}

    def _open_invoices(self, key: str, dialect: Dialect, kind: str) -> Node | None:
        invoices = self.books.of(SOURCE, key) or []
        rows = [open_invoice(invoice, dialect) for invoice in reversed(invoices) if invoice.balance]
        if not rows:
            # Seen in all three shapes; which of them an account gets never changes.
            return _NOTHING[int(key.replace("-", ""), 16) % 3]
        if self.style == "plain":
            return {"Results": self._counted("Result", rows, kind)}
        extended = [dict(reversed((row | {"inv_region_ext": "", "inv_chapter_ext": "North"}).items())) for row in rows]
        return {"Results": {"@xmlns": ""} | self._counted("Result", extended, kind)}

    def _invoice(self, key: str, dialect: Dialect, kind: str) -> Node | None:
        invoice = self.books.find(SOURCE, key)
        if invoice is None:
            return None
        if kind == "foreign_row":
            invoice = self._foreign(invoice) or invoice
        return whole_invoice(self.books, invoice, dialect)

    def _foreign(self, invoice: Invoice) -> Invoice | None:
        others = (
            invoices[0]
            for (source, key), invoices in self.books.invoices.items()
            if source == SOURCE and key != invoice.account_key and invoices
        )
        return next(others, None)

    def _foreign_keys(self) -> dict[str, str]:
        """Keys of nobody in the books, for a row that was not asked for."""
        nobody = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f"
        return dict.fromkeys(("inv_key", "inv_cst_key", "cst_key", "ivd_key", "ivd_inv_key", "ivd_cst_key"), nobody)

    def _counted(self, name: str, rows: Sequence[dict[str, str]], kind: str) -> dict[str, Node]:
        count = len(rows)
        if kind == "duplicate_rows":
            rows = [*rows, *rows[:1]]
            count = len(rows)
        elif kind == "short_page":
            rows = rows[: len(rows) // 2]
        elif kind == "lying_count":
            # The vendor's own page of the older method counts 1 and lists 2.
            count = count - 1 if count > 1 else count + 1
        return {"@recordReturn": str(count), name: rows}


def guid(text: str) -> str:
    """A key in lower case. Raises Refusal for what is no GUID."""
    if not _GUID.fullmatch(text.strip()):
        raise Refusal("Invalid Parameters.", "SystemExceptionInfo")
    return text.strip().lower()
