"""What the claims of a token say of who asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.access import Principal, ViewerRole
from service.authentication.claims import principal_of

NOBODY = frozenset[str]()


def read(**claims: Any) -> Principal:
    return principal_of(claims, customer_claim="customer_ids", roles_claim="roles")


def test_a_customer_sees_the_customers_in_their_claim_and_writes_nothing() -> None:
    scope = "invoices:read invoices:write"  # which is a service's to have

    assert read(sub="anna", roles=["customer"], customer_ids=["C-1", "C-2"], scope=scope) == Principal(
        "anna", (ViewerRole.CUSTOMER,), frozenset({"C-1", "C-2"})
    )


@pytest.mark.parametrize(
    "roles", [{}, {"roles": []}, {"roles": ["auditor"]}, {"roles": ["anonymous"]}, {"roles": None}]
)
def test_who_has_customers_and_no_role_of_ours_is_a_customer(roles: dict[str, Any]) -> None:
    assert read(customer_ids="C-1", **roles) == Principal(None, (ViewerRole.CUSTOMER,), frozenset({"C-1"}))


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"roles": ["auditor"]},
        {"customer_ids": []},
        {"customer_ids": ""},
        {"customer_ids": [""]},
        {"scope": "invoices:read"},
    ],
)
def test_who_has_neither_role_nor_customers_is_nobody_known(claims: dict[str, Any]) -> None:
    assert read(**claims) == Principal(None, (ViewerRole.ANONYMOUS,), NOBODY)


@pytest.mark.parametrize("roles", [["staff"], "staff", ["STAFF", "x"], "customer Staff"])
def test_staff_sees_all_and_writes(roles: object) -> None:
    principal = read(roles=roles, customer_ids=["C-1"])

    assert principal.is_staff
    assert principal.may_write
    assert principal.may_see("C-2")


def test_several_roles_are_told_in_the_schemas_order() -> None:
    roles = (ViewerRole.CUSTOMER, ViewerRole.STAFF, ViewerRole.SERVICE)

    assert read(roles=["service", "staff", "customer"]).roles == roles


@pytest.mark.parametrize(
    "roles", [{"staff": True}, [["staff"]], ["staffer"], [True], 1, ["\uff33\uff34\uff21\uff26\uff26"], ["\u017ftaff"]]
)
def test_what_is_not_the_word_staff_is_not_staff(roles: object) -> None:
    assert read(roles=roles).customer_ids == NOBODY


@pytest.mark.parametrize("group", ["Office staff", "Customer Service", "staff of C-1", " staff"])
def test_a_name_of_several_words_in_a_list_is_none_of_the_words(group: str) -> None:
    assert read(roles=[group], scope="invoices:read") == Principal(None, (ViewerRole.ANONYMOUS,), NOBODY)
    assert read(roles=["service"], scp=["not invoices:read", "not invoices:write"]).customer_ids == NOBODY


@pytest.mark.parametrize(
    ("claims", "sees", "writes"),
    [
        ({}, NOBODY, False),
        ({"scope": "openid"}, NOBODY, False),
        ({"scope": "openid invoices:read"}, None, False),
        ({"scp": ["invoices:read", "invoices:write"]}, None, True),
        ({"scp": "invoices:read"}, None, False),
        ({"scope": "invoices:write"}, NOBODY, True),
        ({"scope": "invoices:reader"}, NOBODY, False),
        ({"scope": "invoices:read", "customer_ids": ["C-1"]}, frozenset({"C-1"}), False),
        ({"scope": "invoices:read", "customer_ids": []}, NOBODY, False),
        ({"scope": "invoices:read", "customer_ids": None}, NOBODY, False),
        ({"scope": "invoices:read", "customer_ids": {"C-1": 1}}, NOBODY, False),
        ({"customer_ids": ["C-1"]}, NOBODY, False),
    ],
)
def test_a_service_does_what_its_scopes_say(
    claims: dict[str, Any], sees: frozenset[str] | None, *, writes: bool
) -> None:
    assert read(roles=["service"], **claims) == Principal(None, (ViewerRole.SERVICE,), sees, may_write=writes)


def test_claims_may_lie_within_claims_or_have_dots_in_their_names() -> None:
    claims = {"realm_access": {"roles": ["customer"]}, "https://us.example/customers": ["C-1"]}

    principal = principal_of(claims, customer_claim="https://us.example/customers", roles_claim="realm_access.roles")

    assert principal == Principal(None, (ViewerRole.CUSTOMER,), frozenset({"C-1"}))


@pytest.mark.parametrize("within", [None, "C-1", ["C-1"], [{"customers": ["C-1"]}], 1, True, {"customers": None}])
def test_a_service_whose_customers_should_lie_in_what_holds_no_claims_sees_nobodys(within: object) -> None:
    claims = {"roles": ["service"], "scope": "invoices:read", "app": within}

    assert principal_of(claims, customer_claim="app.customers", roles_claim="roles").customer_ids == NOBODY


@pytest.mark.parametrize("claims", [{}, {"app": {}}, {"app": {"tenant": "1"}}])
def test_a_service_without_the_claim_within_a_claim_sees_every_customer(claims: dict[str, Any]) -> None:
    said = {"roles": ["service"], "scope": "invoices:read"} | claims

    assert principal_of(said, customer_claim="app.customers", roles_claim="roles").customer_ids is None


@pytest.mark.parametrize("subject", ["\ud800", "a\nb", 7, None, ["anna"]])
def test_a_subject_that_cannot_be_shown_is_none(subject: object) -> None:
    assert read(sub=subject).subject is None


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.sampled_from(["service"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("sub", "roles", "customer_ids", "scope", "scp"), JSON)))
def test_whatever_the_claims_hold_nobody_sees_more_than_they_say(claims: dict[str, Any]) -> None:
    principal = read(**claims)

    assert principal.customer_ids is not None
    given = claims.get("customer_ids")
    assert all(id_ in (given if isinstance(given, list) else [given]) for id_ in principal.customer_ids)
    assert not principal.may_write
