"""Writes rows of a table of lines as JSON text, by the column: no line is made an object for it.

The pieces of one row are repeated, each column is laid into its places among them, and all are joined. For two rows of
`{ sku total { net { amount } } tax { rate } }`, of a table that has skus and nets and no taxes, with bars between them:

    {"sku":|"A"|,"total":{"net":{"amount":"|1.00|"}},"tax":null},{"sku":|"B"|,"total":{"net":{"amount":"|2.00|"}},"tax":null}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import Any

from graphql import GraphQLOutputType, get_named_type, get_nullable_type, is_leaf_type, is_non_null_type, is_object_type
from graphql.execution.collect_fields import FieldDetailsList

from graph.execution.leaves import DECIMAL, INTEGER, TEXT, Leaf, leaf_of
from graph.execution.selected import NotPlain, Selections, selected_fields
from graph.execution.surprise import Surprise
from graph.types.invoice_line import InvoiceLine
from resolvers.model.line_table import Kind, LineTable, TableLines

_MOST_FORMS = 64


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
    """A column of a table by its path, None for the positions; what makes JSON of its values, where they are none."""

    path: str | None
    written: Callable[[Any], str] | None = None


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

    def __call__(self, lines: TableLines) -> str:
        """The JSON texts of the lines, commas between them. Raises Surprise where the library has to write them."""
        table = lines.table
        kind = (table.shape, table.currency_code)
        form = self._forms.get(kind)
        if form is None:
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
            form = self._forms[kind] = _Form.of(_pieces(self._line, table, ""))
        return form.text(lines)


@dataclass(frozen=True, slots=True)
class _Form:
    """The pieces of a row, the first of which ends the row before; and where in them each column goes.

    The first row begins with `first` in place of that piece, and the last ends with `last`.
    """

    first: str
    row: list[str]
    columns: Sequence[tuple[slice, str | None, Callable[[Any], str] | None]]
    last: str

    @classmethod
    def of(cls, pieces: Iterable[str | _Column]) -> _Form:
        """The form of rows that are made of constants and columns in this order."""
        constants, columns = [""], list[_Column]()
        for piece in pieces:
            if isinstance(piece, str):
                constants[-1] += piece
            else:
                columns.append(piece)
                constants.append("")
        first, *between, last = constants if columns else (*constants, "")
        row = [f"{last},{first}", *(text for constant in between for text in ("", constant)), *[""] * bool(columns)]
        places = [slice(2 * number + 1, None, len(row)) for number in range(len(columns))]
        laid = [(place, column.path, column.written) for place, column in zip(places, columns, strict=True)]
        return cls(first, row, laid, last)

    def text(self, lines: TableLines) -> str:
        """The rows' text."""
        columns, rows, count = lines.table.columns, slice(lines.start, lines.stop), lines.stop - lines.start
        if not count:
            return ""
        pieces = self.row * count
        pieces[0] = self.first
        for places, path, written in self.columns:
            values: Iterable[Any] = range(1, count + 1) if path is None else columns[path][rows]
            pieces[places] = values if written is None else map(written, values)
        pieces.append(self.last)
        return "".join(pieces)


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


def _pieces(part: _Part, table: LineTable, prefix: str) -> Iterator[str | _Column]:
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
        else:
            raise Surprise
    yield part.after


def _leaf(path: str, member: _Member, kind: Kind | None, table: LineTable) -> Sequence[str | _Column]:
    match kind:
        case Kind.TEXT if member.content is TEXT:
            return [_Column(path, quoted)]
        case Kind.TEXT_OR_NONE if member.content is TEXT and member.is_nullable:
            return [_Column(path, _quoted_or_null)]
        case Kind.NUMBER if member.content is DECIMAL:
            return ['"', _Column(path), '"']
        case Kind.POSITION if member.content is INTEGER:
            return [_Column(None, str)]
        case Kind.CURRENCY if member.content is TEXT:
            return [quoted(table.currency_code)]
    raise Surprise


def _quoted_or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)
