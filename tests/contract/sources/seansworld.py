"""seansworld as the contract tries it."""

from __future__ import annotations

from operator import attrgetter

from resolvers.model.errors import ErrorCode
from tests.contract.adapter import Adapter, Stranger

_NO_LIST = "there is no list: one call tells one invoice"
_NO_LOGIN = "the vendor names an authAPI and describes none: what lets us in is configured and stays as it is"

ADAPTERS = (
    Adapter(
        name="seansworld",
        emulator="orders",
        settings={"kind": "seansworld", "currency": "USD"},
        identify=attrgetter("id"),
        awkward={"212215": {"2011": "43.49"}},
        stranger=Stranger("999999", None),
        unknown_ids=("999990", "999991", "999992", "x"),
        error_in_200=ErrorCode.SOURCE_PROTOCOL_ERROR,
        excuses={
            "an_account_without_invoices_is_an_empty_list": _NO_LIST,
            "a_row_that_comes_twice_is_one_invoice": _NO_LIST,
            "a_wrong_count_costs_no_rows_and_is_told": _NO_LIST,
            "an_expired_session_is_renewed_unseen_by_one_login": _NO_LOGIN,
            "ten_calls_that_find_the_session_expired_share_one_login": _NO_LOGIN,
            "ten_first_calls_share_one_login": _NO_LOGIN,
            "a_session_that_never_holds_is_refused_after_one_more_login": _NO_LOGIN,
            "nothing_with_status_200_is_an_error_and_no_empty_list": (
                "an empty body is one of the three ways in which it says that there is no such invoice"
            ),
        },
    ),
)
