"""Rows of a shape that is the same in every workspace."""

from typing import Any

import orjson
import pytest

from attio_api.errors import Malformed, Unreadable
from source_attio.decode.printing import parsed
from source_attio.streams.fixed_shape import Fixed, actor, moment, taken

BORN, LATER = "2026-01-01T00:00:00.000000000Z", "2026-02-01T00:00:00.000000000Z"
THINGS = Fixed(
    name="things",
    id_column="thing_id",
    path="/v2/things",
    read=lambda raw: {**taken(raw, "title", "completed_at"), "parts": raw["parts"]},
)


def thing(**more: Any) -> dict[str, Any]:
    return {"id": {"thing_id": "t"}, "created_at": BORN, "title": "T", "parts": [], **more}


def test_a_row_has_its_columns_and_none_without_a_value() -> None:
    """The id and the times stand beside what is read; an empty list is left out like null."""
    row = THINGS.row(thing())

    assert ("t", BORN) == (row.key.id, row.key.created_at)
    assert {"thing_id": "t", "created_at": BORN, "title": "T", "updated_at": BORN} == parsed(row.printed)


@pytest.mark.parametrize(
    ("completed_at", "updated_at"),
    [(None, BORN), (LATER, LATER), ("2026-02-01T01:00:00+01:00", LATER), ("2025-01-01T00:00:00Z", BORN)],
)
def test_a_row_changed_when_it_was_completed(completed_at: str | None, updated_at: str) -> None:
    """Or when it was made, if that is later."""
    assert updated_at == THINGS.row(thing(completed_at=completed_at)).updated_at


@pytest.mark.parametrize(
    "harm",
    [
        {"created_at": None},
        {"created_at": "soon"},
        {"id": "t"},
        {"id": {}},
        {"id": {"thing_id": 7}},
        {"completed_at": "soon"},
    ],
)
def test_a_row_of_another_shape_is_malformed(harm: dict[str, Any]) -> None:
    """It is not delivered with gaps, and the error does not quote it."""
    with pytest.raises(Malformed) as trouble:
        THINGS.row(thing(title="ada@example.com", **harm))

    assert "ada@" not in str(trouble.value)


def test_a_row_without_a_member_that_is_read_is_malformed() -> None:
    """As when it has another shape."""
    with pytest.raises(Malformed, match="things"):
        THINGS.row({name: value for name, value in thing().items() if name != "parts"})


def test_a_page_is_full_when_it_has_as_many_rows_as_asked_for() -> None:
    """Then more may follow."""
    body = orjson.dumps({"data": [thing(), thing(id={"thing_id": "u"})]})

    assert [True, False] == [THINGS.page(body, limit).full for limit in (2, 3)]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data":null}', b'{"data":{}}', b'{"data":[5]}'])
def test_an_answer_of_another_shape_is_not_an_empty_page(body: bytes) -> None:
    """It is asked for again."""
    with pytest.raises(Unreadable):
        THINGS.page(body, 2)
    with pytest.raises((Unreadable, Malformed)):
        THINGS.one(body)


def test_a_time_sorts_by_time_whatever_it_is() -> None:
    """What is not text comes first; an actor has a type and an id, or is nothing."""
    assert ["", LATER] == [moment(None), moment("2026-02-01T01:00:00+01:00")]
    assert {"type": "app", "id": None} == actor({"type": "app", "id": None, "name": "x"})
    assert actor("app") is None
