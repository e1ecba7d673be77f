"""On a terminal both sides of an arrow differ, wherever the difference is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attio_sync.show.sides import sides
from destination_attio.model.plan import FieldChange

LONG = "A family of products for teams that would rather ship than sit in meetings, in many towns. "


def shown(before: Any, after: Any) -> tuple[str, str]:
    return sides(FieldChange(attribute="a", before=before, after=after))


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        (LONG + "OLD END", LONG + "NEW END", "OLD", "NEW"),
        ("OLD " + LONG, "NEW " + LONG, "OLD", "NEW"),
        (["a", "b", "c"], ["a", "c", "d"], "- b (2 more stay)", "+ d"),
        (["a"], ["a", "b"], "nothing goes (1 more stays)", "+ b"),
        (
            {"locality": "Lyon", "country_code": "FR", "line_1": None},
            {"locality": "Paris", "country_code": "FR", "line_1": None},
            "locality: Lyon",
            "locality: Paris",
        ),
        (None, "x", "(empty)", "x"),
        ("x", None, "x", "(empty)"),
        (1, 2, "1", "2"),
    ],
)
def test_only_what_differs_is_shown(before: Any, after: Any, left: str, right: str) -> None:
    """Texts by their words, lists by what goes and comes, structs by member."""
    old, new = shown(before, after)

    assert left in old
    assert right in new
    assert len(old) <= 400 >= len(new)


@given(
    st.text(st.characters(codec="ascii", categories=["L", "Zs"]), min_size=80, max_size=900),
    st.integers(0, 900),
)
def test_a_change_of_one_word_is_seen(text: str, at: int) -> None:
    """Wherever in a text a word is put, the two sides are not the same."""
    place = min(at, len(text))
    old, new = shown(text, f"{text[:place]} CHANGED-9 {text[place:]}")

    assert old != new
