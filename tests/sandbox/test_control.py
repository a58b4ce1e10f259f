"""The control application and the faults of transport, over real sockets."""

from __future__ import annotations

import gzip
import threading

import httpx
import pytest

from sandbox import server
from sandbox.books import SOURCES, Books
from sandbox.faults import KINDS, Fault
from sandbox.server import Sandbox, running


class Caller:
    """Arms faults by the control application, and calls the shop."""

    def __init__(self, client: httpx.Client, sandbox: Sandbox) -> None:
        self.client, self.sandbox = client, sandbox

    def control(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.client.request(method, self.sandbox.control_url + path, json=body)

    def arm(self, kind: str, **settings: object) -> None:
        answer = self.control("PUT", "/faults/shop", {"kind": kind, **settings})
        assert answer.status_code == 200

    def shop(self, timeout: float = 5) -> httpx.Response:
        url = f"{self.sandbox.url('shop')}/Shoxl/v1/GetInvoiceHistory"
        return self.client.post(url, json={"accountNumber": "10025"}, timeout=timeout)


@pytest.fixture
def caller(client: httpx.Client, sandbox: Sandbox) -> Caller:
    return Caller(client, sandbox)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_status_is_answered_in_plain_text(caller: Caller, status: int) -> None:
    caller.arm(f"status_{status}")
    answer = caller.shop()

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert "retry-after" not in answer.headers


def test_a_429_says_when_to_come_back_if_told_to(caller: Caller) -> None:
    caller.arm("status_429", retry_after="7")
    assert caller.shop().headers["retry-after"] == "7"


def test_a_reset_drops_the_connection_without_an_answer(caller: Caller) -> None:
    caller.arm("reset")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        caller.shop()


def test_a_hanging_source_never_answers(caller: Caller) -> None:
    caller.arm("hang")
    with pytest.raises(httpx.ReadTimeout):
        caller.shop(timeout=0.3)


@pytest.mark.parametrize("kind", ["slow", "trickle"])
def test_a_late_answer_is_whole(caller: Caller, kind: str) -> None:
    whole = caller.shop().content
    caller.arm(kind, seconds=0.2)
    assert caller.shop().content == whole


def test_a_slow_answer_is_later_than_a_client_may_want_to_wait(caller: Caller) -> None:
    caller.arm("slow", seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        caller.shop(timeout=0.2)


def test_a_truncated_body_may_have_a_content_length_that_fits(caller: Caller) -> None:
    whole = caller.shop().content
    caller.arm("truncated")
    answer = caller.shop()

    assert answer.content == whole[: len(whole) // 2]
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_truncated_body_may_end_before_its_content_length(caller: Caller) -> None:
    caller.arm("truncated_wrong_length")
    with pytest.raises(httpx.RemoteProtocolError):
        caller.shop()


def test_the_wrong_content_type_comes_with_the_right_body(caller: Caller) -> None:
    whole = caller.shop().content
    caller.arm("wrong_content_type")
    answer = caller.shop()

    assert (answer.content, answer.headers["content-type"]) == (whole, "application/octet-stream")


def test_an_html_page_comes_with_status_200(caller: Caller) -> None:
    caller.arm("html_200")
    answer = caller.shop()

    assert (answer.status_code, answer.text[:15]) == (200, "<!DOCTYPE html>")


def test_an_empty_body_comes_with_status_200(caller: Caller) -> None:
    caller.arm("empty_200")
    answer = caller.shop()

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_gzip_bomb_is_small_on_the_wire_and_64_mib_inside(caller: Caller) -> None:
    caller.arm("gzip_bomb")
    with caller.client.stream("POST", f"{caller.sandbox.url('shop')}/", content=b"") as answer:
        packed = b"".join(answer.iter_raw())

    assert len(packed) < 100_000
    assert len(gzip.decompress(packed)) == 64 * 1024 * 1024


def test_a_huge_body_is_more_than_anybody_should_read(caller: Caller) -> None:
    caller.arm("huge_body")
    read = 0
    with caller.client.stream("POST", f"{caller.sandbox.url('shop')}/", content=b"") as answer:
        for block in answer.iter_bytes():
            read += len(block)
            if read > 2_000_000:
                break

    assert read > 2_000_000


@pytest.mark.parametrize("source", SOURCES)
def test_transport_faults_reach_every_source(caller: Caller, source: str) -> None:
    caller.control("PUT", f"/faults/{source}", {"kind": "status_503"})
    assert caller.client.get(f"{caller.sandbox.url(source)}/anything").status_code == 503


def test_a_fault_counts_its_calls_and_disarms_itself(caller: Caller) -> None:
    caller.arm("status_500", after=1, times=2)
    statuses = [caller.shop().status_code for _ in range(4)]

    assert statuses == [200, 500, 500, 200]
    assert caller.control("GET", "/faults").json() == {}


def test_a_fault_that_matches_a_path_leaves_other_calls_alone(caller: Caller) -> None:
    caller.arm("status_500", match="GetInvoice", times=1)
    assert caller.client.get(f"{caller.sandbox.url('shop')}/Shoxl/documents/none.pdf").status_code == 404
    assert caller.shop().status_code == 500


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/faults/shop", {"kind": "explode"}, "explode"),
        ("/faults/shop", {"kind": "slow", "secs": 1}, "secs"),
        ("/faults/shop", {"kind": "slow", "seconds": "1"}, "seconds"),
        ("/faults/shop", {"kind": "slow", "times": 0}, "times"),
        ("/faults/shop", ["slow"], "object"),
        ("/faults/shop", {"kind": "expired_token"}, "shop has no way"),
        ("/faults/warehouse", {"kind": "slow"}, "warehouse"),
    ],
)
def test_a_mistake_is_400_and_names_itself(caller: Caller, path: str, body: object, named: str) -> None:
    answer = caller.control("PUT", path, body)

    assert answer.status_code == 400
    assert named in answer.json()["error"]
    assert caller.sandbox.board.faults == {}


def test_faults_are_listed_and_cleared(caller: Caller) -> None:
    caller.sandbox.board.faults |= {"shop": Fault("slow"), "orders": Fault("hang")}

    assert set(caller.control("GET", "/faults").json()) == {"shop", "orders"}
    assert caller.control("DELETE", "/faults/shop").status_code == 204
    assert set(caller.control("GET", "/faults").json()) == {"orders"}
    assert caller.control("DELETE", "/faults").status_code == 204
    assert caller.control("GET", "/faults").json() == {}


def test_calls_are_listed_oldest_first_and_forgotten_on_request(caller: Caller) -> None:
    caller.shop()
    caller.client.get(f"{caller.sandbox.url('webstore')}/api/v10/storefront.invoices")
    calls = caller.control("GET", "/calls").json()

    assert [(call["source"], call["operation"], call["status"]) for call in calls] == [
        ("shop", "GetInvoiceHistory", 200),
        ("webstore", "storefront.invoices", 405),
    ]
    assert [call["account"] for call in caller.control("GET", "/calls?source=shop").json()] == ["10025"]
    caller.control("DELETE", "/calls")
    assert caller.control("GET", "/calls").json() == []


@pytest.mark.parametrize("source", SOURCES)
def test_an_added_invoice_is_the_newest_until_the_reset(caller: Caller, source: str) -> None:
    books = caller.sandbox.books
    key = next(a.key for a in books.accounts if (a.customer_id, a.source) == ("C-1001", source))
    before = list(books.invoices[source, key])

    added = caller.control("POST", f"/invoices/{source}/{key}")

    assert added.status_code == 201
    assert [invoice.id for invoice in books.invoices[source, key]] == [added.json()["id"], *(i.id for i in before)]
    caller.control("POST", "/reset")
    assert books.invoices[source, key] == before


def test_an_added_invoice_needs_an_account_that_exists(caller: Caller) -> None:
    assert caller.control("POST", "/invoices/shop/1").status_code == 404
    assert caller.control("POST", "/invoices/warehouse/1").status_code == 400


def test_the_summary_counts_every_source(caller: Caller) -> None:
    summary = caller.control("GET", "/books").json()

    assert summary["customers"] == 300
    assert set(summary["sources"]) == set(SOURCES)
    assert all(one["accounts"] and one["invoices"] for one in summary["sources"].values())


def test_the_page_shows_sources_accounts_and_faults_and_loads_nothing_from_elsewhere(caller: Caller) -> None:
    answer = caller.control("GET", "/")

    assert all(caller.sandbox.url(source) in answer.text for source in SOURCES)
    assert all(f'data-kind="{kind}"' in answer.text for kind in KINDS)
    assert "Studio &lt;br&gt; &amp; Zoon" in answer.text
    assert "src=" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_port_in_use_is_named_and_nothing_stays_open(sandbox: Sandbox, generated: Books) -> None:
    taken = sandbox.ports["control"]
    with pytest.raises(server.CannotListen, match=str(taken)):
        server.prepare(taken, generated)


def test_a_port_that_may_not_be_had_is_not_called_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HOST", "192.0.2.1")  # nobody's: bind() refuses it, as it does a port of root's

    with pytest.raises(server.CannotListen, match="port 9100 cannot be had: Cannot assign requested address"):
        server.listen(9100)


def test_the_sandbox_stops_although_a_source_hangs(client: httpx.Client, generated: Books) -> None:
    with running(books=generated) as sandbox:
        sandbox.board.faults["shop"] = Fault("hang")
        ended: list[Exception] = []

        def call() -> None:
            try:
                client.post(f"{sandbox.url('shop')}/Shoxl/v1/GetInvoiceHistory", json={})
            except httpx.TransportError as error:
                ended.append(error)

        caller = threading.Thread(target=call)
        caller.start()
        while not sandbox.board.calls:
            pass
    caller.join()

    assert isinstance(ended[0], httpx.RemoteProtocolError | httpx.ReadError)
    assert not [thread for thread in threading.enumerate() if thread.name == "sandbox" and not thread.daemon]
