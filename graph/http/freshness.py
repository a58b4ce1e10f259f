"""How long a client may keep an answer, by what was read for it, and how it asks whether it changed."""

from hashlib import blake2b
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response

from resolvers.model.invoice import CacheStatus
from resolvers.model.operation import Operation

NOT_KEPT = "no-store"
_ASK_AGAIN = "private, no-cache"
_TAG_BYTES = 16


def cache_control(operation: Operation, fresh_seconds: float) -> str:
    """Cache-Control of a whole answer without errors to a query.

    Sources are asked anew after `fresh_seconds`; so long, less the age of the oldest of what was read, it may be kept.
    What came of the directory alone has no such promise.
    """
    calls = operation.calls
    if any(call.cache_status == CacheStatus.STALE or call.outcome != "OK" for call in calls):
        return NOT_KEPT
    seconds = int(fresh_seconds - max((call.age_seconds for call in calls), default=fresh_seconds))
    return f"private, max-age={seconds}" if seconds > 0 else _ASK_AGAIN


def conditional(method: str, headers: Headers, response: Response) -> Response:
    """The response to a GET with its tag; without its body where the client has it already."""
    if method != "GET" or response.headers["cache-control"] == NOT_KEPT:
        return response
    tag = response.headers["etag"] = _entity_tag(bytes(response.body))
    if not _has_not_changed(tag, headers.get("if-none-match", "")):
        return response
    kept = {name: response.headers[name] for name in ("etag", "cache-control", "vary")}
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)


def _entity_tag(body: bytes) -> str:
    """The ETag: weak, because a compressed answer has the same."""
    return f'W/"{blake2b(body, digest_size=_TAG_BYTES).hexdigest()}"'


def _has_not_changed(tag: str, if_none_match: str) -> bool:
    """Whether the client has this answer already."""
    opaque = tag.removeprefix("W/")
    said = [item.strip() for item in if_none_match.split(",")]
    return "*" in said or any(item.removeprefix("W/") == opaque for item in said)
