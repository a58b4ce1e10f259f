"""The sandbox's own page, with its buttons that break things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import Page, expect

if TYPE_CHECKING:
    from sandbox.server import Sandbox


async def test_a_screen_reader_finds_the_page_below_its_heading(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.control_url)

    await expect(page.get_by_role("heading", name="Sandbox", level=1)).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_count(4)


async def test_a_fault_that_cannot_be_armed_says_why_until_one_can(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.control_url)
    await page.get_by_label("Seconds").fill("-1")

    await page.get_by_role("button", name="slow").click()

    await expect(page.get_by_role("alert")).to_contain_text("must not be negative")
    assert sandbox.board.faults == {}

    await page.get_by_label("Seconds").fill("1")
    await page.get_by_role("button", name="slow").click()

    await expect(page.get_by_text("Armed: association slow")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_empty()
