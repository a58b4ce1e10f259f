"""Which fields another subgraph has where it owns Customer: `graph.owns_customer = false`."""

from collections.abc import Mapping

_OWNERS: Mapping[str, frozenset[str]] = {
    "Query": frozenset({"customer", "customers"}),
    "Customer": frozenset({"name", "company_name", "email", "phone", "locale"}),
}
"""By type and Python name. `customerByAccount` and `Viewer.customers` stay: only our directory can answer them."""


def is_the_owners(type_name: str, field_name: str) -> bool:
    """Whether the field is one that Customer's owner has; the names are those in Python."""
    return field_name in _OWNERS.get(type_name, ())
