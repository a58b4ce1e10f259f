"""The peers that run only when they are asked for by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.contestants import OPTIONAL

FOLDERS = {peer.name: peer.packages for peer in OPTIONAL if peer.packages}
of_each_peer = pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS.keys())


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


@of_each_peer
def test_a_peers_lock_file_carries_hashes_and_no_addresses(folder: Path) -> None:
    packages = read(folder / "package-lock.json")["packages"]

    installed = [package for path, package in packages.items() if path]
    assert all("integrity" in package and "resolved" not in package for package in installed)


@of_each_peer
def test_a_peers_packages_are_named_to_the_last_digit_as_the_report_tells_them(folder: Path) -> None:
    named = read(folder / "package.json")["dependencies"]
    locked = read(folder / "package-lock.json")["packages"]

    assert named == {name: locked[f"node_modules/{name}"]["version"] for name in named}


def test_two_peers_name_no_package_in_two_versions() -> None:
    named = [read(folder / "package.json")["dependencies"].items() for folder in FOLDERS.values()]

    versions = set().union(*named)
    assert len(dict(versions)) == len(versions)
