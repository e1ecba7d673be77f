"""Attributes that were renamed since a run are known again by their ids."""

from attio_api.attributes import Attribute
from destination_attio.engine.renamed import Renamed, ids_of
from destination_attio.model.plan import Change, FieldChange
from destination_attio.stream_config import StreamConfig


def named(**ids: str) -> dict[str, Attribute]:
    """Text attributes by slug, each with its id."""
    return {
        slug: Attribute(attribute_id=own_id, slug=slug, title=slug, type="text")
        for slug, own_id in ids.items()
    }


def update(*slugs: str) -> Change:
    """A change of some attributes."""
    fields = tuple(FieldChange(attribute=one, before="a", after="b") for one in slugs)
    return Change(kind="update", stream="s", target="things", record_id="r", fields=fields)


def test_a_renamed_attribute_keeps_its_value_and_is_named() -> None:
    """What was written under the old slug is put back under the new one."""
    renamed = Renamed(ids_of(named(size="1", word="2")), named(staff="1", word="2"))
    change, lost = renamed.change(update("size", "word"))

    assert ["staff", "word"] == [one.attribute for one in change.fields]
    assert () == lost
    assert "'size' is called 'staff' by now." == change.reason
    assert {"staff": 5} == renamed.values({"size": 5})


def test_a_slug_that_another_attribute_has_taken_over_is_lost() -> None:
    """Nothing is written into an attribute that only has the same slug."""
    renamed = Renamed(ids_of(named(size="1")), named(size="9"))
    change, lost = renamed.change(update("size"))

    assert () == change.fields
    assert ["size"] == [one.attribute for one in lost]
    assert {} == renamed.values({"size": 5})


def test_two_attributes_that_swapped_their_slugs_are_told_apart() -> None:
    """Each value goes back to the attribute that it came from."""
    renamed = Renamed(ids_of(named(size="1", word="2")), named(size="2", word="1"))

    assert ["word", "size"] == [one.attribute for one in renamed.change(update("size", "word"))[0].fields]


def test_the_settings_of_a_plan_follow_their_attributes() -> None:
    """The key, fields, and what a mirror sets; a field whose slug was taken over is dropped."""
    settings = StreamConfig.model_validate(
        {
            "match": "code",
            "fields": [{"column": one, "attribute": one} for one in ("code", "size")],
            "on_absent": {"attribute": "state"},
        }
    )
    now = named(number="1", size="9", phase="3")
    told = Renamed(ids_of(named(code="1", size="2", state="3")), now).settings(settings)

    assert ("number",) == told.match
    assert [("code", "number")] == [(one.column, one.attribute) for one in told.fields]
    assert "phase" == getattr(told.on_absent, "attribute", None)


def test_runs_of_earlier_versions_are_taken_as_they_are() -> None:
    """A journal that knows no ids, and an attribute that is gone, leave the slug as it was."""
    assert "size" == Renamed({}, named(size="9")).called("size")
    assert "size" == Renamed({"size": "1"}, named(word="2")).called("size")
