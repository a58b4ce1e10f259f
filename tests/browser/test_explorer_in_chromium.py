"""The explorer as a person meets it: in a browser, with nothing but the gateway to talk to."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, Request, async_playwright, expect

from tests.skips import skip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Seen:
    """What a page did that it should not have done."""

    def __init__(self, page: Page, origin: str) -> None:
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self._origin = origin.rstrip("/") + "/"
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self.foreign.append(request.url)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    if CHROMIUM is None:
        skip("chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield await browser.new_page(viewport={"width": 1366, "height": 768})
        await browser.close()


async def open_explorer(page: Page, gateway_url: str) -> Seen:
    seen = Seen(page, gateway_url)
    opened = await page.goto(gateway_url)
    if opened is not None and opened.status == 503:
        skip("the explorer is not built")
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")
    await expect(page.locator(".graphiql-explorer-root")).to_contain_text("customers")
    return seen


async def test_the_first_example_runs_from_the_keyboard_and_its_answer_is_read(page: Page, gateway_url: str) -> None:
    seen = await open_explorer(page, gateway_url)

    async with page.expect_response(re.compile(r"/graphql$")) as responded:
        await page.keyboard.press("Control+Enter")
    answer = await (await responded.value).json()

    await expect(page).to_have_title("Invoice graph")
    assert "errors" not in answer
    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text(answer["data"]["customer"]["name"])
    assert answer["data"]["customer"]["invoices"]["nodes"] != []
    assert seen.errors == []
    assert seen.foreign == []


async def test_headers_typed_in_are_sent_but_not_kept(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)
    await page.locator(".graphiql-editor-tools").get_by_role("button", name="Headers").click()
    await page.locator(".graphiql-editor-tool .monaco-editor:visible").click()
    await page.keyboard.insert_text('{"x-request-id": "kept-nowhere"}')

    async with page.expect_request(re.compile(r"/graphql$")) as asked:
        await page.get_by_role("button", name="Execute query").click()
    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text("data")
    await page.locator(".graphiql-tab-button").nth(1).click()

    assert (await asked.value).headers["x-request-id"] == "kept-nowhere"
    kept = await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "CustomerInvoices" in kept
    assert "kept-nowhere" not in kept


async def test_an_example_that_was_closed_comes_back_from_the_panel(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)
    tabs = page.locator(".graphiql-tab-button")
    examples = await tabs.all_inner_texts()
    await tabs.first.locator("xpath=..").locator(".graphiql-tab-close").click()
    await expect(tabs).to_have_text(examples[1:])

    await page.get_by_role("button", name="Examples").click()
    await page.get_by_role("button", name="Customer invoices").click()

    await expect(tabs).to_have_text([*examples[1:], examples[0]])
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("CustomerInvoices")
