"""A postal address as the documents print it."""

from __future__ import annotations

import msgspec


class Address(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Every part is None where the source did not say it; `country_code` is ISO 3166-1 alpha-2."""

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    company_code: str | None = None
    company_code2: str | None = None
    personal_code: str | None = None
    street1: str | None = None
    street2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    country_code: str | None = None
    phone: str | None = None
    mobile: str | None = None
    fax: str | None = None
    email: str | None = None
