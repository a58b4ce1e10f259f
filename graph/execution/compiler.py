"""From what is selected of a plain object to a function that writes it as JSON text.

What comes out for `{ number total { amount } }` of an invoice, a nullable Money among its fields:

    def write(v1, info, calls=()):
        if type(v1) not in plain_types: expect_plain(v1)
        v2 = v1.number
        if type(v2) is str:
            t2 = quoted(v2)
        elif v2 is None: t2 = 'null'
        else: raise Surprise
        v3 = v1.total
        if v3 is None: t3 = 'null'
        else:
            if type(v3) not in plain_types: expect_plain(v3)
            v4 = v3.amount
            ...
            t3 = f'{k1}"{t4}"{k2}'
        return f'{k0}{t2}{k3}{t3}{k4}'

Only names of the schema's and numbers are in the code. What a client wrote, aliases that is, are values of k0, k1, ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList

from graph.execution.leaves import Leaf, leaf_of
from graph.execution.selected import NotPlain, SelectedField, Selections, selected_fields
from graph.execution.surprise import Surprise, expect_plain, plain_types
from graph.execution.table_rows import rows_writer
from graph.pure import is_pure
from resolvers.model.line_table import TableLines

_DEEPEST = 20  # levels of indentation: Python takes no more loops in each other


_NAMES = {
    "commas": ",".join,
    "expect_plain": expect_plain,
    "plain_types": plain_types,
    "Surprise": Surprise,
    "TableLines": TableLines,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A pure resolver that the function calls: its field's definition, and where it is selected."""

    parent_type: GraphQLObjectType
    definition: GraphQLField
    details: FieldDetailsList


@dataclass(frozen=True, slots=True)
class Projection:
    """The function, and the resolvers that it is to be handed as `calls`, bound to their arguments."""

    write: Callable[..., str]
    calls: Sequence[Call]

    def bound(self, calls: Sequence[Callable[[Any], Any]]) -> Callable[[Any, Any], str]:
        """The function of a value and the info of the field that it is of."""
        return partial(self.write, calls=calls) if calls else self.write


def compile_projection(selections: Selections, type_: GraphQLOutputType, details: FieldDetailsList) -> Projection:
    """The function for values of this type. Raises NotPlain where more than attributes and pure resolvers is needed."""
    function = _Function(selections)
    return function.finish(function.present(type_, details, "v1"))


@dataclass(slots=True)
class _Loop:
    """A loop over items that are there, which of its values are attributes of the item, and what goes beside it.

    `item` is None where items may be None.
    """

    items: str
    item: str | None
    attributes: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def head(self, item: str) -> str:
        """The line that begins it."""
        if not self.beside:
            return f"for {item} in {self.items}:"
        names, lists = ", ".join([item, *self.beside]), ", ".join([self.items, *self.beside.values()])
        return f"for {names} in zip({lists}):"


