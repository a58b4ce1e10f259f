"""What changed for clients since the last release: `make check` wants what may break somebody in the changelog.

    python -m releases.changes

`releases/VERSION.graphql` is what `client.graphql` was in that version; until there is a release, 0.1.0 is what clients
were shown first. A change may stand if the changelog's section [Unreleased] has its sentence, as it is printed here.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from graphql import build_schema, find_breaking_changes, find_dangerous_changes

_ROOT = Path(__file__).parent.parent


def main() -> int:
    """Tells what is not in the changelog; 1 where there is something."""
    last = last_release(_ROOT.joinpath("releases").glob("*.graphql"))
    changed = changes(last.read_text(encoding="utf-8"), (_ROOT / "client.graphql").read_text(encoding="utf-8"))
    silent = unsaid(changed, (_ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if silent:
        lines = "\n".join(f"- {sentence}" for sentence in silent)
        sys.stderr.write(f"Since {last.stem}, clients may break. Say so in CHANGELOG.md under [Unreleased]:\n{lines}\n")
    return int(bool(silent))


def last_release(files: Iterable[Path]) -> Path:
    """The file of the greatest version."""
    return max(files, key=lambda file: tuple(int(number) for number in file.stem.split(".")))


def changes(before: str, after: str) -> list[str]:
    """What breaks clients, and what may, in one sentence each; the arguments are SDL."""
    old, new = build_schema(before), build_schema(after)
    breaking = [change.description for change in find_breaking_changes(old, new)]
    return breaking + [change.description for change in find_dangerous_changes(old, new)]


def unsaid(sentences: Iterable[str], changelog: str) -> list[str]:
    """Those that the Unreleased section does not have; how its lines break and what it emphasises does not matter."""
    unreleased = changelog.partition("## [Unreleased]")[2].partition("\n## ")[0]
    said = " ".join(unreleased.replace("`", "").split())
    return [sentence for sentence in sentences if sentence.rstrip(".") not in said]


if __name__ == "__main__":
    sys.exit(main())
