"""Entities by representation, for a router: many in one request, through the same loaders as everything else."""

from collections.abc import Mapping

from graph.context import Info
from graph.selection import selection_of
from resolvers import lookup


def resolve_representation(info: Info, representation: object) -> object:
    """The entity, or an awaitable of it, or None where it is unknown, malformed or not yours. Extra keys do no harm."""
    if not isinstance(representation, Mapping):
        return None
    type_name, session = str(representation.get("__typename")), info.context.session
    match type_name.removeprefix(info.context.type_prefix), representation.get("id"), representation.get("name"):
        case "Customer", str(id_), _:
            return lookup.find_customer(session, id_)
        case "Account", str(id_), _:
            return lookup.find_account(session, id_)
        case "Invoice", str(id_), _:
            return lookup.find_invoice(session, id_, selection_of(info, type_name).paths())
        case "Source", _, str(name):
            return session.gateway.sources.get(name)
    return None
