"""How Open2b's addresses are read, on invoices and on the customer. Pure."""

from __future__ import annotations

from resolvers.model.address import Address
from resolvers.model.reading import Reading
from resolvers.sources.open2b.wire import AddressRecord
from resolvers.sources.open2b.words import COUNTRIES

_NOWHERE = Address()


def read_address(reading: Reading, prefix: str, record: AddressRecord | None) -> Address | None:
    """An address, its notes below `prefix`; None where no part of it is stated."""
    if record is None:
        return None
    reading.prefix = prefix
    address = Address(
        name=reading.text("name", record.name),
        first_name=reading.text("firstName", record.first_name),
        last_name=reading.text("lastName", record.last_name),
        company_name=reading.text("companyName", record.company_name),
        company_code=reading.text("companyCode", record.company_code),
        company_code2=reading.text("companyCode2", record.company_code2),
        personal_code=reading.text("personalCode", record.personal_code),
        street1=reading.text("street1", record.street1),
        street2=reading.text("street2", record.street2),
        city=reading.text("city", record.city),
        postal_code=reading.text("postalCode", record.postal_code),
        region=reading.text("region", record.state_prov),
        country_code=reading.word("countryCode", record.country, COUNTRIES, None),
        phone=reading.text("phone", record.phone_number),
        mobile=reading.text("mobile", record.mobile_number),
        fax=reading.text("fax", record.fax_number),
        email=reading.text("email", record.email),
    )
    reading.prefix = ""
    return None if address == _NOWHERE else address
