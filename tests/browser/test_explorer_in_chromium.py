"""The explorer as a person meets it: in a browser, with nothing but the gateway to talk to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, Route, ViewportSize, expect

from tests.browser.conftest import open_explorer

if TYPE_CHECKING:
    from sandbox.server import Sandbox

_UNAUTHENTICATED = {"message": "Send a token.", "extensions": {"code": "UNAUTHENTICATED"}}


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


async def test_a_screen_reader_finds_the_explorer_and_its_name(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)

    main = page.get_by_role("main")

    await expect(main.get_by_role("heading", name="Invoice graph", level=1)).to_be_visible()
    await expect(main.locator(".graphiql-query-editor")).to_be_visible()


async def test_the_calls_of_the_last_run_are_listed_beside_the_answer(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)

    async with page.expect_response(re.compile(r"/graphql$")) as responded:
        await page.keyboard.press("Control+Enter")
    explain = (await (await responded.value).json())["extensions"]["explain"]

    calls = page.get_by_role("region", name="List of upstream calls").locator("tbody tr")
    await expect(calls).to_have_count(len(explain["calls"]))
    assert {text.split()[0] for text in await calls.all_inner_texts()} == {call["source"] for call in explain["calls"]}
    await expect(page.locator(".graphiql-response .view-lines")).not_to_contain_text("explain")


async def test_the_plan_button_shows_what_would_be_called_and_calls_nobody(
    page: Page, gateway_url: str, sandbox: Sandbox
) -> None:
    await open_explorer(page, gateway_url)

    await page.get_by_role("button", name="Plan: what would be called").click()

    panel = page.get_by_role("region", name="Upstream calls", exact=True)
    await expect(panel).to_contain_text("Nobody was called")
    await expect(panel.locator("tbody tr").first).to_contain_text("list_invoices")
    assert sandbox.board.calls == []


async def test_a_deferred_part_of_the_answer_is_shown_when_it_comes(page: Page, gateway_url: str) -> None:
    seen = await open_explorer(page, gateway_url)
    await page.get_by_role("button", name="Examples").click()
    await page.get_by_role("button", name="Totals first").click()
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("@defer")

    async with page.expect_response(re.compile(r"/graphql$")) as responded:
        await page.get_by_role("button", name="Execute query").click()

    assert (await responded.value).headers["content-type"].startswith("multipart/mixed")
    operations = page.get_by_role("region", name="List of upstream calls").locator("tbody code")
    await expect(operations.get_by_text("OpenInvoiceGet", exact=False).last).to_be_visible()
    assert seen.errors == []


@pytest.mark.parametrize("size", [{"width": 1400, "height": 900}, {"width": 420, "height": 800}])
async def test_editor_answer_and_calls_share_the_window(page: Page, gateway_url: str, size: ViewportSize) -> None:
    await page.set_viewport_size(size)
    await page.goto(gateway_url)
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.get_by_role("region", name="List of upstream calls")).to_be_visible()

    boxes = [await page.locator(part).bounding_box() for part in (".graphiql-query-editor", ".result-window", ".calls")]

    assert all(box is not None and box["width"] > 200 and box["height"] > 100 for box in boxes)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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


async def test_a_tab_that_is_opened_is_typed_into_and_the_panel_is_not(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)

    await page.locator(".graphiql-tab-button").get_by_text("TwentyCustomers").click()

    await expect(page.locator('.graphiql-explorer-root input[value="100"]')).to_be_visible()
    await expect(page.locator(".graphiql-query-editor textarea")).to_be_focused()


async def test_the_run_button_is_seen_where_the_system_chooses_the_colours(page: Page, gateway_url: str) -> None:
    await page.emulate_media(forced_colors="active")
    await open_explorer(page, gateway_url)

    button = page.get_by_role("button", name="Execute query")
    ground = await button.evaluate("button => getComputedStyle(button).backgroundColor")
    triangle = await button.locator("svg").evaluate("icon => getComputedStyle(icon).color")

    assert ground != triangle


async def test_an_icon_is_called_by_a_word(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)

    titles = set(await page.locator("svg title").all_text_contents())

    assert {"close icon", "play icon", "docs icon"} <= titles
    assert [title for title in titles if re.search(r"\b\w\b", title)] == []


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


async def test_where_a_sign_in_is_needed_the_headers_typed_in_fetch_the_schema_too(
    page: Page, gateway_url: str
) -> None:
    async def gate(route: Route) -> None:
        if "authorization" in route.request.headers:
            await route.continue_()
        else:
            await route.fulfill(status=401, json={"errors": [_UNAUTHENTICATED]})

    await page.route("**/graphql", gate)
    await page.goto(gateway_url)
    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text("Send")
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.get_by_role("region", name="Upstream calls", exact=True)).to_contain_text("under Headers")
    await page.locator(".graphiql-editor-tools").get_by_role("button", name="Headers").click()
    await expect(page.locator(".graphiql-editor-tool .monaco-editor.focused:visible")).to_be_visible()
    await page.keyboard.insert_text('{"Authorization": "Bearer of-nobody"}')

    await page.get_by_role("button", name="Execute query").click()

    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text("data")
    await expect(page.locator(".graphiql-explorer-root")).to_contain_text("customers")


async def test_where_only_the_schema_is_refused_the_answer_keeps_its_place(page: Page, gateway_url: str) -> None:
    async def no_introspection(route: Route) -> None:
        if "IntrospectionQuery" in (route.request.post_data or ""):
            await route.fulfill(status=400, json={"errors": [{"message": "Switched off here."}]})
        else:
            await route.continue_()

    await page.route("**/graphql", no_introspection)
    await page.goto(gateway_url)
    answer = page.locator(".graphiql-response .view-lines")
    await expect(answer).to_contain_text("Switched off")

    async with page.expect_response(lambda reply: "IntrospectionQuery" in (reply.request.post_data or "")):
        await page.get_by_role("button", name="Execute query").click()
    await page.wait_for_timeout(500)

    await expect(answer).to_contain_text("isComplete")


async def test_what_examples_call_by_name_is_shown_as_code(page: Page, gateway_url: str) -> None:
    await open_explorer(page, gateway_url)
    await page.get_by_role("button", name="Examples").click()

    about = page.get_by_role("button", name="Nothing lost")

    await expect(about.locator("code")).to_have_text(["missing", "warnings"])
    await expect(about).not_to_contain_text("`")
