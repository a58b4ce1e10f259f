"""What a projection does not expect: the library completes such a value, with its errors and its nulls."""

from graphql import Undefined
from strawberry.execution import optimized_is_awaitable

plain_types: set[type] = set()
"""The types of objects that were seen to be nothing but attributes; no more than the program has classes."""


class Surprise(Exception):
    """A value that the library has to look at."""


def expect_plain(value: object) -> None:
    """Remembers the type of an object that is nothing but attributes. Raises Surprise for any other value."""
    if value is None or value is Undefined or isinstance(value, Exception) or optimized_is_awaitable(value):
        raise Surprise
    plain_types.add(type(value))
