"""Reading an Open2b request: its conditions, fields and numbers, each mistake answered in the vendor's words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sandbox.books import Invoice

TYPES = {
    "Proforma": "proforma",
    "Invoice": "invoice",
    "ShippingInvoice": "shipping_invoice",
    "CreditNote": "credit_note",
}


class Denied(Exception):
    """A call that is turned away below the API, with a status of its own and a text that is not JSON."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Refused(Exception):
    """A request that the API answers with its error object, in HTTP 200."""

    def __init__(self, field: str, kind: str, description: str) -> None:
        super().__init__(kind)
        self.error = {"field": field, "type": kind, "description": description}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which invoices are meant: None where a condition was not given."""

    ids: frozenset[int] | None
    type: str | None
    after: int | None

    def choose(self, invoices: list[Invoice]) -> list[Invoice]:
        """The matching invoices: newest id first, or rising ids where `after` asks for what follows one."""
        chosen = [
            invoice
            for invoice in invoices
            if (self.ids is None or int(invoice.id) in self.ids)
            and (self.type is None or invoice.type == TYPES[self.type])
            and (self.after is None or int(invoice.id) > self.after)
        ]
        return sorted(chosen, key=lambda invoice: int(invoice.id), reverse=self.after is None)


def read_body(text: bytes) -> dict[str, object]:
    """The request's object; an empty body is an empty one."""
    try:
        body = json.loads(text or b"{}")
    except ValueError:
        raise Refused("", "Malformed", "the request is not JSON") from None
    if not isinstance(body, dict):
        raise Refused("", "Malformed", "the request is not an object")
    return body


def conditions_of(body: dict[str, object]) -> Conditions:
    """The conditions of storefront.invoices, each of them checked."""
    given = body.get("conditions") or {}
    if not isinstance(given, dict):
        raise Refused("conditions", "InvalidValue", "conditions must be an object")
    only(given, ("ids", "type", "after"), "conditions.")
    kind = given.get("type")
    if kind is not None and kind not in TYPES:
        raise Refused("conditions.type", "InvalidValue", f"type must be one of {', '.join(TYPES)}")
    return Conditions(_ids(given.get("ids")), kind, whole(given, "after", 0, "conditions."))


def _ids(given: object) -> frozenset[int] | None:
    if given is None:
        return None
    if not isinstance(given, list) or not all(_is_whole(value) and value >= 1 for value in given):
        raise Refused("conditions.ids", "InvalidValue", "ids must be whole numbers from 1")
    return frozenset(given)


def only(body: dict[str, object], known: tuple[str, ...], prefix: str = "") -> None:
    """Refuse what the document does not list."""
    for name in body:
        if name not in known:
            raise Refused(prefix + name, "UnknownField", f"the field {prefix}{name} does not exist")


def fields_of(body: dict[str, object], known: tuple[str, ...]) -> tuple[str, ...]:
    """The top-level fields asked for; all of them when none are named."""
    fields = body.get("fields")
    if fields is None:
        return known
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise Refused("fields", "InvalidValue", "fields must be a list of names")
    for name in fields:
        if name not in known:
            raise Refused("fields", "UnknownField", f"the field {name} does not exist")
    return tuple(fields)


def whole(body: dict[str, object], name: str, least: int, prefix: str = "") -> int | None:
    """A whole number of at least `least`; None where it is not given."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, int) and _is_whole(value) and value >= least:
        return value
    raise Refused(prefix + name, "InvalidValue", f"{name} must be a whole number from {least}")


def _is_whole(value: object) -> bool:
    """JSON's true is an int to Python, not to the vendor."""
    return isinstance(value, int) and not isinstance(value, bool)
