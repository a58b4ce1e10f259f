"""Whether a client wants to know what its operation does upstream, and whether it is to be run at all."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from resolvers.model.errors import BadUserInput

HEADER = "x-invoice-graph-explain"
"""The header by which a client asks; `extensions: {"explain": ...}` of the request does the same."""

_NAME = "explain"


class Wish(Enum):
    """What a client wants to know."""

    NOTHING = "0"
    REPORT = "1"
    """What the operation did, beside its answer."""
    PLAN = "plan"
    """What it would do; nobody is called."""


_WORDS = {"": Wish.NOTHING, "0": Wish.NOTHING, "false": Wish.NOTHING} | {
    "1": Wish.REPORT,
    "true": Wish.REPORT,
    "plan": Wish.PLAN,
}


def wish_of(headers: Mapping[str, str], extensions: Mapping[str, Any] | None) -> Wish:
    """What the client asked for, by its request's extensions or else by the header. Raises BadUserInput."""
    said = extensions.get(_NAME) if extensions else None
    place = f"extensions.{_NAME}"
    if said is None:
        said, place = headers.get(HEADER, ""), HEADER
    wish = _WORDS.get(str(said).lower()) if isinstance(said, str | bool) else None
    if wish is None:
        raise BadUserInput(f'{place}: write 1 for what the operation did, or "plan" for what it would do.')
    return wish
