"""The other sides of relationships."""

from typing import Any

from attio_api.attributes import Attribute
from destination_attio.workspace.counterparts import counterpart, exclusive, held
from unit_tests.destination_attio.one_catalog import OneCatalog
from unit_tests.destination_attio.samples import NAME

TEAM = Attribute(
    attribute_id="team",
    slug="team",
    title="Team",
    type="record-reference",
    is_multiselect=True,
    relationship={"id": {"object_id": "ID-people", "attribute_id": "company"}},
)
COMPANY = Attribute(
    attribute_id="company",
    slug="company",
    title="Company",
    type="record-reference",
    relationship={"id": {"object_id": "ID-companies", "attribute_id": "team"}},
)
AT: Any = {"object": "companies", "record_id": "c1"}
CATALOG: Any = OneCatalog(
    companies=([TEAM, NAME], {"c1": {}}),
    people=([COMPANY], {"p1": {"company": AT}, "p2": {"company": None}, "p3": {"company": AT}}),
)


def test_the_other_side_is_found_by_its_ids() -> None:
    """It is exclusive where a record stands there for one alone."""
    team, company = counterpart(CATALOG, TEAM), counterpart(CATALOG, COMPANY)

    assert team
    assert company
    assert ("people", "company") == (team.holder.slug, team.attribute.slug)
    assert ("companies", "team") == (company.holder.slug, company.attribute.slug)
    assert team == exclusive(CATALOG, TEAM)
    assert exclusive(CATALOG, COMPANY) is None


def test_what_has_no_other_side_or_one_that_is_not_seen() -> None:
    """Neither stops anything."""
    unseen = {"id": {"object_id": "ID-secret", "attribute_id": "x"}}
    hidden = Attribute(attribute_id="x", slug="x", title="X", type="record-reference", relationship=unseen)

    assert counterpart(CATALOG, NAME) is counterpart(CATALOG, None) is counterpart(CATALOG, hidden) is None


def test_records_hold_what_they_point_at_now() -> None:
    """One that is gone is absent, and not empty."""
    other = counterpart(CATALOG, TEAM)

    assert other
    assert {"p1": AT, "p2": None} == held(CATALOG, other, {"p1", "p2", "gone"})
