"""netFORUM's results to records: strictly, by names, every value as the text that was sent. Pure."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.counts import read_count
from resolvers.sources.netforum.tree import TEXT, Branch, Table, Tree

LIST_OPERATION = "WEBCentralizedShoppingCartOpenInvoiceGetList"
GET_OPERATION = "WEBCentralizedShoppingCartOpenInvoiceGet"
QUERY_OPERATION = "GetQuery"

_COUNT = "@recordReturn"
_NO_KEY = "00000000-0000-0000-0000-000000000000"
_HEADER_PARTS = ("Invoice", "Customer", "Billing_Address", "Billing_Adr")
_DETAIL_PARTS = ("Invoice_Detail", "Product", "Shipping_Address")


class OpenInvoice(msgspec.Struct, frozen=True, gc=False):
    """One `Result` of the open list, under the vendor's own names; None where the value is absent, empty or nil."""

    inv_key: str | None = None
    inv_date: str | None = None
    inv_code_cp: str | None = None
    inv_total: str | None = None
    inv_paid: str | None = None
    inv_balance: str | None = None
    inv_amount_due: str | None = None
    mbt_code: str | None = None


class OpenInvoices(msgspec.Struct, frozen=True, gc=False):
    """The rows in their order, and how many the vendor says there are (None: it does not say)."""

    rows: list[OpenInvoice]
    stated_count: str | None = None


class Header(msgspec.Struct, frozen=True, gc=False):
    """An invoice less its lines: `Invoice`, `Customer`, `Billing_Address` and `Billing_Adr`, or a query's columns."""

    inv_key: str | None = None
    inv_cst_key: str | None = None
    inv_code_cp: str | None = None
    inv_trx_date: str | None = None
    inv_total: str | None = None
    inv_balance: str | None = None
    inv_close_flag: str | None = None
    cst_key: str | None = None
    cst_id: str | None = None
    cst_name_cp: str | None = None
    cst_eml_address_dn: str | None = None
    cxa_mailing_label: str | None = None
    adr_line1: str | None = None
    adr_line2: str | None = None
    adr_line3: str | None = None
    adr_city: str | None = None
    adr_state: str | None = None
    adr_post_code: str | None = None
    adr_country: str | None = None


class Detail(msgspec.Struct, frozen=True, gc=False):
    """A line: `Invoice_Detail`, `Product` and `Shipping_Address`, or a query's columns."""

    ivd_key: str | None = None
    ivd_qty: str | None = None
    ivd_price: str | None = None
    ivd_amount_cp: str | None = None
    ivd_total: str | None = None
    ivd_tax: str | None = None
    ivd_shipping: str | None = None
    ivd_discountamount: str | None = None
    ivd_void_flag: str | None = None
    ivd_delete_flag: str | None = None
    prd_name: str | None = None
    prd_code: str | None = None
    cxa_mailing_label: str | None = None


class WholeInvoice(msgspec.Struct, frozen=True, gc=False):
    """An invoice with its lines, voided and deleted ones included; None where it tells of none.

    `tells_charges`: whether lines that have shipping or a discount would say so.
    """

    header: Header
    details: list[Detail] | None = None
    tells_charges: bool = True


class QueryRow(msgspec.Struct, frozen=True, gc=False):
    """One row of a query: the columns of its invoice, and those of one line of it."""

    header: Header
    detail: Detail


class QueryRows(msgspec.Struct, frozen=True, gc=False):
    """The rows in their order, and how many the vendor says there are (None: it does not say)."""

    rows: list[QueryRow]
    stated_count: str | None = None


R = TypeVar("R", OpenInvoice, Header, Detail)


def parse_open_invoices(source: str, result: Branch) -> OpenInvoices:
    """The rows of a list's result; no rows where it or its `Results` is empty.

    Raises SourceProtocolError for anything else that is not the documented shape.
    """
    results = _only(source, result, "Results")
    return OpenInvoices(_records(source, OpenInvoice, results, "Result"), _stated_count(source, results))


