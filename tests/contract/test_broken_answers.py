"""An answer that is not what the vendor documents is an error, never fewer invoices, and never all of memory."""

from __future__ import annotations

import tracemalloc

import pytest

from resolvers.model.errors import SourceError, SourceProtocolError, SourceUnavailable
from tests.contract.bench import Bench

MEGABYTE = 1_000_000


async def test_an_answer_cut_short_of_its_length_is_an_error_and_no_smaller_list(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("truncated_wrong_length")

    with pytest.raises(SourceUnavailable):
        await bench.ask(source)


async def test_an_answer_cut_unseen_is_an_error_and_no_smaller_list(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("truncated")

    with pytest.raises(SourceProtocolError):
        await bench.ask(source)


async def test_a_web_page_with_status_200_is_an_error_and_no_empty_list(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("html_200")

    with pytest.raises(SourceProtocolError):
        await bench.ask(source)


async def test_nothing_with_status_200_is_an_error_and_no_empty_list(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("empty_200")

    with pytest.raises(SourceProtocolError):
        await bench.ask(source)


async def test_the_vendors_own_error_with_status_200_is_an_error_and_no_empty_list(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("error_200")

    with pytest.raises(SourceError) as caught:
        await bench.ask(source)

    assert caught.value.code is bench.adapter.error_in_200


async def test_an_answer_under_a_wrong_content_type_is_an_error_or_whole(bench: Bench) -> None:
    source = await bench.proven_source()
    whole = await bench.ask(source)
    bench.arm("wrong_content_type")

    try:
        told = (await bench.ask(source)).invoices
    except SourceProtocolError:
        told = whole.invoices

    assert told == whole.invoices


@pytest.mark.parametrize("kind", ["gzip_bomb", "huge_body"])
async def test_a_body_without_end_is_an_error_in_bounded_memory(bench: Bench, kind: str) -> None:
    source = await bench.proven_source(max_body_bytes=MEGABYTE)
    bench.arm(kind)
    with pytest.raises(SourceProtocolError):  # so that the emulator has made what it sends
        await bench.ask(source)

    tracemalloc.start()
    try:
        with pytest.raises(SourceProtocolError):
            await bench.ask(source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10 * MEGABYTE


async def test_after_a_broken_answer_the_next_is_whole(bench: Bench) -> None:
    source = await bench.proven_source()
    whole = await bench.ask(source)
    bench.arm("truncated", times=1)
    with pytest.raises(SourceProtocolError):
        await bench.ask(source)

    again = await bench.ask(source)

    assert again.invoices == whole.invoices
