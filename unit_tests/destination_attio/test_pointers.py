"""What points at records."""

from typing import Any

import pytest

from attio_api.attributes import Attribute
from destination_attio.model.plan import FieldChange
from destination_attio.workspace.pointers import Pointers, newly_pointed_at, pointed_at, told
from unit_tests.destination_attio.one_catalog import OneCatalog
from unit_tests.destination_attio.samples import NAME


def reference(slug: str, **more: Any) -> Attribute:
    return Attribute(attribute_id=slug, slug=slug, title=slug, type="record-reference", **more)


def to(*records: str) -> list[dict[str, str]]:
    return [{"object": "companies", "record_id": one} for one in records]


OWNER = reference("owner", is_multiselect=True, allowed_object_ids=("companies",))
TWO_SIDED = reference("employer", relationship={"id": {}})
ELSEWHERE = reference("boss", allowed_object_ids=("people",))
CATALOG: Any = OneCatalog(
    companies=([NAME, OWNER], {"c1": {"owner": to("c1", "c2")}, "c2": {}}),
    deals=(
        [OWNER, TWO_SIDED, ELSEWHERE],
        {
            "d1": {"owner": to("c1"), "employer": to("c1"), "boss": to("c1")},
            "d2": {"owner": to("c1", "c2")},
            "d3": {"owner": to("c9")},
        },
    ),
)


def test_references_are_found_in_every_object_and_told() -> None:
    """Not its own to itself, nor what a relationship's other side shows, nor what cannot point there."""
    found = Pointers(CATALOG).find(CATALOG.object("companies"), ["c1"])

    assert {("deals", "d1", "owner"), ("deals", "d2", "owner")} == {
        (one.holder, one.record_id, one.attribute) for one in found
    }
    assert "2 of 'deals' point at it with 'owner'." == told(found)
    assert "1 of 'deals' points at it with 'owner'." == told(found[:1])


def test_nothing_is_asked_for_no_record() -> None:
    """And nothing points at none."""
    before = len(CATALOG.gateways["deals"].asked)

    assert [] == Pointers(CATALOG).find(CATALOG.object("companies"), [])
    assert before == len(CATALOG.gateways["deals"].asked)


@pytest.mark.parametrize(
    ("value", "ids"), [(to("a", "b"), {"a", "b"}), (to("a")[0], {"a"}), ("text", set()), (None, set())]
)
def test_a_plain_value_points_at_records(value: Any, ids: set[str]) -> None:
    """One, several or none; of a change only what is new."""
    assert ids == pointed_at(value)
    assert ids - {"a"} == newly_pointed_at(FieldChange(attribute="x", before=to("a"), after=value))
