"""XML from strangers: what is read, and what is refused before it can do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.xml import allowed_characters, parse_xml

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha">' + b"".join(
    b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1) if n else b"&b;") * 10) for n in range(12)
)


@pytest.mark.parametrize(
    "content",
    [
        b"<a><b>0070145</b></a>",
        b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<!-- x -->\n<a><b>0070145</b></a>',
        '<?xml version="1.0" encoding="utf-16"?><a><b>0070145</b></a>'.encode("utf-16"),
        b"<a><b>007<!-- x -->0145</b></a>",
        b"<a><b><![CDATA[0070145]]></b><c><![CDATA[<!DOCTYPE]]></c></a>",
    ],
)
def test_a_document_is_read(content: bytes) -> None:
    assert parse_xml("shop", content).findtext("b") == "0070145"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"not xml",
        b"<a>",
        b"<a></b>",
        b"<a/><a/>",
        b"<a>&nbsp;</a>",
        b"<html><br></html>",
        b"<!DOCTYPE html><html/>",
        LAUGHS + b"]><a>&b11;</a>",
        LAUGHS + b']><a x="&b11;"/>',
        b'<!-- x --><?x y?> <!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        (LAUGHS + b"]><a>&b11;</a>").decode().encode("utf-16"),
        b"<a>" * 65 + b"</a>" * 65,
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b"<a>" + b"x" * 11_000_000 + b"</a>",
    ],
)
def test_anything_else_is_a_protocol_error(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_xml("shop", content)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A&#x1F;B", "A\ufffdB"),
        ("A&#11;B&#x0;&#0008;", "A\ufffdB\ufffd\ufffd"),
        ("&#xFFFF;&#xD83D;&#xDE00;&#x110000;", "\ufffd" * 4),
        ("&#1;&#9;&#10;&#13;&#xA0;&#x1F600;&amp;#1;", "\ufffd\t\n\r\xa0\U0001f600&#1;"),
        ("&#1;<![CDATA[&#1;]]>", "\ufffd&#1;"),
        ("&#1;<!-- <![CDATA[ -->&#1;", "\ufffd\ufffd"),
        ("&#1;<?x <![CDATA[ ?>&#1;", "\ufffd\ufffd"),
    ],
)
def test_a_reference_to_a_character_that_xml_forbids_costs_that_character_alone(written: str, read: str) -> None:
    root = parse_xml("shop", f"<a><b>{written}</b><c>7</c></a>".encode())

    assert (root.findtext("b"), root.findtext("c")) == (read, "7")


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0"?>'])
@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO-8859-1", "windows-1252"])
def test_a_document_that_names_no_encoding_is_of_the_charset_that_its_content_type_names(
    charset: str, declared: str
) -> None:
    content = f"{declared}<a><b>Café&#1;</b></a>".encode(charset)

    assert parse_xml("shop", content, charset).findtext("b") == "Café\ufffd"


@pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii", "nonsense", "utf-8", ""])
@pytest.mark.parametrize(
    "content",
    [
        "<a><b>é</b></a>".encode(),
        '<?xml version="1.0" encoding="latin1"?><a><b>é</b></a>'.encode("latin1"),
        '<?xml version="1.0" encoding="latin1"?><a><b>é</b><c>&#1;</c></a>'.encode("latin1"),
    ],
)
def test_what_a_document_is_by_itself_counts_more_than_a_charset(content: bytes, charset: str) -> None:
    assert parse_xml("shop", content, charset).findtext("b") == "é"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("declared", ["utf-16", "UTF-16", "us-ascii", "unicode"])
def test_a_document_that_cannot_be_of_the_encoding_that_it_names_and_is_utf8_is_utf8(
    declared: str, mark: bytes
) -> None:
    content = mark + f'<?xml version="1.0" encoding="{declared}"?><a><b>Café&#1;</b></a>'.encode()

    assert parse_xml("shop", content, "utf-8").findtext("b") == "Café\ufffd"
    with pytest.raises(SourceProtocolError):
        parse_xml("shop", content[:-1], "utf-8")


def test_a_document_that_can_be_of_the_encoding_that_it_names_is() -> None:
    content = '<?xml version="1.0" encoding="latin1"?><a><b>Ã©&#1;</b></a>'.encode("latin1")

    assert parse_xml("shop", content, "utf-8").findtext("b") == "Ã©\ufffd"


@pytest.mark.parametrize("charset", ["", "utf-8", "nonsense", "us-ascii", "base64"])
def test_no_other_charset_makes_a_broken_document_a_sound_one(charset: str) -> None:
    with pytest.raises(SourceProtocolError):
        parse_xml("shop", "<a><b>é</b></a>".encode("latin1"), charset)


@pytest.mark.parametrize("content", ["<a>&#1;", "<a>&#x1;</b>", "<a>&#1;&nbsp;</a>", f"<a>&#{'9' * 5_000};</a>"])
def test_a_document_that_is_broken_elsewhere_too_is_a_protocol_error(content: str) -> None:
    with pytest.raises(SourceProtocolError):
        parse_xml("shop", content.encode())


@pytest.mark.parametrize("piece", [b"<!-- x -->", b"<?x y?>", b"<?x y?> <!-- x -->", b"   "])
def test_many_comments_before_the_root_are_read_and_hide_no_dtd(piece: bytes) -> None:
    assert parse_xml("shop", piece * 1_000 + b"<a/>").tag == "a"
    with pytest.raises(SourceProtocolError, match="could not be read"):
        parse_xml("shop", piece * 1_000 + b"<!DOCTYPE a><a/>")


@pytest.mark.parametrize(
    "content",
    [b"<?x " * 100_000, b"<!-- " * 100_000, b"<?x ?" * 100_000, b"<" * 100_000, b"<a>&#1;" + b"<![CDATA[" * 1_000_000],
)
def test_what_begins_again_and_again_and_never_ends_is_refused(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_xml("shop", content)


def test_a_dtd_is_refused_in_a_charset_too_that_hides_it() -> None:
    content = "<!DOCTYPE a [<!ENTITY x 'é'>]><a>&x;</a>".encode("utf-16-le")

    with pytest.raises(SourceProtocolError):
        parse_xml("shop", content, "utf-16le")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_of_ours_is_not_read_for_an_entity(tmp_path: Path, encoding: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    content = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'

    with pytest.raises(SourceProtocolError):
        parse_xml("shop", content.encode(encoding))


def test_as_many_levels_as_anyone_needs_are_read() -> None:
    assert len(list(parse_xml("shop", b"<a>" * 64 + b"</a>" * 64).iter())) == 64


def test_many_attributes_are_no_danger() -> None:
    content = b"<a " + b" ".join(b'x%d="1"' % n for n in range(20_000)) + b"/>"

    assert len(parse_xml("shop", content).attrib) == 20_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_more_tags_than_anybody_has_are_refused(encoding: str) -> None:
    content = "<a>" + "<b/>" * 999_998 + "%s</a>"

    assert len(parse_xml("shop", (content % "").encode(encoding))) == 999_998
    with pytest.raises(SourceProtocolError):
        parse_xml("shop", (content % "<b/>").encode(encoding))


def test_a_document_that_may_be_larger_may_have_more_tags() -> None:
    content = b"<a>" + b"<b>0070145 and so on and so on</b>" * 510_000 + b"</a>"

    assert len(parse_xml("shop", content)) == 510_000


def test_among_more_references_than_anybody_has_no_forbidden_ones_are_looked_for() -> None:
    some, many = (b"<a>" + b"&#1;" * times + b"</a>" for times in (1_000, 200_001))

    assert allowed_characters(some) == some.replace(b"&#1;", b"&#xFFFD;")
    assert allowed_characters(many) == many
