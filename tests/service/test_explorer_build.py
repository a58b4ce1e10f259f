"""When the explorer is built, with which npm, and what a failed build says and leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hatch_build import NODE_FROM_PYPI, SKIP, ExplorerBuildHook, fingerprint, stamp
from tests.conftest import ROOT
from tests.service.unprivileged import give_up

if TYPE_CHECKING:
    from collections.abc import Callable

NPM_THAT_BUILDS = 'test "$1" = ci || { mkdir dist && echo page > dist/index.html; }'
NPM_THAT_FAILS = "echo registry out of reach; exit 1"
BUILD = "import pathlib, sys, hatch_build; hatch_build.build(*map(pathlib.Path, sys.argv[1:]))"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(SKIP, raising=False)
    sources = tmp_path / "project" / "service" / "explorer"
    (sources / "examples").mkdir(parents=True)
    (sources / "main.jsx").write_text("render()")
    (sources / "__init__.py").write_text("BUILD = 1")
    (sources / "examples" / "1_sources.graphql").write_text("query Sources { sources { name } }")
    return tmp_path / "project"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a node of this version and an npm that does this on a path where there is nothing but the shell's tools."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in ("sh", "mkdir"):
        (programs / tool).symlink_to(Path("/bin") / tool)
    monkeypatch.setenv("PATH", str(programs))

    def install_node(version: str, npm: str) -> None:
        for name, script in {"node": f"echo {version}", "npm": npm}.items():
            (programs / name).write_text(f"#!{programs}/sh\n{script}\n")
            (programs / name).chmod(0o755)

    return install_node


def hook(project: Path, target: str = "wheel") -> ExplorerBuildHook:
    settings: Any = None
    return ExplorerBuildHook(str(project), {}, settings, settings, str(project / "dist"), target)


def page(project: Path) -> Path:
    return project / "service" / "explorer" / "dist" / "index.html"


def test_with_a_recent_npm_on_the_path_nothing_is_asked_of_pypi(
    project: Path, install: Callable[[str, str], None]
) -> None:
    install("v22.12.0", NPM_THAT_BUILDS)

    assert hook(project).dependencies() == []


@pytest.mark.parametrize("version", ["v18.19.0", "v20.18.3", "v21.7.3", "v22.11.0", "unknown"])
def test_a_node_that_vite_does_not_run_on_is_as_good_as_none(
    project: Path, install: Callable[[str, str], None], version: str
) -> None:
    install(version, NPM_THAT_BUILDS)

    assert hook(project).dependencies() == [NODE_FROM_PYPI]


@pytest.mark.usefixtures("install")
def test_without_npm_pip_brings_node(project: Path) -> None:
    assert hook(project).dependencies() == [NODE_FROM_PYPI]


def test_an_install_builds_the_page_and_the_next_one_does_not(
    project: Path, install: Callable[[str, str], None]
) -> None:
    install("v22.12.0", NPM_THAT_BUILDS)
    hook(project).initialize("editable", {})
    install("v22.12.0", NPM_THAT_FAILS)

    hook(project).initialize("standard", {})

    assert page(project).read_text() == "page\n"


@pytest.mark.parametrize("changed", ["main.jsx", "examples/1_sources.graphql", "package.json"])
def test_a_changed_source_is_built_again(project: Path, install: Callable[[str, str], None], changed: str) -> None:
    install("v22.12.0", NPM_THAT_BUILDS)
    hook(project).initialize("standard", {})
    page(project).write_text("stale")
    (project / "service" / "explorer" / changed).write_text("changed")

    hook(project).initialize("standard", {})

    assert page(project).read_text() == "page\n"


def test_changed_python_is_no_reason_to_build_again(project: Path) -> None:
    sources = project / "service" / "explorer"
    before = fingerprint(sources)

    (sources / "__init__.py").write_text("BUILD = 2")

    assert fingerprint(sources) == before


def test_a_failed_build_says_why_and_what_helps_and_leaves_the_last_one(
    project: Path, install: Callable[[str, str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    install("v22.12.0", NPM_THAT_FAILS)
    page(project).parent.mkdir()
    page(project).write_text("the last one")

    with pytest.raises(SystemExit):
        hook(project).initialize("standard", {})

    said = "".join(capfd.readouterr())
    assert "registry out of reach" in said
    assert f"{SKIP}=1" in said
    assert page(project).read_text() == "the last one"
    assert not stamp(page(project).parent).exists()


def test_sources_that_may_not_be_written_are_told_before_anything_is_built(
    project: Path, install: Callable[[str, str], None]
) -> None:
    install("v22.12.0", f"echo built > {project}/trace; {NPM_THAT_BUILDS}")
    sources = project / "service" / "explorer"
    sources.chmod(0o555)

    command = [sys.executable, "-c", BUILD, str(sources), str(sources / "dist")]
    told = subprocess.run(command, cwd=ROOT, preexec_fn=give_up, capture_output=True, text=True, check=False).stderr

    assert f"{sources} cannot be written" in told
    assert f"{SKIP}=1" in told
    assert not (project / "trace").exists()


@pytest.mark.usefixtures("install")
def test_the_explorer_can_be_left_out(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SKIP, "1")

    hook(project).initialize("standard", {})

    assert hook(project).dependencies() == []
    assert not page(project).exists()


@pytest.mark.usefixtures("install")
def test_a_source_distribution_needs_no_build(project: Path) -> None:
    hook(project, target="sdist").initialize("standard", {})

    assert hook(project, target="sdist").dependencies() == []
    assert not page(project).exists()


@pytest.mark.parametrize(
    ("newer", "exit_code"),
    [("main.jsx", 1), ("examples/1_sources.graphql", 1), ("__init__.py", 0), ("__pycache__", 0), ("dist", 0)],
)
def test_make_installs_again_for_what_is_built_and_not_for_what_a_run_leaves(
    project: Path, newer: str, exit_code: int
) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "hatch_build.py"):
        shutil.copy(ROOT / name, project)
    installed = project / ".venv" / ".installed"
    explorer = project / "service" / "explorer"
    for folder in (installed, explorer / "__pycache__", explorer / "dist", project / ".venv" / "bin"):
        folder.mkdir(parents=True)
    (project / ".venv" / "bin" / "pip").write_text(f"#!{project.resolve()}/.venv/bin/python\n")
    for path in project.rglob("*"):
        os.utime(path, (1000, 1000))
    os.utime(installed, (2000, 2000))
    os.utime(explorer / newer, (3000, 3000))

    asked = subprocess.run(["make", "-q", ".venv/.installed"], cwd=project, check=False)

    assert asked.returncode == exit_code
