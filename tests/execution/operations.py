"""Operations over any schema, as clients write them and as nobody would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type
from hypothesis import strategies as st

_DAYS = ('"2026-07-01"', "$day", "null")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Operation:
    """A document, with what its variables are to be."""

    text: str
    variables: dict[str, Any]


@st.composite
def operations(
    draw: st.DrawFn, schema: GraphQLSchema, left_out: frozenset[str] = frozenset(), *, deferred: bool = False
) -> Operation:
    """Valid operations: aliases, fragments with names and without, conditions, fields that come twice, arguments.

    None asks for the fields that are left out; with `deferred`, some of their fragments are.
    """
    writer = _Writer(draw, schema, left_out, deferred)
    assert schema.query_type is not None
    body = writer.selections(schema.query_type, 0)
    variables = {"yes": True, "no": False, "a": draw(st.booleans()), "b": draw(st.booleans()), "day": "2026-08-01"}
    kinds = {name: "Date" if name == "day" else "Boolean!" for name in variables}
    text = body + "".join(writer.fragments)
    used = [name for name in variables if f"${name}" in text]
    head = f"({', '.join(f'${name}: {kinds[name]}' for name in used)})" if used else ""
    return Operation(f"query Q{head} {text}", {name: variables[name] for name in used})


@dataclass(slots=True)
class _Writer:
    draw: st.DrawFn
    schema: GraphQLSchema
    left_out: frozenset[str]
    deferred: bool
    fragments: list[str] = field(default_factory=list)

    def selections(self, type_: GraphQLObjectType, depth: int) -> str:
        """A selection of the type's, in braces."""
        count = self.draw(st.integers(1, 4 if depth < 4 else 2))
        return f"{{ {' '.join(self._selection(type_, depth) for _ in range(count))} }}"

    def _selection(self, type_: GraphQLObjectType, depth: int) -> str:
        kind = self.draw(st.integers(0, 11)) if depth < _DEEPEST else 0
        if kind == 9:
            condition = self.draw(st.sampled_from(["", f" on {type_.name}"]))
            return f"...{condition}{self._condition()}{self._defer()} {self.selections(type_, depth + 1)}"
        if kind == 10:
            name = f"F{len(self.fragments)}"
            self.fragments.append("")
            self.fragments[int(name[1:])] = f" fragment {name} on {type_.name} {self.selections(type_, depth + 1)}"
            spread = f"...{name}{self._condition()}{self._defer()}"
            return f"{spread} ...{name}" if self.draw(st.booleans()) else spread
        if kind == 11:
            typename: str = self.draw(
                st.sampled_from(["__typename", "its_type: __typename", "__typename @skip(if: $a)"])
            )
            return typename
        return self._field(type_, depth)

    def _field(self, type_: GraphQLObjectType, depth: int) -> str:
        names = [
            name
            for name, definition in type_.fields.items()
            if name not in self.left_out and (depth < _DEEPEST or is_leaf_type(get_named_type(definition.type)))
        ]
        name: str = self.draw(st.sampled_from(names or ["__typename"]))
        if name == "__typename":
            return name
        definition = type_.fields[name]
        key, arguments = self._arguments(name, definition)
        named = get_named_type(definition.type)
        below = f" {self.selections(named, depth + 1)}" if isinstance(named, GraphQLObjectType) else ""
        return f"{key}{name}{arguments}{self._condition()}{below}"

    def _arguments(self, name: str, definition: GraphQLField) -> tuple[str, str]:
        """An alias, the same for the same arguments, so that what comes twice can be merged; and the arguments."""
        if "asOf" in definition.args and (choice := self.draw(st.integers(0, len(_DAYS)))) < len(_DAYS):
            return f"{name}{choice}: ", f"(asOf: {_DAYS[choice]})"
        return self.draw(st.sampled_from(["", "", f"_{name}: ", f"x_{name}_: "])), ""

    def _condition(self) -> str:
        if self.draw(st.integers(0, 5)):
            return ""
        value = self.draw(st.sampled_from(["true", "false", "$yes", "$no", "$a", "$b"]))
        return f" @{self.draw(st.sampled_from(['skip', 'include']))}(if: {value})"

    def _defer(self) -> str:
        choices = ["", " @defer", " @defer(if: $a)", " @defer(if: false)"]
        return self.draw(st.sampled_from(choices)) if self.deferred else ""
