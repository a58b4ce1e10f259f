"""The explorer in a browser that reports what a page should not do."""

from __future__ import annotations

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
