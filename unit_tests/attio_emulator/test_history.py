"""Reading the past of values, and replacing it."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define


def stage_values(api: Api, record_id: str, slug: str = "stage") -> str:
    return f"/v2/objects/deals/records/{record_id}/attributes/{slug}/values"


def titles(values: list[Any]) -> list[str]:
    return [each["status"]["title"] for each in values]


def test_history_is_told_from_the_oldest_value_on(api: Api) -> None:
    """Each value ends where the next one begins; without show_historic only the current one is given."""
    record_id = deal(api)["id"]["record_id"]
    for title in ("In Progress", "Lost"):
        api("PATCH", f"/v2/objects/deals/records/{record_id}", {"data": {"values": {"stage": title}}})
    every = api("GET", f"{stage_values(api, record_id)}?show_historic=true")["data"]
    current = api("GET", stage_values(api, record_id))["data"]

    assert ["Lead", "In Progress", "Lost"] == titles(every)
    assert [each["active_from"] for each in every[1:]] == [each["active_until"] for each in every[:-1]]
    assert ["Lost"] == titles(current)
    assert ["In Progress"] == titles(
        api("GET", f"{stage_values(api, record_id)}?show_historic=true&limit=1&offset=1")["data"]
    )


def test_attio_keeps_some_pasts_to_itself(api: Api) -> None:
    """The history of interactions and enriched attributes cannot be asked for, their values can."""
    person = api.record("people", {"job_title": "CTO"})
    for slug in ("first_email_interaction", "job_title", "strongest_connection_user"):
        target = f"/v2/objects/people/records/{person}/attributes/{slug}/values"
        api("GET", target)

        assert (400, "validation_type") == api.refusal("GET", f"{target}?show_historic=true")


def replace(values: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"data": {"values": values, "replace_history": True, **more}}


OPEN = {"value": "Lost", "active_from": "2025-03-01T00:00:00Z", "active_until": None}
CLOSED = {"value": "Lead", "active_from": "2025-01-01T00:00:00Z", "active_until": "2025-02-01T00:00:00Z"}


def test_a_history_can_be_replaced_in_silence(api: Api) -> None:
    """Values in any order and with gaps become the whole history; no event is fired."""
    record_id = deal(api)["id"]["record_id"]
    events = len(api.emulator.workspace.events)
    api("PUT", stage_values(api, record_id), {"data": {"values": [OPEN, CLOSED]}})
    every = api("GET", f"{stage_values(api, record_id)}?show_historic=true")["data"]

    assert ["Lead", "Lost"] == titles(every)
    assert ["2025-01-01T00:00:00.000000000Z", "2025-03-01T00:00:00.000000000Z"] == [
        each["active_from"] for each in every
    ]
    assert events == len(api.emulator.workspace.events)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([], "validation_type"),
        ([{"value": "Lost", "active_from": "2025-03-01T00:00:00Z"}], "validation_type"),
        ([OPEN | {"active_from": "2999-01-01T00:00:00Z"}], "validation_type"),
        ([CLOSED | {"active_until": "2025-01-01T00:00:00Z"}], "validation_type"),
        ([OPEN | {"value": "Nowhere"}], "value_not_found"),
        ([CLOSED], "missing_value"),
        (
            [OPEN, CLOSED | {"active_until": "2025-03-02T00:00:00Z"}],
            "multiple_values_for_single_value_attribute",
        ),
    ],
)
def test_histories_that_cannot_be_are_refused(api: Api, values: list[dict[str, Any]], code: str) -> None:
    """Empty ones, ends left out, times to come, two values where one is held, none where one must be."""
    record_id = deal(api)["id"]["record_id"]

    assert (400, code) == api.refusal("PUT", stage_values(api, record_id), replace(values))
    assert ["Lead"] == titles(api("GET", f"{stage_values(api, record_id)}?show_historic=true")["data"])


def test_some_histories_are_not_to_be_written(api: Api) -> None:
    """Relationships and what Attio fills itself; and replacing must be acknowledged."""
    define(api, "code", "text", is_unique=True)
    record_id, other = (deal(api, code=each)["id"]["record_id"] for each in "ab")
    value = {"active_from": "2025-03-01T00:00:00Z", "active_until": None}
    taken = api.refusal("PUT", stage_values(api, record_id, "code"), replace([{**value, "value": "b"}]))
    own = api.refusal(
        "PUT", stage_values(api, record_id, "created_at"), replace([{**value, "value": "2025"}])
    )
    paired = stage_values(api, other, "associated_company")

    assert (400, "uniqueness_conflict") == taken
    assert (400, "system_edit_unauthorized") == own
    assert (400, "validation_type") == api.refusal("PUT", paired, replace([{**value, "value": "x.com"}]))
    body = replace([OPEN], replace_history=False)
    kept = api.parsed(api.raw("PUT", stage_values(api, record_id), body))
    assert ("validation_type", "true") == (kept["code"], kept["validation_errors"][0]["expected"])


def test_several_values_at_a_time_where_several_are_held(api: Api) -> None:
    """A multi-valued attribute may overlap with itself, but not hold one value twice at a time."""
    tags = define(api, "tags", "select", is_multiselect=True)["api_slug"]
    for title in ("red", "blue"):
        api("POST", f"/v2/objects/deals/attributes/{tags}/options", {"data": {"title": title}})
    record_id = deal(api)["id"]["record_id"]
    red, blue = (
        {"value": each, "active_from": "2025-01-01", "active_until": None} for each in ("red", "blue")
    )
    api("PUT", stage_values(api, record_id, "tags"), replace([red, blue]))
    held = api("GET", stage_values(api, record_id, "tags"))["data"]

    assert ["red", "blue"] == [each["option"]["title"] for each in held]
    twice = api.refusal("PUT", stage_values(api, record_id, "tags"), replace([red, red]))
    assert (400, "duplicate_values") == twice
