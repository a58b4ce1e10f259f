from __future__ import annotations

import pytest

from resolvers.model.base64url import decode_base64url


@pytest.mark.parametrize("text", ["-_8", "-_8="])
def test_it_is_read_with_its_padding_or_without(text: str) -> None:
    assert decode_base64url(text) == b"\xfb\xff"


@pytest.mark.parametrize("text", ["+/8", "+_8=", "-/8", "a", "\xe9\xe9\xe9\xe9"])
def test_what_is_not_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of the standard library's, each in its own words
        decode_base64url(text)