@dataclass(slots=True)
class _Function:
    """The function in the making: its lines, and the values which names in them stand for."""

    selections: Selections
    lines: list[str] = field(default_factory=list)
    names: dict[str, object] = field(default_factory=lambda: dict(_NAMES))
    calls: list[Call] = field(default_factory=list)
    loop: _Loop | None = None
    depth: int = 1
    values: int = 1

    def finish(self, text: str) -> Projection:
        """The function, which returns that text."""
        calls = "".join(f"c{number}, " for number in range(len(self.calls)))
        head = ["def write(v1, info, calls=()):", *([f"    {calls}= calls"] if calls else [])]
        code = compile("\n".join([*head, *self.lines, f"    return f'{text}'"]), "<projection>", "exec")
        exec(code, self.names)  # noqa: S102  # the text is ours: no word of a client's is in it
        return Projection(self.names.pop("write"), tuple(self.calls))  # type: ignore[arg-type]  # as it was just defined

    def complete(self, type_: GraphQLOutputType, details: FieldDetailsList, value: str) -> str:
        """Adds the lines that complete the value; what stands for its text in an f-string."""
        if is_non_null_type(type_):
            return self.present(type_.of_type, details, value)
        text = _text_of(value)
        if is_leaf_type(type_):
            return self._leaf_or_null(type_, value, text)
        self._line(f"if {value} is None: {text} = 'null'")
        self._line("else:")
        with self._indented():
            self._line(f"{text} = f'{self.present(type_, details, value)}'")
        return f"{{{text}}}"

    def present(self, type_: GraphQLOutputType, details: FieldDetailsList, value: str) -> str:
        """The same for a value that is there: None is a surprise."""
        if is_leaf_type(type_):
            return self._leaf(type_, value, _text_of(value))
        if is_list_type(type_):
            return self._list(type_.of_type, details, value, f"{_text_of(value)}s")
        if is_object_type(type_):
            return self._object(type_, details, value)
        raise NotPlain

    def _leaf(self, leaf_type: GraphQLLeafType, value: str, text: str) -> str:
        leaf = self._leaf_of(leaf_type)
        self._line(f"if not ({leaf.check.format(value)}): raise Surprise")
        self._line(f"{text} = {leaf.text.format(value)}")
        return f'"{{{text}}}"' if leaf.is_bare else f"{{{text}}}"

    def _leaf_or_null(self, leaf_type: GraphQLLeafType, value: str, text: str) -> str:
        leaf = self._leaf_of(leaf_type)
        self._line(f"if {leaf.check.format(value)}:")
        with self._indented():
            self._line(f"{text} = {leaf.text.format(value)}")
            if leaf.is_bare:
                self._line(f"{text} = f'\"{{{text}}}\"'")
        self._line(f"elif {value} is None: {text} = 'null'")
        self._line("else: raise Surprise")
        return f"{{{text}}}"

    def _leaf_of(self, leaf_type: GraphQLLeafType) -> Leaf:
        leaf = leaf_of(leaf_type)
        if leaf is None:
            raise NotPlain
        self.names.update(leaf.names)
        return leaf

    def _list(self, item_type: GraphQLOutputType, details: FieldDetailsList, value: str, items: str) -> str:
        rows = rows_writer(self.selections, item_type, details)
        if rows is None:
            self._items(item_type, details, value, items)
        else:
            self._line(f"{items} = {self._rows(value, self._name(f'rows{len(self.names)}', rows))}")
            self._line(f"if {items} is None:")
            with self._indented():
                self._items(item_type, details, value, items)
        return f"[{{{items}}}]"

    def _rows(self, value: str, write: str) -> str:
        """The text of rows of a table or None: written for all items of the loop together, where each has such."""
        loop = self.loop
        if loop is None or value not in loop.attributes:
            return f"next({write}([{value}]))"
        text = f"r{value.removeprefix('v')}"
        loop.beside[text] = f"{write}([each.{loop.attributes[value]} for each in {loop.items}])"
        return text

    def _items(self, item_type: GraphQLOutputType, details: FieldDetailsList, value: str, items: str) -> None:
        self._line(f"if type({value}) is not list: raise Surprise")
        item, outer = self._value(), self.loop
        self._line(f"{items} = []")
        head, self.loop = len(self.lines), _Loop(value, item if is_non_null_type(item_type) else None)
        self._line("")
        with self._indented():
            self._line(f"{items}.append(f'{self.complete(item_type, details, item)}')")
        self.lines[head], self.loop = "    " * self.depth + self.loop.head(item), outer
        self._line(f"{items} = commas({items})")  # and the items' texts go

    def _object(self, object_type: GraphQLObjectType, details: FieldDetailsList, value: str) -> str:
        fields, after = selected_fields(self.selections, object_type, details)
        self._line(f"if type({value}) not in plain_types: expect_plain({value})")
        if object_type.is_type_of is not None:
            is_type_of = self._name(f"is_{object_type.name}", object_type.is_type_of)
            self._line(f"if {is_type_of}({value}, info) is not True: raise Surprise")
        pieces = "".join(self._constant(one.before) + self._field(object_type, one, value) for one in fields)
        return pieces + self._constant(after)

    def _field(self, parent_type: GraphQLObjectType, one: SelectedField, parent: str) -> str:
        value, resolver = self._value(), one.field.base_resolver
        if one.field.is_basic_field:
            self._line(f"{value} = {parent}.{one.field.python_name}")
            if self.loop is not None and self.loop.item == parent:
                self.loop.attributes[value] = one.field.python_name
        elif resolver is not None and is_pure(resolver.wrapped_func) and not one.field.extensions:
            self._line(f"{value} = c{len(self.calls)}({parent})")
            self.calls.append(Call(parent_type, one.definition, one.details))
        else:
            raise NotPlain
        return self.complete(one.definition.type, one.details, value)

    def _constant(self, text: str) -> str:
        return f"{{{self._name(f'k{len(self.names)}', text)}}}"

    def _name(self, name: str, value: object) -> str:
        self.names[name] = value
        return name

    def _value(self) -> str:
        self.values += 1
        return f"v{self.values}"

    def _line(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    @contextmanager
    def _indented(self, levels: int = 1) -> Iterator[None]:
        self.depth += levels
        if self.depth > _DEEPEST:
            raise NotPlain
        yield
        self.depth -= levels


def _text_of(value: str) -> str:
    return f"t{value.removeprefix('v')}"
