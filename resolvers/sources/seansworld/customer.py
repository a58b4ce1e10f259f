"""seansworld's customer by the reader that its invoices have, and what of it is told. Pure.

The vendor's page names the fields, not the root: whatever the root is called, the fields decide.
"""

from __future__ import annotations

import msgspec

from resolvers.model.address import Address
from resolvers.model.customer_record import CustomerRecord
from resolvers.sources.country_names import country_code_of
from resolvers.sources.seansworld.markup import Kind, Token, decode_document, tokenize
from resolvers.sources.seansworld.scanner import Scanner
from resolvers.sources.seansworld.streets import street_of

OPERATION = "custInfoAPI"

_FIELDS = {
    "custid": "customer_id",
    "xustomerid": "customer_id",
    "customerid": "customer_id",
    "firstname": "first_name",
    "lastname": "last_name",
    "streetname": "street_name",
    "streetnum": "street_number",
    "unitnum": "unit_number",
    "city": "city",
    "state": "state",
    "country": "country",
    "zip": "zip",
    "terms": "terms",
}
"""The vendor's elements in lower case."""

_PROSE = _FIELDS.keys() - {"custid", "xustomerid", "customerid", "streetnum", "zip"}
_ALL = frozenset(_FIELDS.values())
_NO_CUSTOMER = frozenset({"html", "error"})
_LONGEST_WORD = 40


class CustomerDocument(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One document, every value as it was written; None where its element is absent."""

    customer_id: str
    first_name: str | None = None
    last_name: str | None = None
    street_name: str | None = None
    street_number: str | None = None
    unit_number: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    zip: str | None = None
    terms: str | None = None


def parse_customer(source: str, content: bytes) -> CustomerDocument | None:
    """The document's customer; None where it is empty, or its root is.

    Raises SourceProtocolError where it is something else, was cut short, or is damaged beyond proof: an end that is
    missing, or an unknown element, may have cost one of the documented ones, so all of those must be there then.
    """
    document = decode_document(source, content)
    if not document.value.strip():
        return None
    tokens = tokenize(source, document.value)
    name = next((token.name for token in tokens if token.name), "")
    scanner = Scanner(source, tokens, frozenset({name, *_FIELDS}))
    root = scanner.next_tag()
    if root is None or root.kind is Kind.CLOSE or name in _NO_CUSTOMER or name in _FIELDS:
        scanner.fail("another document")
    values: dict[str, str] = {}
    is_closed = root.kind is Kind.EMPTY or _read_inside(scanner, root, values)
    if is_closed and scanner.next_tag() is not None:
        scanner.fail("something follows the document")
    if is_closed and not values and not scanner.has_unknown:
        return None
    if not values.get("customer_id", "").strip():
        scanner.fail("a customer without a number")
    if (not is_closed or scanner.has_unknown) and values.keys() != _ALL:
        scanner.fail("not closed, or holds unknown elements, and not all of the known ones")
    return CustomerDocument(**values)


def _read_inside(scanner: Scanner, root: Token, values: dict[str, str]) -> bool:
    """Reads up to the root's end; whether there was one. The vendor's own may be a second opening tag."""
    while (tag := scanner.next_tag()) is not None:
        if tag.name == root.name and tag.kind is not Kind.EMPTY:
            scanner.match(root, tag)
            return True
        if tag.kind is Kind.CLOSE:
            scanner.fail(f"the end of {tag.name}, which did not begin")
        if tag.name not in _FIELDS:
            scanner.skip(tag)
        elif _FIELDS[tag.name] in values:
            scanner.fail(f"{tag.name} is there twice")
        else:
            values[_FIELDS[tag.name]] = scanner.leaf(tag, is_prose=tag.name in _PROSE)
    return False


def to_customer(document: CustomerDocument) -> CustomerRecord:
    """What is told of the customer: a name, and an address where any part of a place is stated."""
    first_name, last_name = _stated(document.first_name), _stated(document.last_name)
    country_code = country_code_of(document.country)
    address = Address(
        first_name=first_name,
        last_name=last_name,
        street1=street_of(_stated(document.street_name), _stated(document.street_number), country_code),
        street2=_stated(document.unit_number),
        city=_stated(document.city),
        postal_code=_stated(document.zip),
        region=_stated(document.state),
        country_code=country_code,
    )
    is_somewhere = any((address.street1, address.street2, address.city, address.postal_code, address.region))
    name = " ".join(part for part in (first_name, last_name) if part)
    return CustomerRecord(name=name or None, addresses=(address,) if is_somewhere else ())


def unknown_country(document: CustomerDocument) -> str | None:
    """The word for the country where it is neither a code nor a name; as many as 40 letters of it, for the log."""
    stated = _stated(document.country)
    return stated[:_LONGEST_WORD] if stated and country_code_of(stated) is None else None


def _stated(text: str | None) -> str | None:
    return (text or "").strip() or None
