"""Reads XML from strangers: no DTD, no entities, nothing fetched, no depth without end."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from lxml import etree

from resolvers.model.errors import SourceProtocolError

_DEEPEST = 64
_MOST_TAGS, _BYTES_OF_TAG = 1_000_000, 16
"""So many in any document, and in a larger one as many as have so many bytes each. Sixteen megabytes hold fewer of any
vendor's; of empty elements they hold four times as many, which take a process for ten seconds."""
_MOST_REFERENCES = 200_000
"""Among which those to forbidden characters are looked for."""
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (_DEEPEST + 1) + ")")
_DOCTYPE_AHEAD = re.compile(rb"\s*+(?:(?><\?.*?\?>|<!--.*?-->)\s*+)*+<!DOCTYPE", re.DOTALL)
"""Atomic groups alone: with any others, forty comments before the root would keep it busy for a day."""

_REFERENCE = re.compile(
    rb"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))|&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));",
    re.DOTALL,
)
_CHARACTERS = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
"""XML 1.0, 2.2: beside tab and line ends."""

_SAYS_ENCODING = re.compile(rb"\xef\xbb\xbf|\xfe\xff|\xff\xfe|<\?xml[^>]*\sencoding\b")
_SAYS_ANOTHER = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*[\"'](?!utf-8\b)", re.IGNORECASE)


def parse_xml(source: str, content: bytes, charset: str = "") -> etree._Element:
    """The root element. Raises SourceProtocolError for anything but one well-formed, shallow document without a DTD.

    Three liberties: see `allowed_characters`; a document that names no encoding and is no UTF-8 is of the `charset`
    that its content type names; and one that is UTF-8 and cannot be of the encoding that it names is UTF-8: .NET writes
    `encoding="utf-16"` above any text that was a string first.
    """
    if len(content) > _MOST_TAGS and content.count(b"<") > (most := max(_MOST_TAGS, len(content) // _BYTES_OF_TAG)):
        raise SourceProtocolError(source, f"XML of more than {most} tags")
    if _DOCTYPE_AHEAD.match(content.removeprefix(codecs.BOM_UTF8)):
        raise SourceProtocolError(source, "XML with a DTD")
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:  # ValueError: nothing at all
        root = _second_reading(content, charset)
        if root is None:
            line = error.lineno if isinstance(error, etree.XMLSyntaxError) else None
            raise SourceProtocolError(source, f"unreadable XML (line {line})") from None
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that hid it from the look ahead
        raise SourceProtocolError(source, "XML with a DTD")
    if _TOO_DEEP(root):
        raise SourceProtocolError(source, f"XML deeper than {_DEEPEST} elements")
    return root


def allowed_characters(content: bytes) -> bytes:
    """The XML with U+FFFD in place of each reference to a character that XML forbids, as .NET writes control signs.

    It stands for a letter of one text; a parser would refuse all of the others, too. As it is where there are more
    references than in any vendor's answer.
    """
    return _REFERENCE.sub(_allowed, content) if 0 < content.count(b"&#") <= _MOST_REFERENCES else content


def _allowed(found: re.Match[bytes]) -> bytes:
    """What was found, where it is no reference or one to a character that there is."""
    aside, hexadecimal, decimal = found.groups()
    if aside:
        return aside
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    is_allowed = number in (9, 10, 13) or any(first <= number <= last for first, last in _CHARACTERS)
    return found[0] if is_allowed else b"&#xFFFD;"


def _second_reading(content: bytes, charset: str) -> etree._Element | None:
    """The root with all liberties taken; None where they do not help."""
    allowed, other = allowed_characters(content), _second_encoding(content, charset)
    for encoding in ("", other):
        if allowed != content or encoding:
            with suppress(etree.XMLSyntaxError, ValueError, LookupError):  # LookupError: of a charset that nobody knows
                return etree.fromstring(allowed, _parser(encoding or None))
    return None


def _second_encoding(content: bytes, charset: str) -> str:
    """The encoding to read it in, its own name for it notwithstanding; empty where there is no other."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return "" if _SAYS_ENCODING.match(content) else charset
    return "utf-8" if _SAYS_ANOTHER.match(content) else ""


def _parser(encoding: str | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
