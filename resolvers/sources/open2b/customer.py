"""Open2b's customer: the request, its reply, and what of it is told. Pure."""

from __future__ import annotations

import msgspec

from resolvers.model.address import Address
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.errors import SourceProtocolError
from resolvers.model.reading import Reading
from resolvers.sources.json_text import check_names_once
from resolvers.sources.open2b.addresses import read_address
from resolvers.sources.open2b.envelope import Envelope, Record, open_envelope
from resolvers.sources.open2b.wire import AddressRecord

CUSTOMER = "storefront.customer"
CUSTOMER_FIELDS = ("billingAddress", "shippingAddress")
CUSTOMER_REQUEST = msgspec.json.encode({"fields": CUSTOMER_FIELDS})


class _Customer(Record, frozen=True, gc=False):
    billing_address: AddressRecord | None = None
    shipping_address: AddressRecord | None = None


class _Reply(Envelope, frozen=True, gc=False):
    customer: _Customer | None = None


_REPLY = msgspec.json.Decoder(_Reply)


def parse_customer(source: str, content: bytes) -> CustomerRecord:
    """The customer of a reply. Raises Refused, and SourceProtocolError for anything that is neither.

    Name, e-mail and telephone number are those of the billing address: the vendor has no others.
    """
    check_names_once(source, content)
    customer = open_envelope(source, content, _REPLY).customer
    if customer is None:
        raise SourceProtocolError(source, "neither a customer nor an error")
    reading = Reading()
    billing = read_address(reading, "billingAddress.", customer.billing_address)
    shipping = read_address(reading, "shippingAddress.", customer.shipping_address)
    person = billing or Address()
    return CustomerRecord(
        name=" ".join(part for part in (person.first_name, person.last_name) if part) or None,
        email=person.email,
        phone=person.phone or person.mobile,
        addresses=tuple(address for address in (billing, shipping) if address is not None),
    )
