"""Writes rows of a table of lines as JSON texts, by the column: no line is made an object for it.

What comes out for `{ sku total { net { amount } } tax { rate } }`, of a table that has skus and nets and no taxes:

    def write(lines):
        table, rows, positions = lines.table, slice(lines.start, lines.stop), range(1, len(lines) + 1)
        columns, currency = table.columns, quoted(table.currency_code)
        return [
            f'{k0}{x0}{k1}"{x1}"{k2}null{k3}'
            for x0, x1, in zip(map(quoted, columns['sku'][rows]), columns['total.net.amount'][rows])
        ]

As in a projection, only names of the schema's and numbers are in the code: k0 and its like are values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quoted

from graphql import GraphQLOutputType, get_named_type, get_nullable_type, is_leaf_type, is_non_null_type, is_object_type
from graphql.execution.collect_fields import FieldDetailsList

from graph.execution.leaves import DECIMAL, INTEGER, TEXT, Leaf, leaf_of
from graph.execution.selected import NotPlain, Selections, selected_fields
from graph.execution.surprise import Surprise
from graph.types.invoice_line import InvoiceLine
from resolvers.model.line_table import Kind, TableLines

_MOST_SHAPES = 64

Write = Callable[[TableLines], list[str]]


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
    """Writes rows of any table; for each shape of one, a function is compiled when it is first seen."""

    def __init__(self, line: _Part) -> None:
        self._line = line
        self._by_shape: dict[str, Write | None] = {}

    def __call__(self, lines: TableLines) -> list[str]:
        """The JSON text of each line. Raises Surprise where the library has to write them."""
        shape = lines.table.shape
        if shape not in self._by_shape:
            if len(self._by_shape) >= _MOST_SHAPES:
                self._by_shape.clear()
            self._by_shape[shape] = _compiled(self._line, lines.table.kinds)
        write = self._by_shape[shape]
        if write is None:
            raise Surprise
        return write(lines)


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


def _compiled(line: _Part, kinds: Mapping[str, Kind]) -> Write | None:
    """The function for tables of these columns; None where one does not hold what its field is to be."""
    function = _Function(kinds)
    try:
        text = function.text(line, "")
    except Surprise:
        return None
    return function.finish(text)


@dataclass(slots=True)
class _Function:
    """The function in the making: the columns that it reads, and the values which names in it stand for."""

    kinds: Mapping[str, Kind]
    columns: list[str] = field(default_factory=list)
    names: dict[str, object] = field(default_factory=lambda: {"quoted": quoted, "quoted_or_null": _quoted_or_null})

    def finish(self, text: str) -> Write:
        """The function, which writes that text of each row."""
        columns = self.columns or ["positions"]
        values = "".join(f"x{number}, " for number in range(len(columns)))
        code = f"""
def write(lines):
    table, rows, positions = lines.table, slice(lines.start, lines.stop), range(1, len(lines) + 1)
    columns, currency = table.columns, quoted(table.currency_code)
    return [f'{text}' for {values}in zip({", ".join(columns)})]
"""
        exec(compile(code, "<table rows>", "exec"), self.names)  # noqa: S102  # the text is ours: no word of a client's is in it
        return self.names.pop("write")  # type: ignore[return-value]  # as it was just defined

    def text(self, part: _Part, prefix: str) -> str:
        """What stands for an object's text in an f-string. Raises Surprise."""
        written = ""
        for member in part.members:
            written += self._constant(member.before) + self._value(member, prefix + member.name)
        return written + self._constant(part.after)

    def _value(self, member: _Member, path: str) -> str:
        kind, content = self.kinds.get(path), member.content
        if kind is None and member.is_nullable:
            return "null"
        if isinstance(content, _Part):
            if kind is Kind.PART:
                return self.text(content, f"{path}.")
            raise Surprise
        return self._leaf(path, content, kind, is_nullable=member.is_nullable)

    def _leaf(self, path: str, leaf: Leaf, kind: Kind | None, *, is_nullable: bool) -> str:
        match kind:
            case Kind.TEXT if leaf is TEXT:
                return f"{{{self._column(f'map(quoted, columns[{path!r}][rows])')}}}"
            case Kind.TEXT_OR_NONE if leaf is TEXT and is_nullable:
                return f"{{{self._column(f'map(quoted_or_null, columns[{path!r}][rows])')}}}"
            case Kind.NUMBER if leaf is DECIMAL:
                return f'"{{{self._column(f"columns[{path!r}][rows]")}}}"'
            case Kind.POSITION if leaf is INTEGER:
                return f"{{{self._column('positions')}}}"
            case Kind.CURRENCY if leaf is TEXT:
                return "{currency}"
        raise Surprise

    def _column(self, expression: str) -> str:
        self.columns.append(expression)
        return f"x{len(self.columns) - 1}"

    def _constant(self, text: str) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = text
        return f"{{{name}}}"


def _quoted_or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)
