from __future__ import annotations

from typing import Any

import pytest

from attio_sync.show.look_at_first import WORDS, signals
from destination_attio.model.plan import Change, FieldChange


def change(attribute: str, before: Any, after: Any, kind: str = "update") -> Change:
    field = FieldChange(attribute=attribute, before=before, after=after)
    return Change(kind=kind, stream="s", target="companies", fields=(field,))  # type: ignore[arg-type]  # a kind


@pytest.mark.parametrize(
    ("attribute", "before", "after", "found"),
    [
        ("tier", "A", None, {"clears"}),
        ("tags", ["a", "b"], ["a"], {"shortens"}),
        ("tags", ["a"], ["a", "b"], set()),
        ("account_owner", {"id": 1}, {"id": 2}, {"owner"}),
        ("account_owner", None, {"id": 2}, set()),
        ("name", "Acme", "Globex", {"name"}),
        ("arr", {"amount": 10, "currency": "EUR"}, {"amount": 100, "currency": "EUR"}, {"tenfold"}),
        ("arr", 100, 10, {"tenfold"}),
        ("arr", 10, 99, set()),
        ("active", True, False, set()),
    ],
)
def test_what_is_worth_a_look_is_judged_by_before_and_after(
    attribute: str, before: Any, after: Any, found: set[str]
) -> None:
    """Each signal is found where it is, and nowhere else."""
    assert found == signals(change(attribute, before, after))


def test_a_deletion_is_always_worth_a_look() -> None:
    """Whatever the record held; every signal has its words."""
    assert {"deletes"} == signals(change("tier", "A", None, "delete"))
    assert set() == signals(change("tier", None, "A", "create"))
    assert "deletes" in WORDS
