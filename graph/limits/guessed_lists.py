"""Lists that take no size: what they hold beyond the guess is counted when they are there, before anything below them.

An operation whose lists are as long as was guessed counts nothing here.
"""

from __future__ import annotations

from typing import Any, cast

from graphql import GraphQLResolveInfo, get_named_type

from graph.context import Info
from graph.limits.list_cost import GUESS, ListCost
from resolvers.model.errors import QueryTooComplex


def count_list(info: Info, length: int) -> None:
    """Adds what the list of this length, which the field gives, has beyond the guess. Raises QueryTooComplex.

    To be called once for each such list. What exceeds the limit stays counted, so that its neighbours are refused, too.
    """
    beyond = length - GUESS
    if beyond <= 0:
        return
    raw, context = info._raw_info, info.context  # the library has no public way to it
    place = tuple(map(id, raw.field_nodes))
    cost = ListCost(raw.schema, raw.fragments)
    if context.rows is None:
        context.rows = cost.of(raw.operation, _variables(raw))
    if place not in context.rows_below:
        context.rows_below[place] = cost.below(get_named_type(raw.return_type), raw.field_nodes, _variables(raw))
    context.rows += beyond * (1 + context.rows_below[place])
    most = context.limits.list_cost
    if context.rows > most:
        raise QueryTooComplex(
            f"The operation may ask for more than the {most} rows that are allowed: a list has {length} entries. "
            "Ask for shorter pages, or for less below each entry."
        )


def _variables(raw: GraphQLResolveInfo[Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", raw.variable_values)
