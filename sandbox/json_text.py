"""JSON as the vendors write it: numbers keep the digits and the scale of their Decimal, never by way of a float."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

_encoder = msgspec.json.Encoder(decimal_format="number")


class JsonText(Response):
    """A JSON response in which Decimal("56.330") is the number 56.330."""

    media_type = "application/json; charset=utf-8"

    def render(self, content: object) -> bytes:
        """Encode the content as UTF-8."""
        return _encoder.encode(content)


def number(text: str) -> msgspec.Raw:
    """A number written exactly as the text stands."""
    return msgspec.Raw(text.encode())
