"""netFORUM as the contract tries it: over both protocols, with each way to lines and addresses."""

from __future__ import annotations

from operator import attrgetter

from resolvers.model.errors import ErrorCode
from sandbox.netforum import PASSWORD, USER
from tests.contract.adapter import Adapter, Stranger

_SETTINGS = {
    "kind": "netforum",
    "username": USER,
    "password": PASSWORD,
    "currency": "USD",
    "time_zone": "America/New_York",
}
_NOBODY = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f"
_NO_LOOK_UP = "the open list is not asked by id, and detail calls are off"
_NO_SESSION = "name and password go with every call, and there is no session"
_NAMELESS_ROWS = {
    "a_row_of_another_account_is_not_passed_off_as_the_accounts_own": (
        "a reply names no customer, so that a foreign row looks like any other"
    )
}
_WITHOUT_DETAILS = {"unknown_ids_are_absent": _NO_LOOK_UP, "ids_of_another_account_are_absent": _NO_LOOK_UP}
_WITH_DETAILS = {"what_a_source_cannot_be_asked_is_rejected_without_a_call": "it both lists and finds"}
_WITHOUT_SESSION = {
    "an_expired_session_is_renewed_unseen_by_one_login": _NO_SESSION,
    "ten_calls_that_find_the_session_expired_share_one_login": _NO_SESSION,
    "ten_first_calls_share_one_login": _NO_SESSION,
}


def _adapter(name: str, excuses: dict[str, str], **settings: str) -> Adapter:
    return Adapter(
        name=name,
        emulator="association",
        path="/xweb",
        settings=_SETTINGS | settings,
        secrets=(PASSWORD,),
        login="" if settings.get("authentication") == "basic" else "Authenticate",
        identify=attrgetter("id"),
        awkward={
            "d9db66bc-da15-40cd-b4eb-e9aea5ab55d2": {"0070145": "600.00", "0070146": "12345678901234567.89"},
        },
        stranger=Stranger(_NOBODY, None),
        unknown_ids=(_NOBODY, "00000000-0000-0000-0000-000000000000", "70145", "' OR 1=1 --", ""),
        error_in_200=ErrorCode.SOURCE_REJECTED,
        excuses=_NAMELESS_ROWS | excuses,
    )


ADAPTERS = (
    _adapter("netforum-soap", _WITHOUT_DETAILS, protocol="soap", details="off"),
    _adapter("netforum-soap-invoice", _WITH_DETAILS, protocol="soap", details="invoice"),
    _adapter("netforum-soap-query", _WITH_DETAILS, protocol="soap", details="query"),
    _adapter("netforum-json-invoice", _WITH_DETAILS, protocol="json", details="invoice"),
    _adapter("netforum-json-query", _WITH_DETAILS, protocol="json", details="query"),
    _adapter("netforum-json-basic", _WITH_DETAILS | _WITHOUT_SESSION, protocol="json", authentication="basic"),
)
