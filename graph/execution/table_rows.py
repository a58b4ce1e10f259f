"""Writes rows of a table of lines as JSON text, by the column: no line is made an object for it.

What writes `{ sku total { net { amount } } tax { rate } }`, of tables that have skus and nets and no taxes:

    lambda rows: [f'{k0}{quoted(v1)}{k1}{v2}{k2}' for v0, v1, v2 in rows]

with the text between the values as k0, k1, ... and the rows' positions as v0. Where some lines have no total:

    ... f'{k0}{quoted(v1)}{k1}{null if v2 is None else k2 + v3 + k3}{k4}' ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from json.encoder import encode_basestring as quoted
from typing import TypeAlias

from graphql import GraphQLOutputType, get_named_type, get_nullable_type, is_leaf_type, is_non_null_type, is_object_type
from graphql.execution.collect_fields import FieldDetailsList

from graph.execution.leaves import DECIMAL, INTEGER, TEXT, Leaf, leaf_of
from graph.execution.selected import NotPlain, Selections, selected_fields
from graph.execution.surprise import Surprise
from graph.types.invoice_line import InvoiceLine
from resolvers.model.line_table import Kind, LineTable, TableLines

_MOST_FORMS = 64


def _quoted_or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def _number_or_null(digits: str | None) -> str:
    return "null" if digits is None else f'"{digits}"'


_NAMES = {"quoted": quoted, "quoted_or_null": _quoted_or_null, "number_or_null": _number_or_null, "null": "null"}


@dataclass(frozen=True, slots=True)
class _Part:
    """What is selected of an object, and what is written behind the last of it."""

    members: Sequence[_Member]
    after: str


@dataclass(frozen=True, slots=True)
class _Member:
    """A field: what is written before it, the attribute, and what is in it."""

    before: str
    name: str
    is_nullable: bool
    content: Leaf | _Part


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table by its path, and the expression over `{0}` that makes JSON of its values."""

    path: str
    text: str = "{0}"


@dataclass(frozen=True, slots=True)
class _Optional:
    """What is written where the column at this path has something, and null where it has not."""

    path: str
    pieces: Sequence[_Piece]


_Piece: TypeAlias = str | _Column | _Optional
_POSITION = _Column("")


def rows_writer(selections: Selections, type_: GraphQLOutputType, details: FieldDetailsList) -> RowsWriter | None:
    """What writes lines of a table; None for a type of other things, and where more than attributes is selected."""
    definition = get_named_type(type_).extensions.get("strawberry-definition")
    if getattr(definition, "origin", None) is not InvoiceLine:
        return None
    try:
        return RowsWriter(_part(selections, get_nullable_type(type_), details))
    except NotPlain:
        return None


class RowsWriter:
    """Writes rows of any table; how those of one kind are written is found out when the first is seen."""

    def __init__(self, line: _Part) -> None:
        self._line = line
        self._forms: dict[tuple[str, str], _Form] = {}

    def __call__(self, lists: Iterable[object]) -> Iterator[str | None]:
        """Of each list the JSON texts of its lines, commas between them; None where it is no rows of a table.

        Lists that follow each other in a table are written together. Raises Surprise where the library has to write.
        """
        for some in _together(lists):
            yield from [None] if some is None else self._form(some[0].table).texts(some)

    def _form(self, table: LineTable) -> _Form:
        kind = (table.shape, table.currency_code)
        form = self._forms.get(kind)
        if form is None:
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
            form = self._forms[kind] = _Form.of(_pieces(self._line, table, ""))
        return form


def _together(lists: Iterable[object]) -> Iterator[list[TableLines] | None]:
    """The lists, as many at a time as follow each other in a table; None for one that is no rows of a table."""
    run: list[TableLines] = []
    for lines in lists:
        rows = lines if type(lines) is TableLines else None
        if run and (rows is None or rows.table is not run[-1].table or rows.start != run[-1].stop):
            yield run
            run = []
        if rows is None:
            yield None
        else:
            run.append(rows)
    if run:
        yield run


