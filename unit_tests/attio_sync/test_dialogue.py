"""A mapping that a person changes on the terminal."""

from __future__ import annotations

from click.testing import CliRunner

from attio_api.attributes import Attribute
from attio_sync.mapping.dialogue import asked
from attio_sync.mapping.draft import Draft, prepare
from attio_sync.rows.rows import Rows

CELL = "+1 415 555 2671"


def attribute(slug: str, kind: str = "text", **more: bool) -> Attribute:
    return Attribute(attribute_id=slug, slug=slug, title=slug.title(), type=kind, **more)


ALL = (attribute("name", is_unique=True), attribute("phones", "phone-number", is_multiselect=True))


def draft(*columns: str) -> Draft:
    row = {"name": "A", **dict.fromkeys(columns, CELL)}
    rows = Rows(name="a.csv", columns=tuple(row), count=1, read=lambda: iter([row]), is_written=True)
    return prepare({"target": "people"}, rows, ALL)


def answered(mapping: Draft, *answers: str) -> Draft | None:
    with CliRunner().isolation("\n".join((*answers, "y", ""))):
        return asked(mapping)


def columns_of(mapping: Draft | None) -> dict[str, tuple[str, ...]]:
    assert mapping is not None
    return {one.attribute: tuple(one.parts_by_column) for one in mapping.fields}


def test_a_second_column_joins_the_first_of_an_attribute_with_several_values() -> None:
    """And can be taken out again; the merge rule is asked for."""
    both = answered(draft("phones", "Desk"), "3", "phones", "append")
    assert both is not None
    less = answered(both, "2", "-")

    assert {"name": ("name",), "phones": ("phones", "Desk")} == columns_of(both)
    assert ["overwrite", "append"] == [one.merge for one in both.fields]
    assert {"name": ("name",), "phones": ("Desk",)} == columns_of(less)
    assert less is not None
    assert [{"column": "phones", "reason": "left out by you"}] == less.settings["left_out"]


def test_a_second_column_does_not_join_one_value() -> None:
    """The first has to be left out before."""
    mapping = draft("Desk")

    assert {"name": ("name",)} == columns_of(answered(mapping, "2", "name"))
