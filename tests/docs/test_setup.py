"""`make setup` has a whole environment made where there is none, half of one, or another folder's."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

_PYTHON = """#!/bin/sh
# Stands for Python: notes that an environment is made, and puts a pip there that knows its place as the real one does.
[ "$1 $2" = "-m venv" ] || exit 0
echo "$*" >> made
rm -rf .venv && mkdir -p .venv/bin
printf '#!/bin/sh\\n# %s/.venv/bin/python\\n' "$(pwd -P)" > .venv/bin/pip
chmod +x .venv/bin/pip
"""
_MADE = "-m venv --clear .venv\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "mein Ordner, (ä) o'neill"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("pyproject.toml", "requirements.lock", "hatch_build.py"):
        (folder / name).touch()
    (folder / "python").write_text(_PYTHON)
    (folder / "python").chmod(0o755)
    return folder


def set_up(folder: Path) -> str:
    """Sets it up, and tells which environments were made there so far."""
    subprocess.run(["make", "setup", "PYTHON=./python"], cwd=folder, check=True, capture_output=True)
    made = folder / "made"
    return made.read_text() if made.exists() else ""


def test_a_whole_environment_is_made_once(clone: Path) -> None:
    assert set_up(clone) == _MADE
    assert set_up(clone) == _MADE


def test_one_that_was_broken_off_is_made_anew(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)

    assert set_up(clone) == _MADE


def test_one_that_lacks_packages_alone_is_kept(clone: Path) -> None:
    set_up(clone)
    (clone / ".venv" / ".installed").unlink()

    assert set_up(clone) == _MADE


def test_one_of_a_folder_that_was_moved_is_made_anew(clone: Path) -> None:
    set_up(clone)

    assert set_up(clone.rename(clone.with_name("elsewhere"))) == _MADE * 2


def test_one_that_was_copied_along_is_made_anew(clone: Path) -> None:
    set_up(clone)
    copy = Path(shutil.copytree(clone, clone.with_name("copy")))

    assert set_up(copy) == _MADE * 2
