"""Files that whoever calls a command may not read."""

import subprocess
import sys
from pathlib import Path

from tests.service.unprivileged import give_up

ROOT = Path(__file__).parents[2]


def invoke(*arguments: object) -> subprocess.CompletedProcess[str]:
    """A command, called by somebody who may read only what its owner may: root, too."""
    command = [sys.executable, "-m", "service", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=give_up, check=False)


def test_a_file_of_an_import_is_named_and_the_others_are_imported(config: Path, tmp_path: Path) -> None:
    closed, open_ = tmp_path / "closed.csv", tmp_path / "customers.csv"
    closed.write_text("id,name\nC-2,Bram\n")
    closed.chmod(0)
    open_.write_text("id,name\nC-1,Anna\n")

    imported = invoke("customers", "import", "--config", config, closed, open_)

    assert imported.returncode == 1
    assert f"{closed}: cannot be read: Permission denied." in imported.stderr
    assert invoke("customers", "remove", "--config", config, "C-1").returncode == 0


def test_a_configuration_is_told_with_its_remedy(config: Path) -> None:
    config.chmod(0)

    checked = invoke("check-config", "--config", config)

    assert checked.returncode == 2
    assert checked.stderr == f"{config}: cannot be read: Permission denied. Name a readable file by --config.\n"
