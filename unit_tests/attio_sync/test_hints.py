from __future__ import annotations

import shlex
from pathlib import Path

from attio_sync import hints


def test_a_command_can_be_pasted_into_a_shell() -> None:
    """Each word comes back as it was, also one with blanks, quotes or what a shell would run."""
    words = ["push", "--from", "it's $(mine).csv"]

    assert ["attio-sync", *words] == shlex.split(hints.command(*words))


def test_a_command_names_another_journal_than_the_usual_one() -> None:
    """At its end, quoted like every word."""
    told = hints.command("history", journal=Path("our own/journal.duckdb"))

    assert ["attio-sync", "history", "--journal", "our own/journal.duckdb"] == shlex.split(told)
