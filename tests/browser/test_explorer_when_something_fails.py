"""What the explorer says, and does next, when a run does not come to its end."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import open_explorer


async def test_a_plan_that_was_not_sent_is_forgotten(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)
    await page.locator(".graphiql-editor-tools").get_by_role("button", name="Variables").click()
    await page.keyboard.insert_text('{"a": ')
    await page.get_by_role("button", name="Plan: what would be called").click()
    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text("not sent")
    await page.keyboard.press("Escape")
    await page.locator(".graphiql-editor-tool .monaco-editor:visible").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Delete")

    async with page.expect_request(re.compile(r"/graphql$")) as asked:
        await page.keyboard.press("Control+Enter")

    assert (await asked.value).headers["x-invoice-graph-explain"] == "1"
