"""How large an answer may be: what one operation holds of a process's memory until its client has read it.

A mutation's answer is never withheld, for its client has to know what was written.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import orjson
from graphql import GraphQLError

from graph.http.incremental import Describe, Part
from resolvers.model.errors import ErrorCode


def too_large(most_bytes: int) -> GraphQLError:
    """The error in the place of an answer, or a part of one, with more bytes."""
    return GraphQLError(
        f"The answer is larger than the {most_bytes} bytes that are allowed. Ask for shorter pages or fewer fields.",
        extensions={"code": ErrorCode.QUERY_TOO_COMPLEX},
    )


async def within(
    most_bytes: int, parts: AsyncGenerator[Part], describe: Describe
) -> AsyncGenerator[Part | orjson.Fragment]:
    """The parts, written; the first that has more bytes ends the answer, with an error for all that is still owed."""
    owed = dict[str, None]()
    async with aclosing(parts):
        async for part in parts:
            written = orjson.dumps(part)
            if len(written) > most_bytes:
                errors = describe([too_large(most_bytes)])
                failed = [{"id": id_, "errors": errors} for id_ in owed]
                yield ({"completed": failed} if owed else {"data": None, "errors": errors}) | {"hasNext": False}
                return
            owed.update((each["id"], None) for each in part.get("pending", ()))
            for each in part.get("completed", ()):
                owed.pop(each["id"], None)
            yield orjson.Fragment(written)
