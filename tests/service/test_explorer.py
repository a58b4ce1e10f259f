"""How the explorer is served: whole, from one origin, under a strict policy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from service import explorer
from tests.skips import skip

LOCK = Path(explorer.__file__).parent / "package-lock.json"


def client_of(build: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=explorer.routes(build)))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "explorer").mkdir()
    (tmp_path / "index.html").write_text("<title>Invoice graph</title>")
    (tmp_path / "sources.sha256").write_text("abc")
    for name in ("main-1a2b.js", "main-1a2b.css", "font-1a2b.ttf", "icon-1a2b.svg"):
        (tmp_path / "explorer" / name).write_text("content")
    return tmp_path


@pytest.fixture
def real_build() -> Path:
    if not (explorer.BUILD / "index.html").is_file():
        skip("the explorer is not built")
    return explorer.BUILD


async def test_the_page_is_asked_for_anew_every_time(build: Path) -> None:
    async with client_of(build) as client:
        page = await client.get("/")

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert page.text == "<title>Invoice graph</title>"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("main-1a2b.js", "text/javascript; charset=utf-8"),
        ("main-1a2b.css", "text/css; charset=utf-8"),
        ("font-1a2b.ttf", "font/ttf"),
        ("icon-1a2b.svg", "image/svg+xml"),
    ],
)
async def test_an_asset_has_its_own_type_and_is_kept_for_good(build: Path, name: str, media_type: str) -> None:
    async with client_of(build) as client:
        asset = await client.get(f"/explorer/{name}")

    assert asset.status_code == 200
    assert asset.headers["content-type"] == media_type
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/", "/explorer/main-1a2b.js"])
async def test_page_and_assets_come_with_the_strict_policy(build: Path, path: str) -> None:
    async with client_of(build) as client:
        response = await client.get(path)

    policy = dict(rule.split(" ", 1) for rule in response.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/explorer/nothing.js", "/explorer/", "/explorer/../sources.sha256", "/index.html"])
async def test_nothing_but_the_page_and_its_assets_is_served(build: Path, path: str) -> None:
    async with client_of(build) as client:
        response = await client.get(path)

    assert response.status_code == 404


async def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    async with client_of(tmp_path / "nothing") as client:
        page = await client.get("/")
        asset = await client.get("/explorer/main-1a2b.js")

    assert page.status_code == 503
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "pip install -e ." in page.text
    assert asset.status_code == 404


async def test_a_build_made_while_the_gateway_runs_is_served_at_once(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with client_of(tmp_path) as client:
        before = await client.get("/")
        request.getfixturevalue("build")
        after = await client.get("/")
        asset = await client.get("/explorer/main-1a2b.js")

    assert (before.status_code, after.status_code, asset.status_code) == (503, 200, 200)


async def test_all_that_the_built_page_names_is_served_from_below_it(real_build: Path) -> None:
    async with client_of(real_build) as client:
        page = await client.get("/")
        named = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        statuses = {address: (await client.get(address)).status_code for address in named}

    assert any(address.endswith(".js") for address in named)
    assert all(address.startswith("./explorer/") for address in named)
    assert set(statuses.values()) == {200}


async def test_the_built_page_is_named_and_holds_no_foreign_address_and_no_inline_script(real_build: Path) -> None:
    page = (real_build / "index.html").read_text()

    assert "<title>Invoice graph</title>" in page
    assert "//" not in page
    assert re.findall(r"<script[^>]*>(.+?)</script>", page, re.DOTALL) == []


def test_the_lock_file_holds_hashes_and_no_addresses() -> None:
    packages = json.loads(LOCK.read_text())["packages"]

    locked = {name: package for name, package in packages.items() if name}
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert [name for name, package in locked.items() if not package.get("integrity", "").startswith("sha512-")] == []
