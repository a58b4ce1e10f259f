"""Which links to documents are followed, and which are a stranger's try."""

from __future__ import annotations

import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.addresses import Address, AllowedAddresses, is_public


def address(link: str, *hosts: str, base_url: str = "https://erp.example/Shoxl", private: bool = False) -> Address:
    return AllowedAddresses("shop", base_url, hosts, private=private).address_of(link)


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("https://erp.example/pdf/1?token=x", "https://erp.example/pdf/1?token=x"),
        ("HTTPS://ERP.example:443/pdf/1", "https://erp.example/pdf/1"),
        ("/pdf/1", "https://erp.example/pdf/1"),
        ("pdf/1#page=2", "https://erp.example/Shoxl/pdf/1"),
        ("//erp.example/pdf/1", "https://erp.example/pdf/1"),
        ("/pdf/Rechnung ä.pdf", "https://erp.example/pdf/Rechnung%20%C3%A4.pdf"),
    ],
)
def test_a_link_to_the_sources_own_host_is_followed(link: str, meant: str) -> None:
    found = address(link)

    assert (str(found.url), found.is_own, found.public_only) == (meant, True, False)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/pdf/1",
        "//evil.example/pdf/1",
        "https://erp.example.evil.example/",
        "https://erp.example@evil.example/",
        "https://evil.example\\@erp.example/",
        "https://erp.example:8443/pdf/1",
        "https://sub.erp.example/pdf/1",
        "http://erp.example/pdf/1",
        "https://user:word@erp.example/pdf/1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[::1",
        "https://erp.example/\r\nHost: evil",
        "https://erp.example/" + "a" * 5_000,
    ],
)
def test_any_other_link_is_refused(link: str) -> None:
    with pytest.raises(SourceProtocolError) as caught:
        address(link)

    assert "evil" not in caught.value.detail


def test_named_hosts_stand_in_place_of_the_sources_own() -> None:
    hosts = ("files.example", "other.example:8443")

    assert not address("https://files.example/1", *hosts).is_own
    assert address("https://other.example:8443/1", *hosts).public_only
    for link in ("/pdf/1", "https://other.example/1", "https://files.example:8443/1"):
        with pytest.raises(SourceProtocolError):
            address(link, *hosts)


def test_a_source_that_is_reached_without_tls_may_have_its_documents_there() -> None:
    assert address("/pdf/1", base_url="http://erp.internal:8080/Shoxl").is_own
    assert address("http://files.example/1", "files.example", base_url="http://erp.internal").public_only


@pytest.mark.parametrize("host", ["10.0.0.7", "127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:10.0.0.7]"])
def test_a_private_address_is_followed_only_where_the_operator_says_so(host: str) -> None:
    with pytest.raises(SourceProtocolError):
        address(f"https://{host}/1", host)

    assert not address(f"https://{host}/1", host, private=True).public_only


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "100.64.0.1", "224.0.0.1", "240.0.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fec0::1", "fc00::1", "ff0e::1", "4000::1", "2001:db8::1"),
        *("::ffff:10.0.0.7", "::ffff:0:127.0.0.1", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::808:808"),
        *("2002:a00:1::", "2002:7f00:1::1", "2001:0:808:808::1"),
    ],
)
def test_addresses_that_are_not_the_internets_are_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_addresses_of_the_internet_are_public(host: str) -> None:
    assert is_public(host)
