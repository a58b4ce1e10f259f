"""What the explorer says, and does next, when a run does not come to its end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import open_explorer


def panel(page: Page) -> Locator:
    """The calls of the last run."""
    return page.get_by_role("region", name="Upstream calls", exact=True)


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


@pytest.mark.parametrize(
    "answer",
    [None, {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}, {"status": 200, "body": ""}],
    ids=["nobody", "a proxy", "nothing"],
)
async def test_a_gateway_that_does_not_answer_is_not_taken_for_one_that_keeps_a_secret(
    page: Page, gateway_url: str, answer: dict[str, Any] | None
) -> None:
    async def fail(route: Route) -> None:
        await (route.abort() if answer is None else route.fulfill(**answer))

    await open_explorer(page, gateway_url)
    await page.route("**/graphql", fail)

    await page.get_by_role("button", name="Execute query").click()

    await expect(panel(page)).to_contain_text("The gateway did not answer")
    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text("message")
    await expect(page.locator(".graphiql-response .view-lines")).not_to_contain_text("stack")


async def test_an_answer_without_its_explanation_says_who_may_see_one(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)
    await page.route("**/graphql", lambda route: route.fulfill(json={"data": {"viewer": None}}))

    await page.get_by_role("button", name="Execute query").click()

    await expect(panel(page)).to_contain_text("graph.explain")


async def hang(_: Route) -> None:
    """Neither answers nor fails."""


async def test_the_request_of_a_run_that_is_stopped_is_cut(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)
    await page.route("**/graphql", hang)
    await page.get_by_role("button", name="Execute query").click()

    async with page.expect_event("requestfailed") as cut:
        await page.get_by_role("button", name="Stop query").click()

    assert (await cut.value).url.endswith("/graphql")
    await expect(panel(page)).to_contain_text("Stopped")
    await expect(page.get_by_role("button", name="Execute query")).to_be_visible()
    await expect(page.locator(".graphiql-response .view-lines")).to_have_text("")


async def test_a_run_from_the_explorer_panel_is_not_stopped_by_the_same_keys(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)
    await page.route("**/graphql", hang)
    await page.locator('.graphiql-explorer-root input[value="20"]').focus()

    async with page.expect_request("**/graphql"):
        await page.keyboard.press("Control+Enter")

    await expect(panel(page)).to_contain_text("Asking")
    await expect(page.get_by_role("button", name="Stop query")).to_be_visible()
