from __future__ import annotations

import pytest

from attio_sync.cli import run


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["ui", "--port", "abc"], "--port': 'abc' is not a whole number from 0 to 65,535."),
        (["ui", "--port", "70000"], "'70000' is not a whole number from 0 to 65,535."),
        (["login", "--port", "-1"], "'-1' is not a whole number from 0 to 65,535."),
        (["plan", "--sample", "0"], "'0' is not a whole number from 1 to 1,000,000,000."),
        (["push", "--sample", "9" * 30], "is not a whole number from 1 to"),
        (["plan", "--show", "many"], "'many' is not a whole number from 0 to"),
        (["push", "--show", "-5"], "'-5' is not a whole number from 0 to"),
        (["revert", "x", "--limit", "1.5"], "'1.5' is not a whole number from 0 to"),
        (["history", "--limit", "-1"], "'-1' is not a whole number from 0 to"),
        (["push", "--requests-per-second", "0"], "'0' is not a number above 0."),
        (["plan", "--requests-per-second", "-2"], "'-2' is not a number above 0."),
        (["revert", "x", "--requests-per-second", "nan"], "'nan' is not a number above 0."),
        (["push", "--requests-per-second", "inf"], "'inf' is not a number above 0."),
        (["push", "--requests-per-second", "fast"], "'fast' is not a number above 0."),
        (["history", "--forget-before", "26.11.2026"], "'26.11.2026' is not a day, such as 2026-11-26."),
        (["history", "--forget-before", "2026-02-30"], "'2026-02-30' is not a day, such as 2026-11-26."),
        (["plan", "--mode", "upsrt"], "'upsrt' is none of upsert,"),
        (["plan", "--dates", "exel"], "'exel' is none of iso, dmy, mdy, excel. Did you mean 'excel'?"),
        (["push", "--on-invalid", "rejct"], "Did you mean 'reject'?"),
        (["push", "--on-unknown-option", "nearst"], "Did you mean 'nearest'?"),
        (["push", "--decimal", ";"], "';' is not one of '.', ','."),
        (["completion", "powershell"], "'powershell' is none of bash, zsh, fish."),
        (["ui", "--relay", "localhost:8378"], "'localhost:8378' is not a web address"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_sentence(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names the option and what it takes, in words and not in a programmer's notation."""
    assert 2 == run(typed)

    error = capsys.readouterr().err
    assert said in error
    assert "<=" not in error
    assert "%" not in error
