"""Addresses ready to show, in the order that their country writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.address import Address
from resolvers.postal import formatted

_parts = st.none() | st.text(max_size=12)


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address(
                first_name="Ada", last_name="Byron", street1="Dorpsstraat 1", postal_code="1234 AB", city="Lent",
                country_code="NL",
            ),
            ["Ada Byron", "Dorpsstraat 1", "1234 AB LENT", "NETHERLANDS"],
        ),
        (
            Address(
                company_name="Acme", street1="1 Main St", city="Troy", region="NY", postal_code="12180",
                country_code="US",
            ),
            ["Acme", "1 Main St", "TROY, NY 12180", "UNITED STATES"],
        ),
        (Address(name="Ada", city="Lent", postal_code="1234"), ["Ada", "1234 Lent"]),
        (Address(name="Ada", city="Lent", country_code="QQ"), ["Ada", "Lent", "QQ"]),
        (Address(), []),
    ],
)  # fmt: skip
def test_an_address_is_written_as_its_country_does(address: Address, lines: list[str]) -> None:
    assert formatted(address) == lines


@given(
    st.builds(
        Address,
        name=_parts,
        company_name=_parts,
        street1=_parts,
        street2=_parts,
        city=_parts,
        region=_parts,
        postal_code=_parts,
        country_code=st.none()
        | st.sampled_from(["NL", "US", "JP", "IT", "GB", "CN", "BR", "QQ", "nl"])
        | st.text(max_size=3),
    )
)
def test_any_address_can_be_written_and_has_no_blank_line(address: Address) -> None:
    assert all(line.strip() for line in formatted(address))
