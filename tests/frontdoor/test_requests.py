"""What is no proper request is told so in one clean answer, and nothing of it reaches the application."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import pytest

from tests.frontdoor.conftest import House, read_reply

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: 3, 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: +3\r\n\r\nabc", 400),
        (POST + b"Content-Length: 99999999999999999999\r\n\r\nabc", 400),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nabc", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n", 400),
        (b"POST /graphql HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        (GET + b"X-A: b\r\n folded\r\n\r\n", 400),
        (GET + b"X-A : b\r\n\r\n", 400),
        (GET + b"X-A: b\0c\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", 400),
        (GET + b"Host: localhost\r\n\r\n", 400),
        (GET + b"Authorization: a\r\nAuthorization: b\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (b"GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 20 + b"\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"b" * 5_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET /healthz HTTP/1.2\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", 400),
        (b"FOO /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        ("GET /é HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), 400),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_in_json_and_the_connection_closed(
    house: House, request_: bytes, status: int
) -> None:
    reply = house.ask(request_)

    assert (reply.status, reply.closed) == (status, True)
    assert reply.json()["errors"][0]["extensions"]["code"]
    assert reply.headers["x-request-id"] == reply.json()["extensions"]["requestId"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "server" not in reply.headers


def test_as_many_headers_as_there_may_be_are_not_too_many(house: House) -> None:
    assert house.ask(GET + b"X-A: b\r\n" * 18 + b"Connection: close\r\n\r\n").status == 200


def test_a_refusal_is_logged_under_the_id_that_the_client_was_told(house: House) -> None:
    reply = house.ask(GET + b"X-A: " + b"b" * 5_000 + b"\r\n\r\n")

    assert house.until("request refused", request_id=reply.headers["x-request-id"])["status"] == 431


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        (POST + b"Content-Length: 3\r\n\r\nabc", 3),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n3;name=value\r\nabc\r\n2\r\nde\r\n0\r\nHost: evil\r\n\r\n", 5),
        (b"POST /graphql HTTP/1.0\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", 3),
        (b"POST http://localhost/graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", 3),
        (b"\r\n\r\n" + POST + b"Content-Length: 3\r\n\r\nabc", 3),
        (b"POST /graphql HTTP/1.1\r\nHost:\tlocalhost \t\r\nContent-Length: 3 \r\n\r\nabc", 3),
        (POST + b"Transfer-Encoding: chunked \r\n\r\n3\r\nabc\r\n0\r\n\r\n", 3),
        (POST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
         b"Content-Length: 3\r\n\r\nabc", 3),
        (POST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n", 0),
    ],
)  # fmt: skip
def test_what_is_a_request_reaches_the_application_whole(house: House, request_: bytes, count: int) -> None:
    reply = house.ask(request_)

    assert (reply.status, reply.json()["bytes"]) == (200, count)


def test_blanks_around_a_headers_value_are_none_of_it(house: House) -> None:
    reply = house.ask(GET + b"X-Request-ID: \t named-by-us \t \r\nConnection: close\r\n\r\n")

    assert reply.headers["x-request-id"] == "named-by-us"


def test_who_offers_an_upgrade_and_asks_for_the_end_of_the_connection_gets_it(house: House) -> None:
    offer = b"Connection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc"

    reply = house.ask(POST + offer)

    assert (reply.status, reply.closed) == (200, True)


def test_a_head_without_end_is_refused_before_it_ends(house: House) -> None:
    with house.connect() as connection:
        for _ in range(10):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nX-A: " if _ == 0 else b"a" * 1_000)
        reply = read_reply(connection)

    assert (reply.status, reply.closed) == (431, True)


def test_requests_in_a_row_are_answered_in_their_order(house: House) -> None:
    bodies = [b"abc", b"a", b"ab"]
    last = POST.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    heads = [POST, POST, last]

    with house.connect() as connection:
        connection.sendall(
            b"".join(
                b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)
                for head, body in zip(heads, bodies, strict=True)
            )
        )
        received = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert received.count(b"HTTP/1.1 200") == 3
    assert re.findall(rb'"bytes":(\d+)', received) == [b"3", b"1", b"2"]


def test_rubbish_behind_a_request_does_not_stain_its_answer(house: House) -> None:
    slow = POST.replace(b"/graphql", b"/graphql?work=0.3") + b"Content-Length: 2\r\n\r\nab"

    reply = house.ask(slow + b"rubbish\r\n\r\n")

    assert (reply.status, reply.json()["bytes"], reply.closed) == (200, 2, True)


def test_a_flood_of_requests_in_one_connection_is_cut(house: House) -> None:
    with house.connect() as connection:
        connection.sendall((POST.replace(b"/graphql", b"/graphql?work=0.2") + b"Content-Length: 0\r\n\r\n") * 500)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert 1 <= received.count(b"HTTP/1.1 200") <= 12


@pytest.mark.parametrize("head", [b"Content-Length: 5000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_a_body_too_large_is_told_and_not_read_to_its_end(house: House, head: bytes) -> None:
    with house.connect() as connection:
        connection.sendall(POST + head + (b"BB8\r\n" + b"a" * 3_000 + b"\r\n" if b"chunked" in head else b""))
        reply = read_reply(connection)

    assert (reply.status, reply.closed) == (413, True)


def test_a_strange_host_is_refused_in_json(house: House) -> None:
    reply = house.ask(POST.replace(b"localhost", b"evil.example") + b"Content-Length: 0\r\n\r\n")

    assert reply.status == 400
    assert reply.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert reply.headers["content-security-policy"]


def test_an_answer_of_unknown_length_reaches_a_client_of_http_1_0_without_chunks(house: House) -> None:
    with house.connect() as connection:
        connection.sendall(b"GET /graphql?parts=3 HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65_536), b""))

    head, _, body = received.partition(b"\r\n\r\n")
    assert body == b"x" * 3_000
    assert b"transfer-encoding" not in head.lower()


@pytest.mark.parametrize(
    ("target", "method", "status"),
    [
        (b"//graphql", b"POST", 404),
        (b"/graphql/", b"POST", 404),
        (b"/graphql%2f", b"POST", 404),
        (b"/%2fgraphql", b"POST", 404),
        (b"/./graphql", b"POST", 404),
        (b"/x/../graphql", b"POST", 404),
        (b"/graphql%00", b"POST", 404),
        (b"/graphql;a=b", b"POST", 404),
        (b"/documents/..%2f..%2fgraphql", b"GET", 404),
        (b"/documents/%2e%2e/graphql", b"GET", 404),
        (b"/explorer/..%2f..%2fapp.py", b"GET", 404),
        (b"/documents/x", b"HEAD", 405),
        (b"/documents/x", b"POST", 405),
        (b"/graphql", b"TRACE", 405),
    ],
)  # fmt: skip
def test_an_address_that_is_only_like_one_of_ours_leads_nowhere(
    gateway_url: str, target: bytes, method: bytes, status: int
) -> None:
    place = urlsplit(gateway_url)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(b"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % (method, target))
        status_line = connection.makefile("rb").readline()

    assert int(status_line.split()[1]) == status


@pytest.mark.parametrize("header", [b"X-HTTP-Method-Override", b"X-HTTP-Method", b"X-Method-Override"])
def test_a_header_does_not_change_the_method(gateway_url: str, header: bytes) -> None:
    place = urlsplit(gateway_url)
    target = b"/graphql?query=mutation%7B__typename%7D"
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(
            b"GET %s HTTP/1.1\r\nHost: localhost\r\nApollo-Require-Preflight: 1\r\n%s: POST\r\n\r\n" % (target, header)
        )
        status_line = connection.makefile("rb").readline()

    assert int(status_line.split()[1]) == 405


@pytest.mark.parametrize("sent", [b"Forwarded: host=evil.example", b"X-Forwarded-Host: evil.example"])
def test_a_proxys_headers_are_not_believed(house: House, sent: bytes) -> None:
    assert house.ask(POST + sent + b"\r\nContent-Length: 0\r\n\r\n").status == 200
    strange = POST.replace(b"localhost", b"evil.example") + sent.replace(b"evil.example", b"localhost")
    assert house.ask(strange + b"\r\nContent-Length: 0\r\n\r\n").status == 400
