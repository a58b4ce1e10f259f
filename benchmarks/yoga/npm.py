"""The peer's packages: installed from its lock file when it is asked for, and which they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent
_SECONDS = 600


def install() -> None:
    """Puts what the lock file names into node_modules. Raises RuntimeError where that cannot be done."""
    stamp, lock = FOLDER / "node_modules" / ".package-lock.json", FOLDER / "package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    try:
        _run("npm", "ci", "--ignore-scripts")
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"npm ci in {FOLDER.name}/ did not end within {_SECONDS} s") from error


def versions() -> dict[str, str]:
    """Node's version, and those of the packages that the peer names."""
    named = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]
    return {"node": _run("node", "--version").strip().removeprefix("v"), **named}


def _run(program: str, *words: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise RuntimeError(f"the peer yoga needs {program}: install Node 22.15 or newer, or leave the peer out")
    done = subprocess.run(  # noqa: S603  # our own words
        [path, *words], cwd=FOLDER, check=False, capture_output=True, text=True, timeout=_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"{program} {words[0]} failed:\n{done.stderr[-2000:]}")
    return done.stdout
