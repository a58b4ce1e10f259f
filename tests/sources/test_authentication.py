"""How an operator may say that a source lets us in."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from resolvers.sources.authentication import HeaderAuthentication


def header(name: str) -> HeaderAuthentication:
    return HeaderAuthentication.model_validate({"method": "header", "name": name, "value": "k-123"})


def test_a_key_goes_in_the_header_of_the_operators_choice() -> None:
    assert header("X-Api-Key").headers() == {"X-Api-Key": "k-123"}


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Connection", "Accept", "SOAPAction"])
def test_a_header_that_says_how_the_message_is_sent_holds_no_key(name: str) -> None:
    with pytest.raises(ValidationError, match=r"write another header's name, such as .X-Api-Key."):
        header(name)
