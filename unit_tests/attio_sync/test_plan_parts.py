from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attio_sync.show.plan_parts import record_view, safe_link, sum_of
from destination_attio.model.plan import Change, Counts, FieldChange

FEW = st.integers(min_value=0, max_value=100_000)


@given(FEW, FEW, FEW, FEW, FEW, FEW)
def test_the_sum_always_adds_up(
    create: int, update: int, unchanged: int, rejected: int, superseded: int, mirrored: int
) -> None:
    """Rows in are the sum of the parts, and what no row speaks of stands apart."""
    counts = Counts(
        create=create,
        update=update,
        delete=mirrored,
        unchanged=unchanged,
        rejected=rejected,
        superseded=superseded,
        mirrored=mirrored,
    )
    found = sum_of(counts)

    assert found.rows == sum(one.count for one in found.parts)
    assert mirrored == found.apart
    assert all(one.width > 0 for one in found.parts)
    assert all(one.x + one.width <= 1000 for one in found.parts)


def test_what_a_mirror_marks_is_no_row_either() -> None:
    """A mirror that sets a value instead of deleting has its changes apart as well."""
    found = sum_of(Counts(update=5, mirrored=2))

    assert (3, 2, "to change, in no row") == (found.rows, found.apart, found.apart_words)


def test_one_row_is_not_called_rows() -> None:
    """Nor one change of a run changes, neither in sight nor for who listens."""
    one, two = Counts(create=1), Counts(update=2)

    assert ["row in", "rows in"] == [sum_of(counts).words for counts in (one, two)]
    assert ["change of the run", "changes of the run"] == [
        sum_of(counts, is_revert=True).words for counts in (one, two)
    ]
    assert "1 row: 1 to create" == sum_of(one).spoken


def test_a_name_that_fills_the_page_is_cut() -> None:
    """Its whole text stands among the attributes."""
    fields = (FieldChange(attribute="name", before=None, after="L" * 3_000),)
    change = Change(kind="create", stream="s", target="t", fields=fields, key={"code": "K" * 900})
    shown = record_view(1, change)

    assert [("L", 160, "…"), ("K", 160, "…")] == [
        (one[0], len(one), one[-1]) for one in (shown.name, shown.key)
    ]


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", "data:text/html,x", "//x", "https:", "http://[", "", None, 3]
)
def test_only_an_address_of_the_web_becomes_a_link(bad: object) -> None:
    """A record's own text never becomes a script."""
    assert safe_link(bad) is None
    assert "https://app.attio.com/x" == safe_link("https://app.attio.com/x")


def test_a_record_that_was_deleted_has_no_page_in_attio_any_more() -> None:
    """A plan links it still; a run that deleted it does not."""
    gone = Change(kind="delete", stream="s", target="companies", web_url="https://app.attio.com/x")
    links = [record_view(0, gone, done=done).link for done in (False, True)]

    assert ["https://app.attio.com/x", None] == links
