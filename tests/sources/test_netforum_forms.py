"""A request by a form is, byte for byte, the one that zeep writes."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import SecretStr

from resolvers.model.errors import SourceProtocolError
from resolvers.sources import netforum
from resolvers.sources.netforum.protocol import LOGIN_OPERATION
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.soap import SoapProtocol
from resolvers.sources.netforum.wire import GET_OPERATION, LIST_OPERATION, QUERY_OPERATION
from resolvers.transport.messages import UpstreamRequest
from resolvers.transport.soap import SoapService

NAMESPACE = "http://www.avectra.com/2005/"
CALLS = {
    LOGIN_OPERATION: ("userName", "password"),
    LIST_OPERATION: ("CustomerKey",),
    GET_OPERATION: ("Key",),
    QUERY_OPERATION: ("szObjectName", "szColumnList", "szWhereClause", "szOrderBy"),
}
SETTINGS = NetforumSettings(base_url="https://dues.test/xweb/", username="graph", password=SecretStr("secret"))
PROTOCOL = SoapProtocol("dues", SETTINGS)
SERVICE = SoapService("dues", files(netforum) / "netforum.wsdl")

_plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
_texts = _plain | st.text(max_size=8) | st.sampled_from(["", " ", "{place-0}", "{place-1}", "<&>", "a\r\nb", "ключ"])


def written_by_zeep(operation: str, arguments: dict[str, str], token: str) -> UpstreamRequest:
    """The request, of which nothing was kept."""
    header = etree.Element(f"{{{NAMESPACE}}}AuthorizationToken", nsmap={"av": NAMESPACE})
    etree.SubElement(header, f"{{{NAMESPACE}}}Token").text = token
    return SERVICE.request(operation, arguments, path=SETTINGS.service_path, header=header if token else None)


@given(operation=st.sampled_from(sorted(CALLS)), texts=st.lists(_texts, min_size=4, max_size=4), token=_texts)
def test_every_request_is_the_one_that_zeep_writes(operation: str, texts: list[str], token: str) -> None:
    arguments = dict(zip(CALLS[operation], texts, strict=False))
    try:
        expected = written_by_zeep(operation, arguments, token)
    except (SourceProtocolError, ValueError) as error:
        with pytest.raises(type(error)):
            PROTOCOL.request(operation, arguments, token)
        return

    request = PROTOCOL.request(operation, arguments, token)

    assert request.content == expected.content
    assert (request.method, request.path, request.headers) == (expected.method, expected.path, expected.headers)
    assert (request.accept, request.is_read) == (expected.accept | ({401} if token else set()), expected.is_read)


def test_arguments_that_do_not_fit_are_not_sent() -> None:
    with pytest.raises(SourceProtocolError):
        PROTOCOL.request(LIST_OPERATION, {"Key": "1"}, "token")


def test_a_form_keeps_no_text_of_a_request() -> None:
    first = PROTOCOL.request(LIST_OPERATION, {"CustomerKey": "first"}, "one")
    second = PROTOCOL.request(LIST_OPERATION, {"CustomerKey": "second"}, "two")

    assert (b"first" in first.content, b"second" in second.content) == (True, True)
    assert (b"first" in second.content, b"one" in second.content) == (False, False)
