"""What the claims of a checked token say of who asks. Pure: whatever a claim holds, the answer is a principal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resolvers.access import Principal, ViewerRole

READ = "invoices:read"
"""The scope by which a service sees invoices: of the customers in its token's claim, of all if it has no such claim."""
WRITE = "invoices:write"
"""The scope by which a service writes the invoices that it sees."""

_ROLES = {role.value: role for role in ViewerRole if role is not ViewerRole.ANONYMOUS}

Claims = Mapping[str, Any]


def principal_of(claims: Claims, *, customer_claim: str, roles_claim: str) -> Principal:
    """The principal. Roles are read in any case; who has customers and no role is a customer, who has neither nobody.

    Staff sees all; a service what its scopes say; everybody else the customers in their claim, which may be none.
    """
    claimed = _claim(claims, customer_claim)
    customers = frozenset(_texts(claimed))
    roles = _roles(_words(_claim(claims, roles_claim)), has_customers=bool(customers))
    subject = _subject(claims.get("sub"))
    if ViewerRole.STAFF in roles:
        return Principal(subject, roles, None, may_write=True)
    if ViewerRole.SERVICE in roles:
        scopes = {*_words(claims.get("scope")), *_words(claims.get("scp"))}
        seen = customers if READ in scopes else frozenset[str]()
        sees_all = READ in scopes and claimed is _ABSENT
        return Principal(subject, roles, None if sees_all else seen, may_write=WRITE in scopes)
    return Principal(subject, roles, customers)


_ABSENT = object()


def _claim(claims: Claims, name: str) -> object:
    """The claim of that name; where there is none, the one at the end of its dots: `realm_access.roles`.

    None where they lead into what holds no claims: it is there, and says nothing.
    """
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        if part not in found:
            return _ABSENT
        found = found[part]
    return found


def _roles(words: list[str], *, has_customers: bool) -> tuple[ViewerRole, ...]:
    capitals = {word.upper() for word in words if word.isascii()}  # a long s has a capital S, and is none
    known = {_ROLES[word] for word in capitals if word in _ROLES}
    if known:
        return tuple(role for role in ViewerRole if role in known)
    return (ViewerRole.CUSTOMER,) if has_customers else (ViewerRole.ANONYMOUS,)


def _texts(claim: object) -> list[str]:
    """The texts of a list, or the one text; anything else says nothing."""
    given = claim if isinstance(claim, list) else [claim]
    return [text for text in given if isinstance(text, str) and text]


def _words(claim: object) -> list[str]:
    """The same, where blanks separate the words of one text. In a list a name may have some: a group "Office Staff"."""
    return claim.split() if isinstance(claim, str) else _texts(claim)


def _subject(claim: object) -> str | None:
    """Who it is, if that can be shown: no half characters, no control characters."""
    return claim if isinstance(claim, str) and claim.isprintable() else None
