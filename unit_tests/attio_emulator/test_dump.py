"""The whole state as JSON, and back."""

from typing import Any

import pytest

from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api

PEOPLE = "/v2/objects/people/records"


@pytest.mark.parametrize("name", ["demo", "hostile"])
def test_a_dump_holds_everything(api: Api, name: str) -> None:
    """Loaded elsewhere it gives the same dump, the same pages, and goes on with the same ids."""
    api("POST", "/_emulator/seed", {"name": name})
    api("PATCH", f"{PEOPLE}/{first(api)}", {"data": {"values": {"job_title": "New"}}})
    dumped = api("GET", "/_emulator/dump")
    other = Api(Emulator(clock_mode="manual", seed="another"))
    other("POST", "/_emulator/load", dumped)

    assert dumped == other("GET", "/_emulator/dump")
    for slug in ("people", "companies", "deals"):
        target = f"/v2/objects/{slug}/records/query"
        assert api.raw("POST", target, {}).body == other.raw("POST", target, {}).body
    assert api.record("people", {}) == other.record("people", {})


def first(api: Api) -> str:
    return str(api("POST", f"{PEOPLE}/query", {"limit": 1})["data"][0]["id"]["record_id"])


@pytest.mark.parametrize("document", [{}, {"workspaces": 5}, {"workspaces": [{}], "tokens": [], "clock": {}}])
def test_what_is_no_dump_changes_nothing(api: Api, document: Any) -> None:
    """A document of something else is refused, and the state stays."""
    api.record("people", {})

    assert (400, "validation_type") == api.refusal("POST", "/_emulator/load", document)
    assert 1 == len(api("POST", f"{PEOPLE}/query", {})["data"])


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ((), 5),
        (("version",), 2),
        (("switches",), []),
        (("switches", "plan"), "none"),
        (("workspaces",), []),
        (("workspaces", 0, "members"), []),
        (("workspaces", 0, "objects", 0, "slug"), None),
        (("workspaces", 0, "objects", 0, "attributes", 0, "options"), []),
        (("workspaces", 0, "objects", 0, "attributes", 0, "type"), "nope"),
        (("workspaces", 0, "objects", 0, "rows", 0, "id"), {}),
        (("workspaces", 0, "objects", 0, "rows", 0, "values"), {"nope": []}),
        (("tokens", 0, "workspace_id"), "another"),
        (("webhooks", 0, "webhook_id"), []),
        (("clock", "now"), "soon"),
        (("clock", "mode"), "fast"),
    ],
)
def test_a_damaged_dump_changes_nothing(api: Api, path: tuple[Any, ...], wrong: Any) -> None:
    """One wrong member is refused before anything is replaced; the emulator answers as before."""
    api("POST", "/_emulator/seed", {"name": "demo", "people": 2, "companies": 2, "deals": 0})
    hook = {
        "target_url": "https://example.com",
        "subscriptions": [{"event_type": "task.created", "filter": None}],
    }
    api("POST", "/v2/webhooks", {"data": hook})
    whole = api("GET", "/_emulator/dump")
    holder = {"whole": api("GET", "/_emulator/dump")}
    place: Any = holder
    steps = ("whole", *path)
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = wrong

    assert (400, "validation_type") == api.refusal("POST", "/_emulator/load", holder["whole"])
    assert whole == api("GET", "/_emulator/dump")
