"""JavaScript packages of a folder: installed from its lock file when they are asked for, and which they are."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from pathlib import Path

_SECONDS = 600


def install(folder: Path) -> None:
    """Puts what the folder's lock file names into its node_modules. Raises RuntimeError where that cannot be done."""
    stamp, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    with (folder / ".npmrc").open() as only_one_at_a_time:
        fcntl.flock(only_one_at_a_time, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
            _run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def versions(folder: Path) -> dict[str, str]:
    """Node's version, and those of the packages that the folder's package.json names."""
    named = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    return {"node": _run(folder, "node", "--version").strip().removeprefix("v"), **named}


def _run(folder: Path, program: str, *words: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise RuntimeError(f"{folder.name}/ needs {program}: install Node")
    try:
        done = subprocess.run(  # noqa: S603  # our own words
            [path, *words], cwd=folder, check=False, capture_output=True, text=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"{program} {words[0]} in {folder.name}/ did not end within {_SECONDS} s") from error
    if done.returncode:
        raise RuntimeError(f"{program} {words[0]} in {folder.name}/ failed:\n{done.stderr[-2000:]}")
    return done.stdout
