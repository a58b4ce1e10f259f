"""JavaScript packages install themselves from a lock file, once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks import npm

NPM = """#!/bin/sh
echo "$@" >> calls
mkdir -p node_modules && touch node_modules/.package-lock.json
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One that names a package, and has none."""
    folder = tmp_path / "peer"
    folder.mkdir()
    (folder / "package.json").write_text('{"dependencies": {"graphql": "16.0.1"}}')
    (folder / "package-lock.json").write_text("{}")
    (folder / ".npmrc").touch()
    return folder


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first folder of the path, to put stand-ins for npm and node into."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.defpath}")
    return programs


def put(path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o700)


def test_what_the_lock_file_names_is_installed_once(folder: Path, programs: Path) -> None:
    put(programs / "npm", NPM)

    npm.install(folder)
    npm.install(folder)

    assert (folder / "calls").read_text().splitlines() == ["ci --ignore-scripts --no-audit --no-fund"]


def test_it_is_installed_again_once_the_lock_file_has_changed(folder: Path, programs: Path) -> None:
    put(programs / "npm", NPM)
    npm.install(folder)
    later = (folder / "node_modules" / ".package-lock.json").stat().st_mtime + 1
    os.utime(folder / "package-lock.json", (later, later))

    npm.install(folder)

    assert len((folder / "calls").read_text().splitlines()) == 2


def test_without_npm_the_folder_is_named_and_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RuntimeError, match=r"^peer/ needs npm: install Node$"):
        npm.install(folder)


def test_what_npm_says_about_its_failure_is_told(folder: Path, programs: Path) -> None:
    put(programs / "npm", "#!/bin/sh\necho 'no such version' >&2\nexit 1\n")

    with pytest.raises(RuntimeError, match=r"^npm ci in peer/ failed:\nno such version"):
        npm.install(folder)


def test_the_versions_are_nodes_and_those_of_the_named_packages(folder: Path, programs: Path) -> None:
    put(programs / "node", "#!/bin/sh\necho v20.1.2\n")

    assert npm.versions(folder) == {"node": "20.1.2", "graphql": "16.0.1"}
