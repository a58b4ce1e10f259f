"""A postal address, part by part and ready to show."""

import strawberry

from graph.pure import pure
from graph.types.scalars import CountryCode
from resolvers import postal
from resolvers.model import address as model


@pure
def formatted(address: strawberry.Parent[model.Address]) -> list[str]:
    """One string a line."""
    return postal.formatted(address)


@strawberry.federation.type(shareable=True, description="A postal address as the document has it.")
class Address:
    name: str | None = strawberry.field(description="The recipient's whole name.")
    first_name: str | None = strawberry.field(description="The given name.")
    last_name: str | None = strawberry.field(description="The family name.")
    company_name: str | None = strawberry.field(description="The company's name.")
    company_code: str | None = strawberry.field(description="The company's registration or VAT number.")
    company_code2: str | None = strawberry.field(description="A second number of the company's.")
    personal_code: str | None = strawberry.field(description="The person's tax number: personal data.")
    street1: str | None = strawberry.field(description="Street and house number.")
    street2: str | None = strawberry.field(description="A second line of the street.")
    city: str | None = strawberry.field(description="The town.")
    postal_code: str | None = strawberry.field(description="The postal code.")
    region: str | None = strawberry.field(description="State, province or county, as the source writes it.")
    country_code: CountryCode | None = strawberry.field(description="The country.")
    phone: str | None = strawberry.field(description="A telephone number.")
    mobile: str | None = strawberry.field(description="A mobile telephone number.")
    fax: str | None = strawberry.field(description="A fax number.")
    email: str | None = strawberry.field(description="An e-mail address.")
    formatted: list[str] = strawberry.field(
        resolver=formatted, description="Ready to show, one string a line, in the country's own order."
    )
