"""Whose record an answer is about."""

from typing import Any

import pytest

from attio_api.auth import Identity
from destination_attio.engine.ownership import Ownership, actors_of, made_by, values_of

US, HIM = {"type": "api-token", "id": "us"}, {"type": "api-token", "id": "him"}
BEFORE, MADE, LATER = (f"2026-05-01T10:00:0{second}.000000000Z" for second in (0, 1, 5))


def answer(by: Any, *, label: Any = None, since: str = MADE) -> Any:
    """A record that somebody made, with a label that he or somebody else wrote."""
    made = {"active_from": MADE, "created_by_actor": by}
    creator = {**made, "referenced_actor_type": by["type"], "referenced_actor_id": by["id"]}
    values = {"created_by": [creator], "label": [{"active_from": since, "created_by_actor": label or by}]}
    return {"id": {"record_id": "r"}, "created_at": MADE, "values": values}


def known() -> Ownership:
    """One that an answer has told who we are."""
    found = Ownership()
    found.learn(answer(US))
    return found


@pytest.mark.parametrize(
    ("found", "asked_at", "whose"),
    [
        (answer(US), BEFORE, "ours"),
        (answer(HIM), BEFORE, "theirs"),
        (answer(HIM, label=US), BEFORE, "theirs"),
        (answer(US, label=HIM), BEFORE, "theirs"),
        (answer(US, since=LATER), BEFORE, "theirs"),
        (answer(US, label={"type": "system", "id": None}, since=LATER), BEFORE, "ours"),
        (answer(US), MADE, "theirs"),
        (answer(US), LATER, "theirs"),
    ],
)
def test_whose_a_record_is(found: Any, asked_at: str, whose: str) -> None:
    """Ours is what we made after we asked for it, and what nobody else has written to."""
    assert whose == known().whose(found, asked_at, ["label"])


def test_before_it_is_known_who_we_are_nothing_is_ours() -> None:
    """An answer to an assert never says who we are, however often one actor is met."""
    unknown = Ownership()

    assert ["unclear"] * 3 == [unknown.whose(answer(HIM), BEFORE, ["label"]) for _ in range(3)]
    assert "theirs" == unknown.whose(answer(HIM), LATER, ["label"])


def test_who_we_are_is_told_once() -> None:
    """The journal hears of it with the first answer to a creation."""
    heard: list[Any] = []
    found = Ownership(heard.append)
    found.learn(answer(US))
    found.learn(answer(US))

    assert [["api-token us"]] == heard


def test_a_value_that_somebody_else_set_to_the_same_is_his() -> None:
    """A change that Attio did not need to make is no change of ours."""
    assert known().are_by_others(values_of(answer(US, label=HIM), "label"))
    assert not known().are_by_others(values_of(answer(HIM, label=US), "label"))
    assert not known().are_by_others(values_of(answer(US), "remark"))
    assert not Ownership().are_by_others(values_of(answer(HIM), "label"))


def test_the_tokens_own_id_tells_who_we_are_once_attio_has_named_it() -> None:
    """Not before: that an actor has the id of its token is seen in an answer, not taken for granted."""
    found = Ownership(supposed=lambda: actors_of(Identity(active=True, client_id="us")))
    found.hear(answer(HIM))
    heard = found.is_known
    found.hear(answer(HIM, label=US))

    assert not heard
    assert {"api-token us"} == found.own
    assert frozenset() == actors_of(Identity(active=True))


def test_notes_and_tasks_say_who_made_them() -> None:
    """They have no values, but a maker."""
    note = {"id": {"note_id": "n"}, "created_by_actor": HIM}

    assert "theirs" == made_by(note, {"api-token us"})
    assert "ours" == made_by(note, {"api-token him"})
    assert "unclear" == made_by(note, ())
    assert "unclear" == made_by({"id": {"note_id": "n"}}, {"api-token us"})


def test_a_merged_record_is_not_ours_though_all_its_values_are() -> None:
    """It names the creator of the first of the two, and its values are older than it is."""
    merged = {**answer(US), "created_at": LATER}

    assert "theirs" == made_by(merged, ["api-token us"])
