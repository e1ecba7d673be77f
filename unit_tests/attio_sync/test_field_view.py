from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attio_sync.show.field_view import FieldView, field_view
from destination_attio.model.plan import FieldChange

if TYPE_CHECKING:
    from destination_attio.model.plan import Kind


def view(before: Any, after: Any, kind: Kind = "update", *, whole: bool = False) -> FieldView:
    found = field_view(FieldChange(attribute="a", before=before, after=after), kind, whole=whole)
    assert found is not None
    return found


def told(one: FieldView) -> str:
    marks = {"del": "-{}", "ins": "+{}"}
    return "".join(marks.get(piece.tag, "{}").format(piece.text) for piece in one.pieces)


def test_short_values_stand_beside_each_other() -> None:
    """Before, an arrow, after, as people read values."""
    assert "-1,000 → +yes" == told(view(1000, True))  # noqa: FBT003 -- a value of Attio


def test_the_members_of_a_list_are_kept_taken_out_or_added() -> None:
    """Only what moves is marked; the same members in another order are said to be that."""
    assert "a, -b, +c" == told(view(["a", "b"], ["a", "c"]))
    assert "another order" == view(["a", "b"], ["b", "a"]).remark


def test_only_the_parts_of_a_place_that_move_are_told() -> None:
    """A street that changes does not repeat the town."""
    place = {"line_1": "Main St", "locality": "Bergen", "postcode": "5014", "country_code": "NO"}
    one = view(place, place | {"line_1": "Storgata"})

    assert ("line_1: -Main St → +Storgata", "1 of 4 parts") == (told(one), one.remark)


def test_an_amount_is_told_with_its_currency() -> None:
    """A value of two parts is shown as one."""
    assert "-5 EUR → +7 EUR" == told(view({"amount": 5, "currency": "EUR"}, {"amount": 7, "currency": "EUR"}))


def test_a_cleared_value_says_so() -> None:
    """Nothing is put in, and the remark says it in a word; a deletion needs none."""
    assert ("-x", "cleared") == (told(view("x", None)), view("x", None).remark)
    assert "" == view("x", None, "delete").remark


def test_two_long_texts_with_little_in_common_are_cut_as_well() -> None:
    """However long they are, a page of fifty records stays small; their length is said."""
    one = view("old " * 5_000, "new " * 5_000)
    whole = view("old " * 5_000, "new " * 5_000, whole=True)

    assert (True, "20,000 characters", False) == (one.is_cut, one.remark, whole.is_cut)
    assert 1_000 > len(told(one))
    assert 40_000 <= len(told(whole))


def test_a_long_text_is_cut_until_somebody_asks_for_the_whole() -> None:
    """What is left out is said, and there on request."""
    text = "word " * 300

    assert (True, False) == (view(None, text, "create").is_cut, view(None, text, "create", whole=True).is_cut)
    assert (True, False) == (
        view(text + "a", text + "b").is_cut,
        view(text + "a", text + "b", whole=True).is_cut,
    )


def test_a_new_record_lists_no_empty_values() -> None:
    """An attribute that is empty before and after says nothing."""
    assert field_view(FieldChange(attribute="a", before=None, after=[]), "create") is None


def test_nothing_steers_the_page() -> None:
    """Characters that turn the direction of writing around become signs."""
    assert "\u202e" not in told(view("a" * 50 + "\u202e", "a" * 50 + "\u202eb"))
