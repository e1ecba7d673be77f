"""A second Attio, for tests that carry data from one workspace to another, and what a workspace says."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attio_emulator.emulator import Emulator
from attio_emulator.remote import RemoteEmulator
from attio_emulator.serving.server import ThreadedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 500
CIRCUMSTANCES = {"active_from", "active_until", "created_by_actor", "attribute_type"}
COMPARED = {
    "companies": ("domains", "name", "description"),
    "people": ("email_addresses", "name", "job_title"),
}
# A destination's settings for what is carried over and compared.
STREAMS = [
    {
        "stream": name,
        "match": [attributes[0]],
        "fields": [{"column": slug, "attribute": slug} for slug in attributes],
    }
    for name, attributes in COMPARED.items()
]


@contextmanager
def another_attio() -> Iterator[RemoteEmulator]:
    """An emulator beside the one of the fixture, which ends with the block."""
    server = ThreadedServer(Emulator(seed="another", clock_mode="manual"))
    server.start()
    try:
        yield RemoteEmulator(server.url)
    finally:
        server.stop()


def config(attio: RemoteEmulator, **settings: Any) -> dict[str, Any]:
    """A connector's configuration that leads to an emulator."""
    signed_in = {"auth_type": "access_token", "access_token": attio.token}
    return {"credentials": signed_in, "api_url": attio.url, **settings}


def records(attio: RemoteEmulator, target: str) -> list[dict[str, Any]]:
    """Every record of an object, as Attio shows it."""
    found: list[dict[str, Any]] = []
    while True:
        body = {"limit": PAGE, "offset": len(found)}
        page = attio.api("POST", f"/v2/objects/{target}/records/query", body)["data"]
        found += page
        if len(page) < PAGE:
            return found


def contents(attio: RemoteEmulator, target: str, key: str, *attributes: str) -> dict[str, list[Any]]:
    """What the records of an object say, by the first value of a unique attribute, without ids and times."""
    said = {}
    for record in records(attio, target):
        values = record["values"]
        if values.get(key):
            said[str(plain(values[key][0]))] = [
                [plain(value) for value in values.get(slug, [])] for slug in (key, *attributes)
            ]
    return said


def plain(value: dict[str, Any]) -> Any:
    """What a value says, without who said it and when."""
    spoken = {name: member for name, member in value.items() if name not in CIRCUMSTANCES}
    return next((spoken[name] for name in ("value", "domain", "email_address") if name in spoken), spoken)
