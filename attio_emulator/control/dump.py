"""The whole state as one JSON document, and back.

Serves `GET /_emulator/dump`, `POST /_emulator/load` and `--seed FILE`.
"""

from dataclasses import dataclass, fields
from typing import Any

from attio_emulator.changes.changeset import reindex
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.control.soundness import (
    DamagedError,
    check_webhook,
    check_workspace,
    damaged,
    each_once,
    known_only,
)
from attio_emulator.hooks.webhooks import Webhook
from attio_emulator.model.attachments import Attachments
from attio_emulator.model.clock import in_reach, nanoseconds
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
DUMPED = frozenset({"version", "clock", "switches", "tokens", "workspaces", "webhooks"})
OF_WORKSPACE = frozenset(
    {"workspace_id", "name", "slug", "ids", "members", "objects", "lists", "annexes", "disabled", "emitted"}
)
OF_ROW = frozenset({"id", "created_at", "parent", "values", "history"})


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
    except DamagedError as fault:
        raise refuse("validation_type", f"This dump is damaged: {fault}") from None
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
        damaged(f"The version {str(raw['version'])[:20]}", f"is not {VERSION}")
    known_only("the dump", raw, DUMPED)
    loaded = Loaded(
        workspaces=[load_workspace(server, each) for each in of_type(list, raw["workspaces"])],
        tokens=[built(Token, each) for each in of_type(list, raw["tokens"])],
        webhooks=[built(Webhook, each) for each in of_type(list, raw["webhooks"])],
        switches=raw.get("switches", {}),
        stopped_at={"manual": nanoseconds(raw["clock"]["now"]), "real": None}[raw["clock"]["mode"]],
    )
    Switches().set(of_type(dict, loaded.switches))
    if loaded.stopped_at is not None and not in_reach(loaded.stopped_at):
        damaged("The clock", "stands outside the years 1971 to 2999")
    each_once("workspaces", (one.id for one in loaded.workspaces))
    each_once("tokens", (one.token for one in loaded.tokens), secret=True)
    each_once("webhooks", (one.webhook_id for one in loaded.webhooks))
    for webhook in loaded.webhooks:
        check_webhook(webhook)
    ids = {one.id for one in loaded.workspaces}
    owners = {one.workspace_id for one in loaded.tokens} | {one.workspace_id for one in loaded.webhooks}
    if not ids or not owners <= ids or not all(one.members for one in loaded.workspaces):
        damaged("A workspace", "is missing, or has no member")
    return loaded


def load_workspace(server: Server, raw: Any) -> Workspace:  # noqa: ANN401 - a document from outside
    """One workspace."""
    known_only("a workspace", raw, OF_WORKSPACE)
    workspace = Workspace(
        workspace_id=of_type(str, raw["workspace_id"]),
        name=of_type(str, raw["name"]),
        slug=of_type(str, raw["slug"]),
        clock=server.clock,
        ids=Ids(of_type(str, raw["ids"]["seed"]), of_type(int, raw["ids"]["made"])),
    )
    workspace.members = load_members(raw["members"])
    workspace.attachments = load_attachments(raw["annexes"])
    workspace.emitted = of_type(int, raw["emitted"])
    workspace.disabled = set(read(list[str], raw.get("disabled", [])))
    load_kinds(workspace, raw)
    check_workspace(workspace)
    for kind in workspace.kinds():
        for attribute in kind.attributes.values():
            if attribute.is_unique or attribute.type == "record-reference":
                reindex(workspace, kind, attribute)
    return workspace


def load_members(raw: Any) -> dict[str, JsonObject]:  # noqa: ANN401 - a document from outside
    """The members of a workspace by id."""
    each_once("members", (of_type(str, each["id"]["workspace_member_id"]) for each in raw))
    each_once("members", (of_type(str, each["email_address"]).lower() for each in raw))
    return {each["id"]["workspace_member_id"]: each for each in raw}


def load_attachments(raw: Any) -> Attachments:  # noqa: ANN401 - a document from outside
    """What hangs on records, each kind by its name."""
    known_only("annexes", raw, frozenset(Attachments.KINDS))
    for name in raw:
        each_once(name, (of_type(str, each["key"]) for each in of_type(list, raw[name])))
    return Attachments.load(raw)


def load_kinds(workspace: Workspace, raw: Any) -> None:  # noqa: ANN401 - a document from outside
    """The objects and lists with their rows."""
    objects = [load_kind(ObjectType, each) for each in raw["objects"]]
    lists = [load_kind(ListType, each) for each in raw["lists"]]
    for name, kinds in (("objects", objects), ("lists", lists)):
        each_once(name, (kind.id for kind in kinds))
        each_once(name, (kind.slug for kind in kinds))
    each_once("objects and lists", (kind.id for kind in [*objects, *lists]))
    workspace.objects.update({kind.id: kind for kind in objects})
    workspace.lists.update({kind.id: kind for kind in lists})
    for kind, each in zip(workspace.kinds(), [*raw["objects"], *raw["lists"]], strict=True):
        load_rows(kind, each["rows"])


def load_kind(model: type[Any], raw: Any) -> Any:  # noqa: ANN401 - a document from outside
    """An object or a list, without its rows."""
    own = {name: value for name, value in raw.items() if name not in {"attributes", "rows"}}
    kind = built(model, own)
    attributes = [built(Attribute, each) for each in raw["attributes"]]
    each_once(f'attributes of "{kind.slug}"', (each.attribute_id for each in attributes))
    each_once(f'attributes of "{kind.slug}"', (each.slug for each in attributes))
    for attribute in attributes:
        if attribute.type not in TYPES:
            damaged(f'the attribute "{attribute.slug}"', f'has the unknown type "{attribute.type[:50]}"')
        kind.add(attribute)
    return kind


def load_rows(kind: Kind, raw: Any) -> None:  # noqa: ANN401 - a document from outside
    """The rows of an object or a list."""
    each_once(f'rows of "{kind.slug}"', (of_type(str, each["id"]) for each in raw))
    for n, each in enumerate(raw):
        known_only(f'row {n} of "{kind.slug}"', each, OF_ROW)
        parent = read(PARENT, each["parent"])
        created_at = of_type(str, each["created_at"])
        row = Row(of_type(str, each["id"]), created_at, read(Values, each["values"]), parent=parent)
        row.history = read(Values, each["history"]) or None
        kind.table.add(row)
