"""JavaScript packages that tests run against, installed from a folder's own lock file."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

from tests.skips import skip

_SECONDS = 600


def installed(folder: Path) -> Path:
    """The folder, with what its lock file names in node_modules. Skips where npm is missing."""
    npm = shutil.which("npm")
    if npm is None:
        skip("npm is not installed")
    stamp, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    with (folder / ".npmrc").open() as only_one_at_a_time:
        fcntl.flock(only_one_at_a_time, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=_SECONDS)
            if done.returncode:
                skip(f"npm ci failed: {done.stderr[-2000:]}")
    return folder