@dataclass(frozen=True, slots=True)
class _Form:
    """How rows are written: by a function of their positions, which may be left out, and the values at these paths."""

    has_positions: bool
    paths: Sequence[str]
    write: Callable[[Iterable[tuple[object, ...]]], list[str]]

    @classmethod
    def of(cls, pieces: Iterable[_Piece]) -> _Form:
        """The form of rows that are made of these."""
        row = _Row()
        text = "".join([f"{{{expression}}}" for expression in row.expressions(pieces)])
        values = ", ".join(f"v{number}" for number in range(len(row.paths) + 1))
        code = f"lambda rows: [f'{text}' for {values}, in rows]"
        return cls("{v0}" in text, row.paths, eval(code, row.names))  # noqa: S307  # the text is ours: no word of a client's is in it

    def texts(self, lists: Sequence[TableLines]) -> list[str]:
        """Of each list its rows' text; they follow each other in one table."""
        start, stop, columns = lists[0].start, lists[-1].stop, lists[0].table.columns
        positions: Iterable[int] = repeat(0, stop - start)
        if self.has_positions:
            positions = chain.from_iterable(range(1, len(each) + 1) for each in lists)
        rows = self.write(zip(positions, *(columns[path][start:stop] for path in self.paths), strict=True))
        return [",".join(rows[each.start - start : each.stop - start]) for each in lists]


@dataclass(slots=True)
class _Row:
    """A row's text in the making: the columns that it reads, and the values which names in it stand for."""

    paths: list[str] = field(default_factory=list)
    names: dict[str, object] = field(default_factory=lambda: dict(_NAMES))

    def expressions(self, pieces: Iterable[_Piece]) -> list[str]:
        """The expressions of the pieces, constants in a row as one; all are texts but for the position."""
        merged = list[_Piece]()
        for piece in pieces:
            if isinstance(piece, str) and merged and isinstance(merged[-1], str):
                merged[-1] += piece
            else:
                merged.append(piece)
        return [*map(self._expression, merged)]

    def _expression(self, piece: _Piece) -> str:
        if isinstance(piece, str):
            return self._constant(piece)
        if piece is _POSITION:
            return "v0"
        value = self._value(piece.path)
        if isinstance(piece, _Column):
            return piece.text.format(value)
        return f"(null if {value} is None else {' + '.join(self.expressions(piece.pieces))})"

    def _value(self, path: str) -> str:
        self.paths.append(path)
        return f"v{len(self.paths)}"

    def _constant(self, text: str) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = text
        return name


def _part(selections: Selections, type_: object, details: FieldDetailsList) -> _Part:
    """The selection of an object's. Raises NotPlain."""
    if not is_object_type(type_) or type_.is_type_of is not None:
        raise NotPlain
    fields, after = selected_fields(selections, type_, details)
    members = []
    for one in fields:
        if not one.field.is_basic_field:
            raise NotPlain
        below = get_nullable_type(one.definition.type)
        content = leaf_of(below) if is_leaf_type(below) else _part(selections, below, one.details)
        if content is None:
            raise NotPlain
        members.append(_Member(one.before, one.field.python_name, not is_non_null_type(one.definition.type), content))
    return _Part(members, after)


def _pieces(part: _Part, table: LineTable, prefix: str) -> Iterator[_Piece]:
    """What an object's text is made of. Raises Surprise."""
    for member in part.members:
        yield member.before
        path, kind = prefix + member.name, table.kinds.get(prefix + member.name)
        if kind is None and member.is_nullable:
            yield "null"
        elif isinstance(member.content, Leaf):
            yield from _leaf(path, member, kind, table)
        elif kind is Kind.PART:
            yield from _pieces(member.content, table, f"{path}.")
        elif kind is Kind.PART_OR_NONE and member.is_nullable:
            yield _Optional(path, [*_pieces(member.content, table, f"{path}.")])
        else:
            raise Surprise
    yield part.after


def _leaf(path: str, member: _Member, kind: Kind | None, table: LineTable) -> Sequence[_Piece]:
    match kind:
        case Kind.TEXT if member.content is TEXT:
            return [_Column(path, "quoted({0})")]
        case Kind.TEXT_OR_NONE if member.content is TEXT and member.is_nullable:
            return [_Column(path, "quoted_or_null({0})")]
        case Kind.NUMBER if member.content is DECIMAL:
            return ['"', _Column(path), '"']
        case Kind.NUMBER_OR_NONE if member.content is DECIMAL and member.is_nullable:
            return [_Column(path, "number_or_null({0})")]
        case Kind.POSITION if member.content is INTEGER:
            return [_POSITION]
        case Kind.CURRENCY if member.content is TEXT:
            return [quoted(table.currency_code)]
    raise Surprise
