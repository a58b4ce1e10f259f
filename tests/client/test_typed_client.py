"""An app's types, generated from the clients' schema by graphql-codegen and checked by TypeScript."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from tests.npm import installed

EXAMPLE = Path(__file__).parents[2] / "examples" / "client"
_SECONDS = 120


@pytest.fixture(scope="module")
def example() -> Path:
    """The example's folder with its types generated."""
    folder = installed(EXAMPLE)
    done = _run("graphql-codegen", "--config", "codegen.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(EXAMPLE / "node_modules" / ".bin" / tool), *arguments]
    return subprocess.run(command, cwd=EXAMPLE, check=False, capture_output=True, text=True, timeout=_SECONDS)


def test_the_examples_code_fits_the_types(example: Path) -> None:
    done = _run("tsc", "--noEmit")

    assert (done.returncode, done.stdout) == (0, "")


def test_the_example_prints_what_the_customer_owes(example: Path, gateway_url: str, sandbox: Sandbox) -> None:
    done = _run("tsc")
    assert done.returncode == 0, done.stdout

    command = ["node", str(example / "dist" / "overview.js"), f"{gateway_url}/graphql"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS).stdout

    assert re.findall(r"^due ([\d.]+) (\w+)$", said, re.MULTILINE) == [("5121.09", "EUR"), ("3818.88", "USD")]
    assert "Some sources did not answer." not in said


def test_an_amount_taken_for_a_number_is_an_error(example: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.ts").write_text(
        f"import type {{ AmountFragment }} from '{example}/generated/operations.js';\n"
        "export const half = (due: AmountFragment): number => due.amount / 2;\n"
    )
    settings = {
        "extends": f"{example}/tsconfig.json",
        "compilerOptions": {"types": []},
        "files": ["wrong.ts"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings))

    done = _run("tsc", "--noEmit", "--project", str(tmp_path / "tsconfig.json"))

    assert "wrong.ts(2,54): error TS2362" in done.stdout
