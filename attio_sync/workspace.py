"""The workspace of a token: its identity, and the client that calls its API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.auth import Identity, needed_by, require_active, require_scopes
from attio_api.client import AttioClient
from attio_sync import config
from attio_sync.failures import WrongUsage
from attio_sync.suggestions import instead
from destination_attio.model.targets import PARENT, list_target

if TYPE_CHECKING:
    from attio_api.attributes import Attribute
    from attio_sync.config import Connection
    from destination_attio.config import StreamConfig

# what is written -> the use of Attio it takes (keys of attio_api.auth.SCOPES)
_WRITING = {
    "objects": "write_records",
    "lists": "write_entries",
    "notes": "write_notes",
    "tasks": "write_tasks",
}


# At a terminal an unreachable host is reported within seconds; long work waits longer.
TRIES = 3


def client(connection: Connection) -> AttioClient:
    """A client for short requests."""
    return AttioClient(connection.token, api_url=connection.api_url, max_tries=TRIES)


def connected() -> Connection:
    """This user's connection, after checking that its token is valid."""
    connection = config.connection()
    identity(connection)
    return connection


def writable(connection: Connection, kind: str) -> None:
    """Raise Stop unless the token may write this, before the first row is tried."""
    require_scopes(identity(connection), needed_by(_WRITING[kind]), ", so it cannot write")


def find(connection: Connection, kind: str, slug: str) -> None:
    """Raise Stop unless there is such an object or list, naming the nearest."""
    if kind not in {"objects", "lists"}:
        return
    attio = client(connection)
    found = [str(one.get("api_slug")) for one in (attio.objects() if kind == "objects" else attio.lists())]
    if slug not in found:
        raise WrongUsage(
            f"There is no {kind.removesuffix('s')} '{slug}' in this workspace. {instead(slug, found)}"
        )


def targets(connection: Connection) -> list[str]:
    """All objects and lists that rows can be written to, by their names in settings."""
    attio = client(connection)
    objects = sorted(str(one["api_slug"]) for one in attio.objects())
    return [*objects, *(f"lists/{one['api_slug']}" for one in attio.lists())]


def attributes(connection: Connection, stream: StreamConfig) -> list[Attribute]:
    """The attributes of a stream's target, which is known to be there; of a list also the entries' record."""
    attio = client(connection)
    own = list(attio.attributes(stream.kind, stream.slug))
    if stream.kind != "lists":
        return own
    parents = next(
        (one.get("parent_object") for one in attio.lists() if one["api_slug"] == stream.slug), None
    )
    parent = str(parents[0]) if isinstance(parents, list) and parents else None
    return [list_target(stream.slug, parent, {}).attributes[PARENT], *own]


def identity(connection: Connection) -> Identity:
    """The token's identity; raises Stop for a dead token, for which Attio answers 200 here."""
    return require_active(client(connection).whoami())
