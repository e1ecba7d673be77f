"""What records refer to, for the tests of relationships."""

from typing import Any

from unit_tests.attio_emulator.calling import Api


def targets(api: Api, object_slug: str, record_id: str, slug: str) -> list[str]:
    values = api("GET", f"/v2/objects/{object_slug}/records/{record_id}")["data"]["values"][slug]
    return [each["target_record_id"] for each in values]


def refer(object_slug: str, record_id: str) -> dict[str, str]:
    return {"target_object": object_slug, "target_record_id": record_id}


def change(api: Api, object_slug: str, record_id: str, **values: Any) -> None:
    api("PUT", f"/v2/objects/{object_slug}/records/{record_id}", {"data": {"values": values}})
