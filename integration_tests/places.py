"""Places that point at places: an object whose records may stand in circles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk
    from integration_tests.in_process import SmallDesk

    SomeDesk = TypeVar("SomeDesk", bound=Desk)

Line = dict[str, Any]
PLACE_FIELDS = [
    {"column": "code", "attribute": "code"},
    {"column": "near", "attribute": "near", "reference": "code"},
    {"column": "note", "attribute": "note"},
]


def with_places(desk: SomeDesk) -> SomeDesk:
    """An object whose records point at each other."""
    desk.custom_object("places")
    link = {"record_reference": {"allowed_objects": ["places"]}}
    desk.attribute("objects/places", "near", "record-reference", config=link)
    desk.attribute("objects/places", "note", "text")
    return desk


def place(code: int, near: int | None, **more: Any) -> Line:
    """A place near another one."""
    return {"code": f"P{code}", "near": None if near is None else f"P{near}", **more}


def links(desk: SmallDesk) -> dict[str, str | None]:
    """Which place is near which, by their codes."""
    found = desk.attio.records("places", limit=500)
    codes = {one["id"]["record_id"]: one["values"]["code"][0]["value"] for one in found}
    near = {
        codes[one["id"]["record_id"]]: [codes[each["target_record_id"]] for each in one["values"]["near"]]
        for one in found
    }
    return {code: each[0] if each else None for code, each in near.items()}
