"""Kruitbosch as the contract tries it."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from resolvers.model.errors import ErrorCode
from sandbox.kruitbosch import PASSWORD, USER
from tests.contract.adapter import Adapter, Stranger

_SETTINGS: dict[str, object] = {
    "kind": "kruitbosch",
    "operation": "outstanding",
    "username": USER,
    "password": PASSWORD,
    "time_zone": "Europe/Amsterdam",
}
_NO_LOOK_UP = "the route by number is not documented to work, so that one invoice is found in the list"

_OUTSTANDING = Adapter(
    name="kruitbosch-json",
    emulator="wholesale",
    settings=_SETTINGS,
    secrets=(PASSWORD,),
    login="Authenticate",
    identify=attrgetter("number"),
    awkward={"104247": {"0070145": "600.00", "0070146": "12345678901234567.89"}},
    stranger=Stranger("99999999", ErrorCode.SOURCE_REJECTED),
    error_in_200=ErrorCode.SOURCE_REJECTED,
    excuses={
        "unknown_ids_are_absent": _NO_LOOK_UP,
        "ids_of_another_account_are_absent": _NO_LOOK_UP,
        "a_wrong_count_costs_no_rows_and_is_told": "the outstanding invoices come without a count",
    },
)
_OVERVIEW = replace(
    _OUTSTANDING,
    name="kruitbosch-overview-json",
    settings=_SETTINGS | {"operation": "overview", "page_size": 20},
    excuses={
        **_OUTSTANDING.excuses,
        "a_wrong_count_costs_no_rows_and_is_told": "it says whether a page follows, and counts neither pages nor rows",
    },
)

ADAPTERS = (
    _OUTSTANDING,
    replace(_OUTSTANDING, name="kruitbosch-xml", settings=_SETTINGS | {"protocol": "xml"}),
    replace(
        _OUTSTANDING,
        name="kruitbosch-csv",
        settings=_SETTINGS | {"protocol": "csv"},
        excuses={
            **_OUTSTANDING.excuses,
            "nothing_with_status_200_is_an_error_and_no_empty_list": (
                "ServiceStack writes an empty list as an empty table, and a table has no place for a status"
            ),
        },
    ),
    _OVERVIEW,
    replace(_OVERVIEW, name="kruitbosch-overview-xml", settings={**_OVERVIEW.settings, "protocol": "xml"}),
)
