"""What the documents promise about themselves."""

from __future__ import annotations

import re
from pathlib import Path

from resolvers.model.errors import ErrorCode

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def test_every_error_code_has_its_page() -> None:
    pages = {page.stem for page in (ROOT / "docs/errors").glob("*.md")}

    assert pages == {code.value for code in ErrorCode}


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "resolvers").rglob("*.md")]

    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]

    assert broken == []
