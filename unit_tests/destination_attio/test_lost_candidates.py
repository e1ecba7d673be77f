"""Which of the records that are found are those of creations without an answer."""

from dataclasses import replace
from typing import Any

import pytest

from destination_attio.engine.lost_candidates import Candidate, Unclear, assigned, is_in_question
from destination_attio.model.current import Current
from destination_attio.model.plan import FieldChange
from destination_attio.model.targets import TASKS, Target, object_target
from unit_tests.destination_attio.samples import NAME, RANK

CASES = object_target("cases", {one.slug: one for one in (NAME, RANK)})
BEFORE, MADE, LATER = (f"2026-05-01T10:00:0{second}.000000000Z" for second in (0, 1, 5))
Row = dict[str, Any]


def sent(values: Row) -> tuple[FieldChange, ...]:
    """What a creation has sent."""
    return tuple(FieldChange(attribute=slug, before=None, after=one) for slug, one in values.items())


def held(own_id: str, values: Row, *changed: str, is_merged: bool = False) -> Candidate:
    """What is found, with the attributes that were changed since."""
    current = Current(record_id=own_id, values=values)
    return Candidate(raw={"id": own_id}, current=current, changed=changed, is_merged=is_merged)


def ids(target: Target, rows: list[Row], found: list[Candidate]) -> list[str | None]:
    """The record that each row has made, by the answer of the module; `1?` for one that it may have made."""
    return [_told(one) for one in assigned(target, [sent(one) for one in rows], found)]


def _told(decided: Candidate | Unclear | None) -> str | None:
    if isinstance(decided, Unclear):
        return f"{decided.places}?"
    return decided.current.record_id if decided else None


A, B = {"name": "a"}, {"name": "b"}


@pytest.mark.parametrize(
    ("rows", "found", "wanted"),
    [
        ([A, B], [held("1", B)], [None, "1"]),
        # twins: as many as are found were made
        ([A, A], [held("1", A), held("2", A)], ["1", "2"]),
        ([A, A], [held("1", A)], ["1", None]),
        ([A], [held("2", A), held("1", A)], ["1, 2?"]),
        # a record that holds more was made by the row that sent more
        ([A, {**A, "rank": 1}], [held("1", {**A, "rank": 1})], [None, "1"]),
        ([A, {**A, "rank": 1}], [held("1", {**A, "rank": 1}), held("2", A)], ["2", "1"]),
        ([{"rank": "1"}], [held("1", {"rank": 1})], ["1"]),
        # somebody has changed it since, emptied it, or merged it with another one
        ([A], [held("1", {"name": "his"}, "name")], ["1?"]),
        ([A], [held("1", {"name": None})], ["1?"]),
        ([{**A, "rank": 1}], [held("1", {**A, "rank": 2})], ["1?"]),
        ([A], [held("1", A, is_merged=True)], ["1?"]),
        # another row's, or another program's
        ([A], [held("1", B)], [None]),
        ([A], [held("1", B, is_merged=True)], [None]),
        ([A, B], [held("1", {"name": "his"}, "name"), held("2", B)], ["1?", "2"]),
    ],
)
def test_a_record_is_given_to_the_creation_that_sent_what_it_holds(
    rows: list[Row], found: list[Candidate], wanted: list[str | None]
) -> None:
    """One that may have held it leaves the creation unclear, and one that cannot have is nobody's."""
    assert wanted == ids(CASES, rows, found)


TO_1, TO_2, TO_3 = ([{"object": "people", "record_id": one}] for one in "123")


def call(to: Any, text: str = "Call") -> Row:
    """A task."""
    return {"content": text, "linked_records": to}


@pytest.mark.parametrize(
    ("rows", "found", "wanted"),
    [
        ([call(TO_1)], [held("1", call(TO_1))], ["1"]),
        ([call(TO_1)], [held("1", call(TO_3))], ["1"]),
        ([call(TO_1), call(TO_2)], [held("1", call(TO_3)), held("2", call(TO_2))], ["1", "2"]),
        ([call(TO_1), call(TO_2)], [held("1", call(TO_3)), held("2", call(TO_3))], ["1", "2"]),
        ([call(TO_1), call(TO_2)], [held("1", call(TO_3))], ["1?", "1?"]),
        ([call(TO_1)], [held("1", call(TO_1, "Mail"))], [None]),
    ],
)
def test_a_task_is_found_by_its_words_where_a_merge_has_moved_its_link(
    rows: list[Row], found: list[Candidate], wanted: list[str | None]
) -> None:
    """Those whose links are as sent go first; of the others, all must have been made, or it is unclear."""
    assert wanted == ids(TASKS, rows, found)


def test_a_person_is_told_where_to_look() -> None:
    """The ids with their pages, in one order; what is too much for a sentence is counted."""
    page = Current(record_id="b", values=A, web_url="https://app.attio.com/w/cases/b")
    found = [*(held(one, A) for one in "cdefghijkl"), replace(held("b", A), current=page), held("a", A)]
    (decided,) = assigned(CASES, [sent(A)], found)

    assert isinstance(decided, Unclear)
    assert "a, b (https://app.attio.com/w/cases/b), c, d, e, f, g, h, i, j and 2 more" == decided.places


US, HIM = {"type": "api-token", "id": "us"}, {"type": "api-token", "id": "him"}


@pytest.mark.parametrize(
    ("by", "since", "own", "is_asked"),
    [
        (US, BEFORE, ["api-token us"], True),
        (US, MADE, ["api-token us"], True),
        (US, LATER, ["api-token us"], False),
        (HIM, BEFORE, ["api-token us"], False),
        (HIM, BEFORE, [], True),
        (US, "", ["api-token us"], True),
    ],
)
def test_what_the_run_can_have_made(by: Row, since: str, own: list[str], is_asked: bool) -> None:
    """Since its request, by its actors; before these are known, by anybody."""
    assert is_asked == is_in_question({"created_at": MADE, "created_by_actor": by}, since, own)
