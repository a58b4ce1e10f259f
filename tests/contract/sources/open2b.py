"""Open2b as the contract tries it."""

from __future__ import annotations

import json
from dataclasses import replace
from operator import attrgetter

from resolvers.model.errors import ErrorCode
from sandbox import books, open2b
from tests.contract.adapter import Adapter, Stranger

_SETTINGS = {"kind": "open2b", "currency": "EUR", "time_zone": "Europe/Rome"}
_NO_SESSION = "the customer key is the account's own, from the directory, and not a session of ours"

_BOTH = {"what_a_source_cannot_be_asked_is_rejected_without_a_call": "it both lists and finds"}


def _credentials(of_all: books.Books, of: books.Account) -> str:
    """What the customer logs in with, as the directory keeps it."""
    return json.dumps({"email": of_all.customer(of).email, "password": open2b.password(of)})


_BY_KEY = Adapter(
    name="open2b",
    emulator="webstore",
    settings=_SETTINGS,
    identify=attrgetter("id"),
    awkward={"1887": {"2020/3918": "120.48"}},
    stranger=Stranger("4710", ErrorCode.SOURCE_AUTH_FAILED, secret="K0fNobodyAtAllInThisShop"),
    unknown_ids=("1", "99999999999", "0", "007", "-1", "x"),
    error_in_200=ErrorCode.SOURCE_UNAVAILABLE,
    never_in_books=frozenset(
        {
            "billingAddress.mobile",
            "billingAddress.fax",
            "sellerAddress.street2",
            "sellerAddress.mobile",
            "sellerAddress.fax",
        }
    ),
    excuses={
        "an_expired_session_is_renewed_unseen_by_one_login": _NO_SESSION,
        "ten_calls_that_find_the_session_expired_share_one_login": _NO_SESSION,
        "ten_first_calls_share_one_login": _NO_SESSION,
    }
    | _BOTH,
)
_BY_LOGIN = replace(
    _BY_KEY,
    name="open2b-login",
    secret_of=_credentials,
    login="storefront.login",
    stranger=Stranger("4710", ErrorCode.SOURCE_AUTH_FAILED, secret='{"email":"nobody@example.com","password":"none"}'),
    excuses=_BOTH,
)

ADAPTERS = (_BY_KEY, _BY_LOGIN)