def parse_invoice(source: str, result: Branch) -> WholeInvoice | None:
    """The invoice of `OpenInvoiceGet`; None where there is none of that key, which the vendor says in many ways.

    Raises SourceProtocolError for anything else that is not an InvoiceType.
    """
    tree = _tree(source, result, GET_OPERATION)
    if not tree or _is_no_invoice(source, tree):
        return None
    if "Invoice" not in tree:
        raise SourceProtocolError(source, "an InvoiceType without its Invoice")
    header = _record(source, Header, _merged(source, tree, _HEADER_PARTS))
    collection = _tree(source, tree.get("Invoice_DetailCollection"), "Invoice_DetailCollection")
    details = [
        _record(source, Detail, _merged(source, row, _DETAIL_PARTS))
        for row in _rows(source, collection, "InvoiceDetailStatic")
    ]
    return WholeInvoice(header, details or None) if header != Header() or details else None


def parse_query(source: str, result: Branch, object_name: str) -> QueryRows:
    """The rows of a query on an object. Raises SourceProtocolError for anything that is not the documented shape."""
    objects = _only(source, result, f"{object_name}Objects")
    headers = _records(source, Header, objects, f"{object_name}Object")
    details = _records(source, Detail, objects, f"{object_name}Object")
    return QueryRows([*map(QueryRow, headers, details)], _stated_count(source, objects))


def _stated_count(source: str, tree: Tree) -> str | None:
    """How many rows the vendor says there are, a number without zeros before it; None where it does not say."""
    stated = (_text(source, tree, _COUNT) or "").strip()
    count = read_count(stated)
    return (stated or None) if count is None else str(count)


def _is_no_invoice(source: str, tree: Tree) -> bool:
    """`<Results recordReturn="0"/>`, or a key of zeros."""
    if tree.keys() == {"Results"}:
        return not _rows(source, _tree(source, tree["Results"], "Results"), "Result")
    return (_text(source, tree, "CurrentKey") or "").strip() == _NO_KEY


def _merged(source: str, tree: Tree, names: tuple[str, ...]) -> Tree:
    """The members of several parts of a tree; their names have a prefix of each part's own."""
    merged: Tree = {}
    for name in names:
        merged |= _tree(source, tree.get(name), name)
    return merged


def _records(source: str, kind: type[R], tree: Tree, name: str) -> list[R]:
    """The members of that name as records. Raises SourceProtocolError as `_rows` does."""
    rows = tree.get(name)
    if not isinstance(rows, Table):
        return [_record(source, kind, row) for row in _rows(source, tree, name)]
    nothing = [None] * len(rows)
    return list(map(kind, *(rows.columns.get(field, nothing) for field in kind.__struct_fields__)))


def _record(source: str, kind: type[R], tree: Tree) -> R:
    try:
        return msgspec.convert(tree, kind)  # nothing but texts, as nearly always
    except msgspec.ValidationError:
        pass
    values: dict[str, str | None] = {}
    for name in kind.__struct_fields__:
        value = tree.get(name)
        values[name] = value if value is None or isinstance(value, str) else _text(source, tree, name)
    return kind(**values)


def _text(source: str, tree: Tree, name: str) -> str | None:
    value = tree.get(name)
    if isinstance(value, dict) and all(member[0] == "@" or member == TEXT for member in value):
        value = value.get(TEXT)  # a nil in JSON is an object with nothing but "@xsi:nil"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict | list | Table):
        raise SourceProtocolError(source, f"{name} is not one text")
    return value


def _only(source: str, result: Branch, name: str) -> Tree:
    """The one member of that name; an empty tree where there is nothing at all."""
    tree = _tree(source, result, "the result")
    members = [member for member in tree if member[0] != "@"]
    if members not in ([], [name]):
        raise SourceProtocolError(source, f"{', '.join(members[:3])} where {name} belongs")
    return _tree(source, tree.get(name), name)


def _rows(source: str, tree: Tree, name: str) -> list[Tree]:
    """The members of that name: one, many, or none. Raises SourceProtocolError where there are only others."""
    if name not in tree:
        if any(member[0] != "@" for member in tree):
            raise SourceProtocolError(source, f"there is something, and none of it is a {name}")
        return []
    rows = tree[name]
    if rows is None or rows == "":
        return []
    if isinstance(rows, Table):
        return rows.rows()
    return [_tree(source, row, name) for row in (rows if isinstance(rows, list) else [rows])]


def _tree(source: str, branch: Branch, name: str) -> Tree:
    if isinstance(branch, dict):
        return branch
    if branch is None or (isinstance(branch, str) and not branch.strip()):
        return {}
    raise SourceProtocolError(source, f"{name} holds a text or a list where elements belong")
