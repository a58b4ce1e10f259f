"""The emulated Open2b against its vendor's pages, over a real socket."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox import open2b
from sandbox.books import Account, Books
from sandbox.exhibits import OPEN2B_KEY, OPEN2B_PRINTED_KEY
from sandbox.faults import Fault, Switchboard
from sandbox.open2b.documents import FIELDS
from sandbox.server import Sandbox

PRINTED_DIGEST = "ae2985a20b3d75a08e14acd11a202bbedd2d98a23ff83743128dca2ab602c24a"


class Store:
    """A caller of the web store, for one account."""

    def __init__(self, client: httpx.Client, sandbox: Sandbox) -> None:
        self.client, self.sandbox = client, sandbox
        self.account = account_with(sandbox.books, 20)

    def post(self, method: str, body: object, key: str | None = None) -> httpx.Response:
        headers = {"X-Customer-Key": self.account.secret if key is None else key} if key != "" else {}
        return self.client.post(
            f"{self.sandbox.url('webstore')}/api/v10/storefront.{method}", json=body, headers=headers
        )

    def ask(self, method: str, body: object, key: str | None = None) -> Any:
        answer = self.post(method, body, key)
        assert answer.status_code == 200
        return json.loads(answer.text, parse_float=Decimal)

    def ids(self, body: object) -> list[int]:
        return [invoice["id"] for invoice in self.ask("invoices", body)["invoices"]]


def account_with(books: Books, invoices: int) -> Account:
    return next(
        a for a in books.accounts if a.source == "webstore" and len(books.of("webstore", a.key) or ()) == invoices
    )


@pytest.fixture
def store(client: httpx.Client, sandbox: Sandbox) -> Store:
    return Store(client, sandbox)


def test_the_printed_sample_is_served_byte_for_byte(store: Store) -> None:
    answer = store.post("invoices", {}, OPEN2B_PRINTED_KEY)

    assert hashlib.sha256(answer.content).hexdigest() == PRINTED_DIGEST
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_the_sample_as_json_keeps_every_value_scale_and_order(store: Store) -> None:
    text = store.post("invoices", {}, OPEN2B_KEY).text
    invoice = json.loads(text, parse_float=Decimal)["invoices"][0]

    assert list(invoice) == list(FIELDS)
    assert '"price":56.330,"totalPrice":168.99,"taxedPrice":56.330' in text
    assert invoice["discounts"] == [
        {"type": "PercentOff", "value": Decimal("20.000")},
        {"type": "AmountOff", "value": Decimal("10.450")},
    ]
    assert (invoice["total"], invoice["taxAmount"], invoice["taxedTotal"]) == tuple(
        map(Decimal, ("89.23", "31.25", "120.48"))
    )


def test_fields_choose_top_level_fields_in_the_documents_order(store: Store) -> None:
    answer = store.ask("invoices", {"fields": ["total", "id"], "limit": 1})

    assert list(answer["invoices"][0]) == ["id", "total"]
    assert answer["count"] == 20


def test_without_fields_all_thirty_six_are_there(store: Store) -> None:
    assert len(store.ask("invoices", {"limit": 1})["invoices"][0]) == 36


@pytest.mark.parametrize(
    ("body", "field", "kind"),
    [
        ({"fields": ["id", "totl"]}, "fields", "UnknownField"),
        ({"fields": "id"}, "fields", "InvalidValue"),
        ({"limits": 3}, "limits", "UnknownField"),
        ({"limit": 0}, "limit", "InvalidValue"),
        ({"first": -1}, "first", "InvalidValue"),
        ({"conditions": {"ids": ["1"]}}, "conditions.ids", "InvalidValue"),
        ({"conditions": {"ids": [True]}}, "conditions.ids", "InvalidValue"),
        ({"conditions": {"type": "Receipt"}}, "conditions.type", "InvalidValue"),
        ({"conditions": {"before": 1}}, "conditions.before", "UnknownField"),
    ],
)
def test_a_mistake_in_the_request_is_an_error_object_with_status_200(
    store: Store, body: object, field: str, kind: str
) -> None:
    answer = store.ask("invoices", body)

    assert answer["status"] == "error"
    assert (answer["error"]["field"], answer["error"]["type"]) == (field, kind)
    assert answer["error"]["description"]


@pytest.mark.parametrize(
    ("key", "text"), [("", "403 Forbidden, missing key"), ("nonsense", "403 Forbidden, malformed key")]
)
def test_a_wrong_key_is_403_in_plain_text(store: Store, key: str, text: str) -> None:
    answer = store.post("invoices", {}, key)

    assert (answer.status_code, answer.text) == (403, text)
    assert answer.headers["content-type"].startswith("text/plain")


def test_only_post_is_allowed(store: Store) -> None:
    answer = store.client.get(f"{store.sandbox.url('webstore')}/api/v10/storefront.invoices")
    assert answer.status_code == 405


def test_invoices_come_with_the_newest_id_first_and_rising_after_an_id(store: Store) -> None:
    newest_first = store.ids({"fields": ["id"]})
    third_oldest = newest_first[-3]

    assert newest_first == sorted(newest_first, reverse=True)
    assert store.ids({"fields": ["id"], "conditions": {"after": third_oldest}}) == newest_first[:-3][::-1]


def test_the_order_of_ids_is_not_the_order_of_dates(store: Store) -> None:
    large = account_with(store.sandbox.books, 1000)
    dates = [i["issueDate"] for i in store.ask("invoices", {"fields": ["issueDate"]}, large.secret)["invoices"]]

    assert dates != sorted(dates, reverse=True)


def test_limit_and_first_cut_a_window_while_count_counts_all(store: Store) -> None:
    everything = store.ids({"fields": ["id"]})
    answer = store.ask("invoices", {"fields": ["id"], "first": 5, "limit": 3})

    assert [invoice["id"] for invoice in answer["invoices"]] == everything[5:8]
    assert answer["count"] == 20


def test_ids_of_another_customer_are_silently_absent(store: Store) -> None:
    own = store.ids({"fields": ["id"]})[:2]
    assert store.ids({"conditions": {"ids": [*own, 662705500, 1]}}) == own


def test_a_type_is_filtered_and_counted(store: Store) -> None:
    large = account_with(store.sandbox.books, 1000)
    answer = store.ask("invoices", {"conditions": {"type": "ShippingInvoice"}, "limit": 2}, large.secret)

    assert {invoice["type"] for invoice in answer["invoices"]} == {"ShippingInvoice"}
    assert 2 < answer["count"] < 1000


def test_shipping_only_fields_are_null_on_other_documents(store: Store) -> None:
    for invoice in store.ask("invoices", {"fields": ["type", "porto", "trackingNumber", "shippingTime"]})["invoices"]:
        assert (invoice["porto"] is None) == (invoice["type"] != "ShippingInvoice")
        assert (invoice["shippingTime"] is None) == (invoice["type"] != "ShippingInvoice")


def test_the_amounts_of_every_invoice_agree_with_each_other(store: Store) -> None:
    large = account_with(store.sandbox.books, 1000)
    for invoice in store.ask("invoices", {}, large.secret)["invoices"]:
        charges = sum((invoice[name] or {"cost": 0})["cost"] for name in ("shippingMethod", "paymentMethod"))
        assert sum(item["prices"]["totalPrice"] for item in invoice["items"]) == invoice["prediscountSubtotal"]
        assert invoice["subtotal"] + charges == invoice["total"]
        assert invoice["total"] + invoice["taxAmount"] == invoice["taxedTotal"]
        assert sum(tax["taxableTotal"] for tax in invoice["taxes"]) == invoice["total"]
        assert sum(tax["amount"] for tax in invoice["taxes"]) == invoice["taxAmount"]


def test_login_gives_the_key_in_a_header(store: Store) -> None:
    owner = store.sandbox.books.customer(store.account)
    answer = store.post("login", {"email": owner.email, "password": open2b.password(store.account)}, key="")

    assert answer.json() == {"status": "ok"}
    assert answer.headers["x-customer-key"] == store.account.secret


def test_login_with_a_wrong_password_is_an_invalid_combination(store: Store) -> None:
    owner = store.sandbox.books.customer(store.account)
    answer = store.ask("login", {"email": owner.email, "password": "wrong"}, key="")
    assert answer["error"] == {
        "field": "email",
        "type": "InvalidCombination",
        "description": "the email and the password do not match",
    }


def test_the_store_tells_its_currency_without_a_key(store: Store) -> None:
    answer = store.ask("store", {}, key="")
    assert (answer["status"], answer["store"]["currency"]) == ("ok", "EUR")


def test_the_store_lets_nobody_choose_of_what_it_tells(store: Store) -> None:
    answer = store.ask("store", {"fields": ["currency"]}, key="")
    assert answer["error"]["type"] == "UnknownField"


def test_a_single_invoice_of_somebody_else_is_not_found(store: Store) -> None:
    own = store.ids({"fields": ["id"], "limit": 1})[0]

    assert store.ask("invoice", {"id": own, "fields": ["id"]})["invoice"] == {"id": own}
    assert store.ask("invoice", {"id": 662705500})["error"]["type"] == "NotFound"


def test_the_customer_has_a_billing_address(store: Store) -> None:
    answer = store.ask("customer", {"fields": ["billingAddress"]}, OPEN2B_KEY)
    assert answer["customer"]["billingAddress"]["city"] == "London"


async def test_the_call_after_the_limit_is_refused_until_five_minutes_are_over(generated: Books) -> None:
    now = [0.0]
    app = open2b.emulator(generated, Switchboard(), calls_in_five_minutes=2, clock=lambda: now[0])
    url = "http://store/api/v10/storefront.store"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        statuses = [(await client.post(url, json={})).status_code for _ in range(3)]
        now[0] = 301.0
        statuses.append((await client.post(url, json={})).status_code)

    assert statuses == [200, 200, 429, 200]


def test_faults_of_meaning_change_the_rows_and_not_the_envelope(store: Store) -> None:
    whole = store.ids({"fields": ["id"]})
    board = store.sandbox.board

    def with_fault(kind: str) -> dict[str, Any]:
        board.faults["webstore"] = Fault(kind, times=1)
        answer: dict[str, Any] = store.ask("invoices", {"fields": ["id"]})
        return answer | {"ids": [invoice["id"] for invoice in answer.get("invoices", ())]}

    assert with_fault("short_page")["ids"] == whole[:10]
    assert with_fault("duplicate_rows")["ids"] == [*whole, whole[0]]
    assert with_fault("lying_count")["count"] == 27
    assert with_fault("error_200")["error"]["description"] == "internal system error"
    foreign = with_fault("foreign_row")["ids"]
    assert foreign[:-1] == whole
    assert foreign[-1] not in whole


def test_an_expired_key_is_refused_once(store: Store) -> None:
    store.sandbox.board.faults["webstore"] = Fault("expired_token", times=1)

    assert [store.post("invoices", {}).status_code for _ in range(2)] == [403, 200]


def test_a_call_is_recorded_with_its_account_fields_and_ids_and_without_its_key(store: Store) -> None:
    store.post("invoices", {"fields": ["id", "total"], "conditions": {"ids": [5, 4]}})
    call = store.sandbox.board.calls[-1]

    assert (call.source, call.operation, call.account) == ("webstore", "storefront.invoices", store.account.key)
    assert (call.fields, call.ids, call.status) == (["id", "total"], ["4", "5"], 200)
    assert store.account.secret not in repr(call)
