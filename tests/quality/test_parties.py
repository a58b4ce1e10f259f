"""Seller and buyer, told apart by what identifies them."""

from __future__ import annotations

import pytest

from resolvers.model.address import Address
from resolvers.model.invoice import Invoice
from tests.quality.invoices import codes, invoice, told


def between(seller: Address | None, buyer: Address | None) -> Invoice:
    return invoice(seller_address=seller, billing_address=buyer)


@pytest.mark.parametrize(
    ("seller", "buyer"),
    [
        (Address(company_code="INV8403MC1"), Address(company_code="INV8403MC1")),
        (Address(company_code="INV8403MC1"), Address(company_code="other", company_code2="INV8403MC1")),
        (Address(personal_code="SH239IBA"), Address(personal_code="sh239iba")),
        (Address(email="holmes@inv-london.com"), Address(email="Holmes@INV-London.com")),
    ],
)
def test_parties_that_share_what_identifies_them_are_one_and_it_is_not_told_which(
    seller: Address, buyer: Address
) -> None:
    assert told(between(seller, buyer)) == [("SELLER_IS_BUYER", "sellerAddress", None, None)]


@pytest.mark.parametrize(
    ("seller", "buyer"),
    [
        (Address(company_code="1", email="a@b.example"), Address(company_code="2", email="c@b.example")),
        (Address(company_code="1"), Address(personal_code="1")),
        (Address(company_name="Acme", city="Ghent", phone="1"), Address(company_name="Acme", city="Ghent", phone="1")),
        (Address(), Address()),
        (Address(company_code=" "), Address(company_code=" ")),
        (None, Address(company_code="1")),
        (Address(company_code="1"), None),
    ],
)
def test_parties_that_share_nothing_that_identifies_them_are_two(seller: Address | None, buyer: Address | None) -> None:
    assert codes(between(seller, buyer)) == []
