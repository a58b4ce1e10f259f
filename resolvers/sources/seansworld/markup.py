"""The text of a document that only looks like XML, and its tags, one after the other. Pure.

Nothing is guessed here: what is not a whole tag stays text, and whoever reads the tokens has to account for all of it.
"""

from __future__ import annotations

import codecs
import re
from enum import Enum
from html.entities import html5
from typing import NamedTuple

from resolvers.model.errors import SourceProtocolError

_MOST_TOKENS = 40_000
_LITERAL_BEGIN, _LITERAL_END = "<![CDATA[", "]]>"
_SAYS_LATIN_1 = re.compile(
    rb"\s*<\?xml[^<>]*encoding\s*=\s*[\"'](?:iso-8859-1|latin-?1|windows-1252)[\"']", re.IGNORECASE
)
_WINDOWS_1252 = {
    byte: character
    for byte in range(0x80, 0xA0)
    if (character := bytes([byte]).decode("windows-1252", "replace")) != "\N{REPLACEMENT CHARACTER}"
}
"""What is meant where ISO 8859-1 has control characters that nobody sends: quotes, dashes, the euro. HTML's table."""

_DECLARATION = re.compile(r"\s*<\?xml\s[^<>]*\?>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

_TOKEN = re.compile(
    r"<!--(?P<comment>[^<]*?)-->"
    r"|<!\[CDATA\[(?P<literal>.*?)\]\]>"
    r"|<(?P<slash>/?)(?P<name>[A-Za-z_][\w.:-]*)(?P<attributes>(?:\s[^<>]*?)?)(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTES = re.compile(r"(?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*")
_REFERENCE = re.compile(r"&(?:#(?P<decimal>[0-9]{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]*));")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Kind(Enum):
    """What a token is."""

    OPEN = "open"
    CLOSE = "close"
    EMPTY = "empty"
    TEXT = "text"
    LITERAL = "literal"
    """A CDATA section's content, in which nothing is escaped."""


class Token(NamedTuple):
    """A tag by its name in lower case and as it was spelled, or a piece of text. `written` is all that stood there."""

    kind: Kind
    written: str
    name: str = ""
    spelled: str = ""
    attributes: str = ""


class Text(NamedTuple):
    """A text, and whether XML would have refused how it was written."""

    value: str
    is_repaired: bool


def decode_document(source: str, content: bytes) -> Text:
    """The document as text: UTF-8, or Windows-1252 where it is not; its lines end in a line feed (XML 1.0, 2.11).

    Raises SourceProtocolError for what is no text.
    """
    content = content.removeprefix(codecs.BOM_UTF8)
    is_latin_1 = _SAYS_LATIN_1.match(content) is not None
    try:
        text, is_repaired = _western(content) if is_latin_1 else content.decode(), False
    except UnicodeDecodeError:
        text, is_repaired = _western(content), True
    if _CONTROL.search(text):
        raise SourceProtocolError(source, "control characters in the document")
    return Text(text.replace("\r\n", "\n").replace("\r", "\n"), is_repaired)


def _western(content: bytes) -> str:
    """The text in Windows-1252, as which browsers read ISO 8859-1, too; the five bytes that it has not are as there."""
    return content.decode("latin-1").translate(_WINDOWS_1252)


def tokenize(source: str, text: str) -> list[Token]:
    """The document's tags and the texts between them, comments aside.

    Raises SourceProtocolError for a document type, an entity's declaration, or any other instruction to the reader, and
    for more pieces than an invoice of two thousand lines has.
    """
    if text.rfind(_LITERAL_BEGIN) > text.rfind(_LITERAL_END):  # each such would be looked for to the document's end
        raise SourceProtocolError(source, "a declaration in the document")
    declaration = _DECLARATION.match(text)
    end = declaration.end() if declaration else 0
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, end):
        _add_text(source, tokens, text[end : match.start()])
        end = match.end()
        if match["name"]:
            tokens.append(_tag(match))
        elif match["literal"]:
            tokens.append(Token(Kind.LITERAL, match["literal"]))
        if len(tokens) > _MOST_TOKENS:
            raise SourceProtocolError(source, f"a document of more than {_MOST_TOKENS} pieces")
    _add_text(source, tokens, text[end:])
    return tokens


def attribute(token: Token, name: str) -> str | None:
    """The value of an attribute by its name in lower case; None where there is none."""
    match = re.search(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", token.attributes, re.IGNORECASE)
    return None if match is None else match[1] or match[2]


def has_sound_attributes(token: Token) -> bool:
    """Whether what stands behind the tag's name is attributes, or nothing."""
    return _ATTRIBUTES.fullmatch(token.attributes) is not None


def unescape(written: str) -> Text:
    """The text with its references resolved: XML's, and repaired HTML's. A lone `&` or `<` stands for itself."""
    is_repaired = "<" in written

    def resolved(match: re.Match[str]) -> str:
        nonlocal is_repaired
        character = _character(match)
        is_repaired = is_repaired or character is None or not _is_of_xml(match)
        return match[0] if character is None else character

    value = _REFERENCE.sub(resolved, written)
    return Text(value, is_repaired or "&" in _REFERENCE.sub("", written))


def _character(match: re.Match[str]) -> str | None:
    """What a reference stands for; None for nothing that a text can hold."""
    if match["name"]:
        return html5.get(f"{match['name']};")
    number = _number(match)
    is_character = number in (0x9, 0xA, 0xD) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0x110000
    return _WINDOWS_1252.get(number, chr(number)) if is_character else None


def _is_of_xml(match: re.Match[str]) -> bool:
    """Whether XML has the reference, and takes it for the same character."""
    return match["name"] in _OF_XML if match["name"] else _number(match) not in _WINDOWS_1252


def _number(match: re.Match[str]) -> int:
    return int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)


def _tag(match: re.Match[str]) -> Token:
    kind = Kind.CLOSE if match["slash"] else Kind.EMPTY if match["empty"] else Kind.OPEN
    attributes = match["attributes"] + (match["empty"] if kind is Kind.CLOSE else "")
    return Token(kind, match[0], match["name"].lower(), match["name"], attributes)


def _add_text(source: str, tokens: list[Token], written: str) -> None:
    if "<!" in written or "<?" in written:
        raise SourceProtocolError(source, "a declaration in the document")
    if written:
        tokens.append(Token(Kind.TEXT, written))
