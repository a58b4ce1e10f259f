"""What the command line asks for and cannot have is told at once, and not after a quarter of an hour."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import main


def refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--peers", "yoga,nobody"], "--peers: no such peer: nobody; there is yoga, mesh"),
        (["--rounds", "0"], "--rounds: 0 is no whole number above 0"),
        (["--rounds", "many"], "--rounds: many is no whole number above 0"),
        (["--results", "{file}"], "--results: {file} cannot be written: File exists"),
        (["--results", "{file}.d/deeper"], "--results: {file}.d/deeper cannot be written: No such file or directory"),
    ],
)
def test_a_wrong_word_is_refused_before_anything_is_timed(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()

    told = refusal(monkeypatch, capsys, *(word.format(file=file) for word in words))

    assert message.format(file=file) in told
