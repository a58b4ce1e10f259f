"""Customers' addresses: each once, whoever tells it, and nothing of it lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resolvers.addresses import distinct_addresses
from resolvers.model.address import Address

SHORT = Address(street1="Dorpsstraat 193", city="Breda", country_code="NL")
LONG = Address(
    first_name="Daan", street1="Dorpsstraat  193", city="BREDA", country_code="NL", email="daan@here.example"
)
ELSEWHERE = Address(street1="Dorpsstraat 195", city="Breda", country_code="NL")

addresses = st.lists(
    st.builds(
        Address,
        first_name=st.sampled_from([None, "Daan", "daan"]),
        street1=st.sampled_from([None, "A 1", "a 1", "B 2"]),
        city=st.sampled_from([None, "Breda"]),
    ),
    max_size=6,
)


def test_an_address_of_which_another_says_all_and_more_is_left_out() -> None:
    assert distinct_addresses([SHORT, ELSEWHERE, LONG]) == [ELSEWHERE, LONG]
    assert distinct_addresses([LONG, SHORT]) == [LONG]


def test_the_same_address_in_another_case_is_there_once_as_it_came_first() -> None:
    shouted = Address(street1="DORPSSTRAAT 193", city="BREDA", country_code="NL")

    assert distinct_addresses([SHORT, shouted, SHORT]) == [SHORT]


def test_addresses_that_differ_in_one_part_are_both_there() -> None:
    assert distinct_addresses([SHORT, ELSEWHERE]) == [SHORT, ELSEWHERE]


@given(addresses)
def test_every_part_that_was_told_is_still_told(told: list[Address]) -> None:
    kept = distinct_addresses(told)

    for name in ("first_name", "street1", "city"):
        before = {(getattr(address, name) or "").casefold() for address in told} - {""}
        assert before == {(getattr(address, name) or "").casefold() for address in kept} - {""}
    assert [address for address in dict.fromkeys(told) if address in kept] == kept
