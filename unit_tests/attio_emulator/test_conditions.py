"""Compiled filters: which rows they find by an index, and which they still have to look at."""

from attio_emulator.emulator import Emulator
from attio_emulator.queries.conditions import All, Any, Leaf, Not, RowId, Span
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.odd import ODD, names


def test_a_window_of_creation_is_exact_to_the_nanosecond(odd: Api) -> None:
    """$gte and $lte include the moment itself, $gt and $lt do not."""
    first = odd("POST", ODD, {"filter": {"name": "a Full"}})["data"][0]["created_at"]
    before, after = first[:-2] + "0Z", first[:-4] + "001Z"

    assert ["a Full"] == names(odd, {"created_at": {"$gte": first, "$lte": first}})
    assert [] == names(odd, {"created_at": {"$gt": first, "$lt": after}})
    assert ["a Full"] == names(odd, {"created_at": {"$gte": before, "$lt": after}})


def test_an_index_narrows_the_rows_down(api: Api) -> None:
    """Ids by unique values and by the row's own id are cut with one another; what no index knows is left."""
    people = api.emulator.workspace.object("people")
    ada, bob = (api.record("people", {"email_addresses": [f"{name}@x.com"]}) for name in ("ada", "bob"))
    by_address = Leaf("email_addresses", bool, "email_address", frozenset({"ada@x.com", "nobody@x.com"}))
    by_title = Leaf("job_title", bool, "value", frozenset({"CTO"}))

    assert {ada} == by_address.select(people).ids
    assert {bob} == RowId(frozenset({bob, "gone"})).select(people).ids
    assert set() == All((by_address, RowId(frozenset({bob})))).select(people).ids
    assert {ada, bob} == Any((by_address, RowId(frozenset({bob})))).select(people).ids
    left = All((by_address, by_title)).select(people)
    assert ({ada}, (by_title,)) == (left.ids, left.rest)
    for unaided in (by_title, Not(by_address), Any((by_address, by_title))):
        assert (None, (unaided,)) == (unaided.select(people).ids, unaided.select(people).rest)


def test_two_windows_are_cut_with_each_other() -> None:
    """A row must be in both."""
    people = Emulator(clock_mode="manual").workspace.object("people")
    cut = All((Span(("1", ""), ("5", "")), Span(("3", ""), ("9", "")))).select(people)

    assert (("3", ""), ("5", "")) == cut.span
