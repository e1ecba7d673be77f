"""In which order the streams of one run are written."""

from typing import Any

from attio_api.attributes import Attribute
from destination_attio.config import StreamConfig
from destination_attio.model.targets import NOTES, object_target
from destination_attio.rows.binding import Binding, bind
from destination_attio.rows.stream_order import ordered
from unit_tests.destination_attio.samples import attribute


def stream(target: str, attributes: list[Attribute], **settings: Any) -> Binding:
    """A stream into an object with these attributes and a unique `code`."""
    known = {one.slug: one for one in [*attributes, attribute("code", is_unique=True)]}
    given = {"stream": target, "target": target, **settings}
    return bind(StreamConfig.model_validate(given), object_target(target, known))


def test_streams_are_ordered_by_what_they_point_at() -> None:
    """What is pointed at comes first; a circle keeps the order given; notes come last."""
    boss = attribute("company", "record-reference", allowed_object_ids=("companies",))
    team = attribute("team", "record-reference", is_multiselect=True, allowed_object_ids=("people",))
    lead = attribute("lead", "record-reference", allowed_object_ids=("people",))
    notes = bind(StreamConfig(stream="notes", target="notes"), NOTES)
    people, companies = stream("people", [boss]), stream("companies", [team])
    circle = [stream("people", [boss]), stream("companies", [lead])]

    assert [companies, people, notes] == ordered([notes, people, companies])
    assert circle == ordered(circle)
