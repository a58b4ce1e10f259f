"""Who asks a gateway is who asks us: it hands on their Authorization, and each subgraph judges by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.access.provider import ALGORITHMS, AUDIENCE, ISSUER, IdentityProvider, providing
from tests.conftest import Gateway
from tests.supergraph.conftest import Front, running, started_apollo, started_stitching

_LISTS = "{ accountManagers { customers { id orders { id } invoices(first: 1) { totalCount } } } }"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with providing() as provider:
        yield provider


@pytest.fixture(scope="module")
def guarded_url(gateway: Gateway, provider: IdentityProvider) -> Iterator[str]:
    """Our service in mode "jwt"."""
    asking = {
        "INVOICE_GRAPH__AUTH__MODE": "jwt",
        "INVOICE_GRAPH__AUTH__ISSUER": ISSUER,
        "INVOICE_GRAPH__AUTH__AUDIENCE": AUDIENCE,
        "INVOICE_GRAPH__AUTH__JWKS_URL": f"{provider.url}/keys",
        "INVOICE_GRAPH__AUTH__ALGORITHMS": ",".join(ALGORITHMS),
    }
    command = [sys.executable, "-m", "service", "serve", "--config", str(gateway.configuration)]
    with running(command, "", gateway.environ | asking) as service:
        yield f"{service.url}/graphql"


@pytest.fixture(scope="module", params=[started_apollo, started_stitching], ids=["apollo", "stitching"])
def front(request: pytest.FixtureRequest, example: Path, guarded_url: str, company_url: str) -> Iterator[Front]:
    """Each kind of gateway in front of both."""
    with request.param(example, guarded_url, company_url) as front:
        yield front


def _customers(answer: Any) -> dict[str, Any]:
    return {row["id"]: row for manager in answer["data"]["accountManagers"] for row in manager["customers"]}


def test_a_customer_sees_their_own_invoices_and_no_others(front: Front, provider: IdentityProvider) -> None:
    answer = front.ask(_LISTS, token=provider.of_customers("C-1001"))

    customers = _customers(answer)
    assert "errors" not in answer
    assert {id_ for id_, customer in customers.items() if customer["invoices"] is not None} == {"C-1001"}
    assert customers["C-1001"]["invoices"]["totalCount"] > 0


def test_staff_sees_every_customers_that_our_directory_knows(front: Front, provider: IdentityProvider) -> None:
    answer = front.ask(_LISTS, token=provider.of_staff())

    assert "errors" not in answer
    assert {id_ for id_, customer in _customers(answer).items() if customer["invoices"] is None} == {"C-9001"}


@pytest.mark.parametrize("token", [None, "forged"])
def test_without_a_good_token_ours_is_null_and_says_so_and_the_companys_stays(
    front: Front, provider: IdentityProvider, token: str | None
) -> None:
    answer = front.ask(_LISTS, token=token)

    customers = _customers(answer)
    assert {customer["invoices"] for customer in customers.values()} == {None}
    assert customers["C-1001"]["orders"][0] == {"id": "O-5001"}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"UNAUTHENTICATED"}


def test_where_a_subgraph_is_is_not_told(front: Front, guarded_url: str) -> None:
    answer = front.ask('{ customer(id: "C-1001") { name } }')

    assert answer["data"] == {"customer": None}
    assert guarded_url.removesuffix("/graphql") not in str(answer)
