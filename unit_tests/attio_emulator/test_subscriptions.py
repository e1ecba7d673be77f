import pytest

from attio_emulator.hooks.subscriptions import Filter, identity, passes, wants

EVENT = {
    "event_type": "record.updated",
    "id": {"workspace_id": "w", "object_id": "companies", "record_id": "r"},
    "actor": {"type": "system", "id": None},
}


def condition(field: str, operator: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": operator, "value": value}


COMPANIES = condition("id.object_id", "equals", "companies")
BY_PERSON = condition("actor.type", "equals", "workspace-member")


@pytest.mark.parametrize(
    ("expected", "event_filter"),
    [
        (True, None),
        (True, {"$and": []}),
        (False, {"$or": []}),
        (True, {"$and": [COMPANIES]}),
        (False, {"$and": [COMPANIES, BY_PERSON]}),
        (True, {"$or": [COMPANIES, BY_PERSON]}),
        (False, {"$and": [condition("id.object_id", "not_equals", "companies")]}),
        (True, {"$and": [condition("id.list_id", "not_equals", "any")]}),
        (False, {"$and": [condition("id.object_id.deeper", "equals", "companies")]}),
    ],
)
def test_a_filter_looks_at_dotted_paths_of_the_event(expected: bool, event_filter: Filter | None) -> None:
    """`$and` needs all conditions, `$or` any, a missing member equals nothing, no filter lets all pass."""
    assert expected == passes(event_filter, EVENT)


def test_an_event_is_wanted_when_type_and_filter_agree() -> None:
    """A subscription to another type does not want the event, whatever its filter says."""
    updated = {"event_type": "record.updated", "filter": {"$and": [COMPANIES]}}
    created = {"event_type": "record.created", "filter": None}

    assert (True, False) == (wants([created, updated], EVENT), wants([created], EVENT))


def test_the_order_of_conditions_does_not_make_a_new_subscription() -> None:
    """The same conditions in another order, with keys in another order, are the same subscription."""
    turned = {"value": "companies", "field": "id.object_id", "operator": "equals"}
    one = {"event_type": "record.updated", "filter": {"$and": [COMPANIES, BY_PERSON]}}
    same = {"event_type": "record.updated", "filter": {"$and": [BY_PERSON, turned]}}
    other = {"event_type": "record.updated", "filter": {"$or": [COMPANIES, BY_PERSON]}}

    assert identity("https://a", one) == identity("https://a", same)
    assert identity("https://a", one) != identity("https://a", other)
    assert identity("https://a", one) != identity("https://b", one)
