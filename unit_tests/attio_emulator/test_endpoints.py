"""What every endpoint of the table refuses alike: tokens without scopes, and things that are not there."""

import re
from typing import Any

import pytest

from attio_emulator.calls.routing import Route
from attio_emulator.emulator import Emulator
from attio_emulator.endpoints import ROUTES
from attio_emulator.routes.unsupported import UNSUPPORTED
from unit_tests.attio_emulator.calling import NOWHERE, Api
from unit_tests.attio_emulator.test_lists import LIST
from unit_tests.attio_emulator.test_meetings import NEW

PARAMETER = re.compile(r"{(\w+)}")
GUARDED = [route for route in ROUTES if not route.public and (route.method, route.path) not in UNSUPPORTED]
PLACES = [(route, name) for route in GUARDED for name in PARAMETER.findall(route.path)]
CHOICES = {"option", "status"}


def called(place: Any) -> str | None:
    return f"{place.method} {place.path}" if isinstance(place, Route) else None


@pytest.fixture(scope="module")
def everything() -> tuple[Api, dict[str, str]]:
    """An emulator with one thing of each kind that a path can name, and the names of these."""
    api = Api(Emulator(clock_mode="manual"))
    api.emulator.add_token("powerless", scopes=())
    person = api.record("people", {})
    api("POST", "/v2/lists", {"data": {**LIST, "api_slug": "leads", "parent_object": "people"}})
    entry = {"parent_object": "people", "parent_record_id": person, "entry_values": {}}
    made = {
        "entry_id": api("POST", "/v2/lists/leads/entries", {"data": entry}),
        "meeting_id": api("POST", "/v2/meetings", {"data": NEW}),
    }
    known = {"target": "objects", "identifier": "deals", "object": "people", "list": "leads"}
    known |= {name: answer["data"]["id"][name] for name, answer in made.items()}
    return api, known | {"attribute": "stage", "record_id": person}


def path_of(route: Route, known: dict[str, str], **unknown: str) -> str:
    names = {**known, **unknown}
    if "/records/" in route.path or "/entries/" in route.path:
        names |= {"attribute": unknown.get("attribute", "created_by")}
    return PARAMETER.sub(lambda found: names.get(found[1], NOWHERE), route.path)


@pytest.mark.parametrize("route", GUARDED, ids=called)
def test_an_endpoint_asks_for_a_token_and_for_scopes(
    everything: tuple[Api, dict[str, str]], route: Route
) -> None:
    """Without a live token it is 401, without scopes 403, and the things of the path are not looked at."""
    api, known = everything
    path = path_of(route, known)

    assert (401, "unauthorized") == api.refusal(route.method, path, {}, token="0" * 64)
    assert (403, "unauthorized") == api.refusal(route.method, path, {}, token="powerless")


@pytest.mark.parametrize(("route", "name"), PLACES, ids=called)
def test_what_a_path_names_must_be_there(
    everything: tuple[Api, dict[str, str]], route: Route, name: str
) -> None:
    """Nothing there is 404; an option or a status, which is named by a title, is 400."""
    api, known = everything
    identifier = {"identifier": "people", "attribute": "strongest_connection_strength"}
    known = known | identifier if "{option}" in route.path else known
    path = path_of(route, known, **{name: NOWHERE})
    expected = (400, "value_not_found") if name in CHOICES else (404, "not_found")

    assert expected == api.refusal(route.method, path, {"data": {}})


@pytest.mark.parametrize(
    ("route", "name"), [place for place in PLACES if place[1].endswith("_id")], ids=called
)
def test_an_id_of_a_path_is_a_uuid(everything: tuple[Api, dict[str, str]], route: Route, name: str) -> None:
    """A text that is none is 400, not 404."""
    api, known = everything

    assert (400, "validation_type") == api.refusal(route.method, path_of(route, known, **{name: "x"}), {})
