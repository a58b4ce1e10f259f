"""Whether a browser sent a request on behalf of a foreign page, without having asked first."""

from collections.abc import Mapping

_ASKED_FIRST = ("apollo-require-preflight", "graphql-require-preflight", "x-apollo-operation-name", "authorization")
"""Headers that a foreign page can send only after a preflight."""
_OWN = ("same-origin", "none")


def is_unasked(headers: Mapping[str, str]) -> bool:
    """Whether it may come from a foreign page that did not ask: then a GET is not to be answered.

    Browsers say in Sec-Fetch-Site whose page it was, over https and on loopback; where they do not, a cookie shows that
    it was one. Other clients send neither. A body of `application/json` needs no such care: it is asked for first.
    """
    if any(headers.get(name) for name in _ASKED_FIRST):
        return False
    return headers.get("sec-fetch-site", "none") not in _OWN or "cookie" in headers
