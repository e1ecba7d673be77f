"""The whole state as one JSON document, and back.

Serves `GET /_emulator/dump`, `POST /_emulator/load` and `--seed FILE`.
"""

from dataclasses import dataclass, fields
from typing import Any

from attio_emulator.changes.changeset import index
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.wire import Json
from attio_emulator.hooks.webhooks import Webhook
from attio_emulator.model.attachments import Attachments
from attio_emulator.model.clock import nanoseconds
from attio_emulator.model.ids import Ids
from attio_emulator.model.readback import built, of_type, read
from attio_emulator.model.schema import Attribute, Kind, ListType, ObjectType
from attio_emulator.model.server import Server
from attio_emulator.model.switches import Switches
from attio_emulator.model.tables import Row, Values
from attio_emulator.model.tokens import Token
from attio_emulator.model.workspace import Workspace
from attio_emulator.values.types import TYPES

VERSION = 1
PARENT = tuple[str, str] | None
KEPT_APART = {"attributes", "by_slug", "table"}


def dump_all(server: Server) -> dict[str, Any]:
    """Everything that a reset removes, except faults and the log of calls."""
    return {
        "version": VERSION,
        "clock": {"mode": server.clock.mode, "now": server.clock.now()},
        "switches": server.switches.shown(),
        "tokens": [members(token) for token in server.tokens.values()],
        "workspaces": [dump_workspace(workspace) for workspace in server.workspaces.values()],
        "webhooks": server.deliveries.dump(),
    }


def dump_workspace(workspace: Workspace) -> dict[str, Any]:
    """One workspace."""
    return {
        "workspace_id": workspace.id,
        "name": workspace.name,
        "slug": workspace.slug,
        "ids": {"seed": workspace.ids.seed, "made": workspace.ids.made},
        "members": list(workspace.members.values()),
        "objects": [dump_kind(kind) for kind in workspace.objects.values()],
        "lists": [dump_kind(kind) for kind in workspace.lists.values()],
        "annexes": workspace.attachments.dump(),
        "disabled": sorted(workspace.disabled),
        "emitted": workspace.emitted,
    }


def dump_kind(kind: Kind) -> dict[str, Any]:
    """An object or a list with its rows."""
    own = {name: one for name, one in members(kind).items() if name not in KEPT_APART}
    rows = [
        {
            "id": row.id,
            "created_at": row.created_at,
            "parent": row.parent,
            "values": {slug: values for slug, values in row.decoded_values().items() if values},
            "history": row.history or {},
        }
        for row in kind.table.rows.values()
    ]
    return {**own, "attributes": [members(each) for each in kind.attributes.values()], "rows": rows}


def members(one: Token | Kind | Attribute) -> dict[str, Any]:
    """A dataclass by its fields, without copies of what they hold: a dump is printed at once."""
    return {each.name: getattr(one, each.name) for each in fields(one)}


@dataclass(kw_only=True)
class Loaded:
    """What a dump holds, read as a whole before anything is replaced."""

    workspaces: list[Workspace]
    tokens: list[Token]
    webhooks: list[Webhook]
    switches: dict[str, Json]
    stopped_at: int | None


def load_all(server: Server, raw: Json) -> None:
    """Replace everything; a document that is no dump is refused and changes nothing."""
    try:
        loaded = load_document(server, raw)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise refuse("validation_type", "This is not a dump of an emulator.") from None
    server.reset()
    server.switches.set(loaded.switches)
    server.workspaces.clear()
    server.tokens.clear()
    if loaded.stopped_at is not None:
        server.clock.set(loaded.stopped_at)
    for workspace in loaded.workspaces:
        server.adopt(workspace)
    server.tokens.update({token.token: token for token in loaded.tokens})
    for webhook in loaded.webhooks:
        server.deliveries.put(webhook)


def load_document(server: Server, raw: Any) -> Loaded:  # noqa: ANN401 - a document from outside
    """The content of a dump; the emulator has a workspace at all times, and a workspace a member."""
    if raw["version"] != VERSION:
        raise ValueError("a dump of another version")
    loaded = Loaded(
        workspaces=[load_workspace(server, each) for each in of_type(list, raw["workspaces"])],
        tokens=[built(Token, each) for each in of_type(list, raw["tokens"])],
        webhooks=[built(Webhook, each) for each in of_type(list, raw["webhooks"])],
        switches=raw.get("switches", {}),
        stopped_at=nanoseconds(raw["clock"]["now"]) if raw["clock"]["mode"] == "manual" else None,
    )
    Switches().set(of_type(dict, loaded.switches))
    ids = {one.id for one in loaded.workspaces}
    owners = {one.workspace_id for one in loaded.tokens} | {one.workspace_id for one in loaded.webhooks}
    if not ids or not owners <= ids or not all(one.members for one in loaded.workspaces):
        raise ValueError("a workspace is missing, or has no member")
    return loaded


def load_workspace(server: Server, raw: Any) -> Workspace:  # noqa: ANN401 - a document from outside
    """One workspace."""
    workspace = Workspace(
        workspace_id=of_type(str, raw["workspace_id"]),
        name=of_type(str, raw["name"]),
        slug=of_type(str, raw["slug"]),
        clock=server.clock,
        ids=Ids(of_type(str, raw["ids"]["seed"]), of_type(int, raw["ids"]["made"])),
    )
    workspace.members = {of_type(str, each["id"]["workspace_member_id"]): each for each in raw["members"]}
    workspace.attachments = Attachments.load(raw["annexes"])
    workspace.emitted = of_type(int, raw["emitted"])
    workspace.disabled = set(read(list[str], raw.get("disabled", [])))
    for each in raw["objects"]:
        kind = load_kind(ObjectType, each)
        workspace.objects[kind.id] = kind
    for each in raw["lists"]:
        kind_of_list = load_kind(ListType, each)
        workspace.lists[kind_of_list.id] = kind_of_list
    for kind, each in zip(workspace.kinds(), [*raw["objects"], *raw["lists"]], strict=True):
        load_rows(workspace, kind, each["rows"])
    return workspace


def load_kind(model: type[Any], raw: Any) -> Any:  # noqa: ANN401 - a document from outside
    """An object or a list, without its rows."""
    own = {name: value for name, value in raw.items() if name not in {"attributes", "rows"}}
    kind = built(model, own)
    for each in raw["attributes"]:
        attribute = built(Attribute, each)
        if attribute.type not in TYPES:
            raise ValueError(f"no type {attribute.type!r}")
        kind.add(attribute)
    return kind


def load_rows(workspace: Workspace, kind: Kind, raw: Any) -> None:  # noqa: ANN401 - a document from outside
    """The rows of an object or a list, with their indexes."""
    for each in raw:
        parent = read(PARENT, each["parent"])
        created_at = of_type(str, each["created_at"])
        row = Row(of_type(str, each["id"]), created_at, read(Values, each["values"]), parent=parent)
        row.history = read(Values, each["history"]) or None
        kind.table.add(row)
        for slug, values in row.values.items():
            index(workspace, kind, row, kind.by_slug[slug], values)
