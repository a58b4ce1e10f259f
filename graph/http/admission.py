"""What a request's method and headers must be before its operation is looked at."""

from http import HTTPStatus

from starlette.datastructures import Headers

from graph.http.cross_site import is_unasked
from graph.http.media_types import Accepted, MediaType, accepted, is_json
from graph.http.refused import Refused

ALLOWED = {"allow": "GET, POST, OPTIONS"}


def admit(method: str, headers: Headers) -> Accepted:
    """How the client wants its answer. Raises Refused."""
    if method not in ("GET", "POST"):
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Send a GET or a POST.", headers=ALLOWED)
    if method == "GET" and is_unasked(headers):
        raise Refused(
            HTTPStatus.FORBIDDEN,
            "A page of another site sent this without asking first. Send the header apollo-require-preflight: true.",
        )
    if method == "POST":
        _check_body(headers)
    wanted = accepted(", ".join(headers.getlist("accept")))
    if wanted is None:
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, f"Accept {' or '.join(MediaType)}.")
    return wanted


def _check_body(headers: Headers) -> None:
    said = headers.getlist("content-type")
    if len(said) != 1 or not is_json(said[0]):
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the body as {MediaType.JSON}, in UTF-8.")
    if any(coding.lower() != "identity" for coding in headers.getlist("content-encoding")):
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Send the body uncompressed.",
            headers={"accept-encoding": "identity"},
        )
