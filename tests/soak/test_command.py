"""What is no time to run for is refused before anything runs."""

from __future__ import annotations

import sys

import pytest

from soak.__main__ import main


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "required: SECONDS"),
        (["abc"], "abc is no number of seconds above 0"),
        (["0"], "0 is no number of seconds above 0"),
        (["nan"], "nan is no number of seconds above 0"),
        (["inf"], "inf is no number of seconds above 0"),
        (["60", "60"], "unrecognized arguments: 60"),
    ],
)
def test_what_is_no_time_to_run_for_is_refused(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["soak", *words])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert message in capsys.readouterr().err
