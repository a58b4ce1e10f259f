"""Walks over a document's tokens, element by element, and lets none of them pass unaccounted for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.seansworld.markup import Kind, Token, has_sound_attributes, unescape

_DEEPEST = 8


class Scanner:
    """A place among the tokens. `known` are the vendor's own elements.

    `is_repaired` tells whether XML would have refused something, `has_unknown` whether an element was left aside. Every
    method raises SourceProtocolError for what it cannot account for.
    """

    def __init__(self, source: str, tokens: Sequence[Token], known: frozenset[str]) -> None:
        self._source = source
        self._tokens = tokens
        self._known = known
        self._position = 0
        self.is_repaired = False
        self.has_unknown = False

    def fail(self, detail: str) -> NoReturn:
        """Gives the document up."""
        raise SourceProtocolError(self._source, detail)

    def knows(self, tag: Token) -> bool:
        """Whether it is of an element of the vendor's."""
        return tag.name in self._known

    def next_tag(self) -> Token | None:
        """The next tag, with nothing but blanks before it; None at the end."""
        if self.take_text().strip():
            self.fail("a text outside of every element")
        tag = self._next()
        if tag is not None and not has_sound_attributes(tag):
            self.fail("a tag that is none")
        return tag

    def take_text(self) -> str:
        """The text up to the next tag."""
        parts: list[str] = []
        while (token := self._peek()) is not None and token.kind in (Kind.TEXT, Kind.LITERAL):
            parts.append(self._text(token))
            self._position += 1
        return "".join(parts)

    def take_close(self, opening: Token) -> bool:
        """Whether the next token closes the element; if so, it is passed."""
        token = self._peek()
        if token is None or token.kind is not Kind.CLOSE or token.name != opening.name:
            return False
        self.match(opening, token)
        self._position += 1
        return True

    def leaf(self, opening: Token, *, is_prose: bool = False) -> str:
        """The text of an element that holds nothing else. Prose may hold a lone `<`, or foreign tags."""
        if opening.kind is Kind.EMPTY:
            return ""
        text = self.take_text()
        while (token := self._next()) is not None and token.name not in self._known and is_prose:
            self.is_repaired = True
            text += token.written + self.take_text()
        if token is None or token.kind is not Kind.CLOSE or token.name != opening.name:
            self.fail(f"{opening.name} does not end")
        if not is_prose and ("<" in text or ">" in text):
            self.fail(f"{opening.name} holds a part of a tag")
        self.match(opening, token)
        return text

    def skip(self, opening: Token) -> None:
        """Passes an element that the vendor's page does not name, with all that is in it."""
        self.has_unknown = True
        inside = [] if opening.kind is Kind.EMPTY else [opening]
        while inside:
            text, token = self.take_text(), self._next()
            if token is None or token.name in self._known or "<" in text or len(inside) > _DEEPEST:
                self.fail("an unknown element does not end")
            if token.kind is Kind.OPEN:
                inside.append(token)
            elif token.kind is Kind.CLOSE:
                if token.name != inside[-1].name:
                    self.fail("an unknown element is closed by another")
                self.match(inside.pop(), token)

    def match(self, opening: Token, closing: Token) -> None:
        """Notes a repair where the two tags of an element are spelled in different cases."""
        if closing.attributes.strip():
            self.fail(f"the end of {opening.name} is no tag")
        self.is_repaired = self.is_repaired or opening.spelled != closing.spelled

    def _text(self, token: Token) -> str:
        if token.kind is Kind.LITERAL:
            return token.written
        if token.written.startswith(">") or token.written.endswith("<"):
            self.fail("a bracket too many at a tag")
        text = unescape(token.written)
        self.is_repaired = self.is_repaired or text.is_repaired
        return text.value

    def _peek(self) -> Token | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def _next(self) -> Token | None:
        token = self._peek()
        self._position += 1
        return token
