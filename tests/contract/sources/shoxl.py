"""Shoxl as the contract tries it."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from resolvers.model.errors import ErrorCode
from tests.contract.adapter import Adapter, Stranger

_SETTINGS = {"kind": "shoxl", "protocol": "rest", "currency": "EUR", "time_zone": "Europe/Amsterdam"}
_NO_LOOK_UP = "the history has no look-up by number"
_NO_LOGIN = "the vendor documents no session: what lets us in is configured and stays as it is"

_REST = Adapter(
    name="shoxl-rest",
    emulator="shop",
    path="/Shoxl",
    settings=_SETTINGS,
    identify=attrgetter("number"),
    awkward={"10032": {"0070145": "600.00", "0070146": "12345678901234567.89"}},
    stranger=Stranger("99999999", ErrorCode.SOURCE_REJECTED),
    error_in_200=ErrorCode.SOURCE_REJECTED,
    excuses={
        "unknown_ids_are_absent": _NO_LOOK_UP,
        "ids_of_another_account_are_absent": _NO_LOOK_UP,
        "an_expired_session_is_renewed_unseen_by_one_login": _NO_LOGIN,
        "ten_calls_that_find_the_session_expired_share_one_login": _NO_LOGIN,
        "ten_first_calls_share_one_login": _NO_LOGIN,
        "a_session_that_never_holds_is_refused_after_one_more_login": _NO_LOGIN,
        "a_wrong_count_costs_no_rows_and_is_told": (
            "only pages are counted, and which is the last a walk through them must tell"
        ),
    },
)

ADAPTERS = (_REST, replace(_REST, name="shoxl-soap", settings=_SETTINGS | {"protocol": "soap"}))
