from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.show import wording
from destination_attio.model.plan import Change, Counts

if TYPE_CHECKING:
    from attio_api.wire import Json

VALUES: list[tuple[str, Json]] = [
    ("(empty)", None),
    ("(empty)", []),
    ("(empty)", ""),
    ("yes", True),
    ("0", 0),
    ("1,234.5", 1234.5),
    ("a.com, b.com", ["a.com", "b.com"]),
    ("Ada Lovelace", {"first_name": "Ada", "last_name": "Lovelace", "full_name": "Ada Lovelace"}),
    ("Ada L.", {"full_name": "Ada L."}),
    ("Ada", {"first_name": "Ada", "last_name": None, "full_name": None}),
    ("1,200 USD", {"amount": 1200, "currency": "USD"}),
    ("1,200", {"amount": 1200, "currency": None}),
    ("1 Mill St, Bristol, GB", {"line_1": "1 Mill St", "locality": "Bristol", "country_code": "GB"}),
    ("people/42", {"object": "people", "record_id": "42"}),
    ('{"é": 1}', {"é": 1}),
]


@pytest.mark.parametrize(("expected", "value"), VALUES)
def test_each_value_in_a_few_words(expected: str, value: Json) -> None:
    """Every shape that the source gives reads as a person would write it."""
    assert expected == wording.value(value)


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        ("a.com, b.com", Change(kind="update", stream="s", target="t", key={"domains": ["a.com", "b.com"]})),
        ("r1", Change(kind="update", stream="s", target="t", key={"domains": None}, record_id="r1")),
        ("row 7", Change(kind="rejected", stream="s", target="t", row_number=7)),
    ],
)
def test_what_names_a_row(expected: str, change: Change) -> None:
    """Its key, else its record, else its place in the input."""
    assert expected == wording.key(change)


def test_counts_name_only_what_happened() -> None:
    """A fate that met no row is not worth a word."""
    counts = Counts(create=1, unchanged=1200, rejected=2)

    assert "1 created, 1,200 unchanged, 2 rejected" == wording.sentence(counts, done=True)
    assert "1 to create, 1,200 unchanged, 2 rejected" == wording.sentence(counts, done=False)
    assert "no rows" == wording.sentence(Counts(), done=True)


def test_long_texts_are_cut_to_one_line() -> None:
    """A description of many lines takes no more room than its column has."""
    assert "one two…" == wording.shortened("one\n two three", 8)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("2026-01-02 03:04 UTC", "2026-01-02T03:04:05.678901+00:00"),
        ("2026-01-02 01:04 UTC", "2026-01-02 03:04:05+02"),
        ("yesterday", "yesterday"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("9999-12-31T23:00:00-12:00", "9999-12-31T23:00:00-12:00"),
    ],
)
def test_times_are_told_to_the_minute(expected: str, text: str) -> None:
    """In one zone, whatever zone they were written in."""
    assert expected == wording.moment(text)
