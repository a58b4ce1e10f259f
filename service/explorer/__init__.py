"""The explorer: GraphiQL at the gateway's own address, with nothing loaded from anywhere else.

The page is built by hatch_build.py from the sources beside this file; here it is only served.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    import os

    from starlette.requests import Request
    from starlette.types import Scope

BUILD = Path(__file__).parent / "dist"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor places its lines by style attributes
        "worker-src 'self'",
        "font-src 'self' data:",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
# On the assets too: a worker's policy comes with its own script.
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
# The platform's own table differs from machine to machine, and nosniff makes a wrong type an empty page.
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}

NOT_BUILT = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Invoice graph: the explorer is not built</title>
<style>body { font: 16px/1.6 system-ui, sans-serif; margin: 15vh auto; max-width: 38rem; padding: 0 1rem }</style>
<main>
<h1>The explorer is not built</h1>
<p>The API itself works, at <code>graphql</code> below this address. To build this page, run, where npm's registry
can be reached:</p>
<pre>python -m pip install -e .</pre>
<p>without <code>INVOICE_GRAPH_SKIP_EXPLORER</code> in the environment, and reload. Node.js is used if it is there,
and brought along by pip if not.</p>
</main>
</html>
"""


def routes(build: Path = BUILD) -> list[BaseRoute]:
    """The page at / and all it loads below /explorer/; 503 with the remedy for as long as there is no build."""

    async def page(_: Request) -> Response:
        index = build / "index.html"
        if not index.is_file():
            return HTMLResponse(NOT_BUILT, 503, SECURITY_HEADERS | {"cache-control": "no-store"})
        return FileResponse(index, headers=SECURITY_HEADERS | {"cache-control": "no-cache"})

    return [Route("/", page), Mount("/explorer", _Assets(directory=build / "explorer", check_dir=False))]


class _Assets(StaticFiles):
    """Files named by the hash of their content: whoever has one never needs to ask again."""

    async def check_config(self) -> None:
        """Lets a missing folder pass: the page tells of it, and the build may still come."""

    def file_response(
        self, full_path: os.PathLike[str] | str, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(SECURITY_HEADERS | {"cache-control": "public, max-age=31536000, immutable"})
        if media_type := MEDIA_TYPES.get(Path(full_path).suffix):
            response.headers["content-type"] = media_type
        return response
