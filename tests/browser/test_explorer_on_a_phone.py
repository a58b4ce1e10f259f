"""The explorer on a screen that has room for one thing at a time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.async_api import Page, expect

_SIDEBAR_PIXELS = 60


@pytest.fixture
async def phone(page: Page, gateway_url: str) -> Page:
    """The explorer, opened on a phone."""
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(gateway_url)
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")
    return page


@pytest.mark.parametrize("panel", ["Documentation Explorer", "Explorer", "Examples", "History"])
async def test_a_panel_takes_the_window_and_leaves_the_editor_as_it_was(phone: Page, panel: str) -> None:
    editor = phone.locator(".graphiql-query-editor")
    before = await editor.bounding_box()

    await phone.get_by_role("button", name=f"Show {panel}", exact=True).click()
    await expect(phone.get_by_role("button", name=f"Hide {panel}", exact=True)).to_be_visible()

    box = await phone.locator(".graphiql-plugin").bounding_box()
    assert box is not None
    assert box["width"] == 390 - _SIDEBAR_PIXELS
    assert await editor.bounding_box() == before


async def test_a_panel_that_is_shut_gives_the_window_back(phone: Page) -> None:
    await phone.get_by_role("button", name="Show Examples").click()
    await phone.get_by_role("button", name="Hide Examples").click()

    await phone.get_by_role("button", name="Execute query").click()

    await expect(phone.get_by_role("region", name="List of upstream calls")).to_be_visible()


async def test_an_example_that_is_picked_shows_itself_in_the_place_of_the_panel(phone: Page) -> None:
    await phone.get_by_role("button", name="Show Examples").click()
    await phone.get_by_role("button", name="Money untouched").click()

    await phone.get_by_role("button", name="Execute query").click()

    await expect(phone.get_by_role("heading", name="Examples")).to_have_count(0)
    await expect(phone.get_by_role("region", name="List of upstream calls")).to_be_visible()
    await phone.get_by_role("button", name="Show Examples").click()
    await expect(phone.get_by_role("heading", name="Examples")).to_be_visible()


async def test_in_a_window_too_low_for_operation_and_answer_the_page_scrolls(page: Page, gateway_url: str) -> None:
    await page.set_viewport_size({"width": 683, "height": 384})  # a laptop's at a zoom of 200 %
    await page.goto(gateway_url)
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.get_by_role("region", name="List of upstream calls")).to_be_visible()

    await page.locator(".graphiql-editor-tools").get_by_role("button", name="Headers").click()

    parts = (".graphiql-query-editor", ".graphiql-editor-tool", ".result-window", ".calls")
    boxes = [box for part in parts if (box := await page.locator(part).bounding_box())]
    assert len(boxes) == len(parts)
    assert all(upper["y"] + upper["height"] <= lower["y"] + 1 for upper, lower in pairwise(boxes))
    assert all(box["height"] > 60 for box in boxes)
