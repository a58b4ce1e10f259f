"""Entities by representation, for a router: many in one request, through the same loaders as everything else."""

from collections.abc import Callable, Mapping
from typing import Any

from graph.context import Info
from graph.naming import prefixed
from graph.selection import selection_of
from resolvers import lookup


def _customer(info: Info, key: Mapping[str, Any], _type_name: str) -> object:
    return lookup.find_customer(info.context.session, key["id"])


def _account(info: Info, key: Mapping[str, Any], _type_name: str) -> object:
    return lookup.find_account(info.context.session, key["id"])


def _invoice(info: Info, key: Mapping[str, Any], type_name: str) -> object:
    return lookup.find_invoice(info.context.session, key["id"], selection_of(info, type_name).paths())


def _source(info: Info, key: Mapping[str, Any], _type_name: str) -> object:
    return info.context.session.gateway.sources.get(key["name"])


_ENTITIES: Mapping[str, tuple[str, Callable[[Info, Mapping[str, Any], str], object]]] = {
    "Account": ("id", _account),
    "Customer": ("id", _customer),
    "Invoice": ("id", _invoice),
    "Source": ("name", _source),
}


def resolve_representation(info: Info, representation: object) -> object:
    """The entity, or an awaitable of it, or None where it is unknown, malformed or not yours. Extra keys do no harm."""
    if not isinstance(representation, Mapping):
        return None
    for name, (key, resolve) in _ENTITIES.items():
        type_name = prefixed(info.context.type_prefix, name)
        if representation.get("__typename") == type_name:
            return resolve(info, representation, type_name) if isinstance(representation.get(key), str) else None
    return None
