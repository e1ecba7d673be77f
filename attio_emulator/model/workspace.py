"""One workspace: its definitions, rows, members, attachments and events. Every write goes through it.

Route files use
  - `workspace.object(name)`, `.list(name)` (slug or id), `.record(object_type, id)`, `.entry(list_type, id)`:
    404 when there is none; `.find_by_unique(object_type, slug, text)`, `.member(id)`, `.member_by_email(e)`;
  - `workspace.attachments`: notes, tasks, comments and whatever else hangs on records and is not a row;
  - `workspace.emit("note.created", {"note_id": …}, actor, parent_object_id=…)`: remembers the event in
    `workspace.events` and hands it to the listeners (the webhook engine);
  - `workspace.ids.next()`, `workspace.ids.secret()` and `workspace.clock`.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from attio_emulator.contract.refusals import not_found, refuse
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import Attachments
from attio_emulator.model.clock import Clock
from attio_emulator.model.ids import Ids
from attio_emulator.model.schema import Kind, ListType, ObjectType
from attio_emulator.model.switches import Switches
from attio_emulator.model.tables import Row

SYSTEM: JsonObject = {"type": "system", "id": None}
Listener: TypeAlias = Callable[["Workspace", JsonObject], None]
KEPT_EVENTS = 100_000


class Workspace:
    """The state of one Attio workspace."""

    def __init__(self, *, workspace_id: str, name: str, slug: str, clock: Clock, ids: Ids) -> None:
        self.id = workspace_id
        self.name = name
        self.slug = slug
        self.clock = clock
        self.ids = ids
        self.objects: dict[str, ObjectType] = {}
        self.lists: dict[str, ListType] = {}
        self.members: dict[str, JsonObject] = {}
        self.attachments = Attachments()
        self.referrers: dict[str, set[tuple[str, str, str]]] = {}
        self.events: list[JsonObject] = []
        self.emitted = 0
        self.listeners: list[Listener] = []
        self.switches = Switches()
        self.disabled: set[str] = set()
        """Slugs of standard objects that are switched off."""
        self.birth_spread_ns = 0
        """Nanoseconds by which a new row's attribute `created_at` may differ from the row's own."""

    def object(self, name: str) -> ObjectType:
        """The object of a slug or id; 404 when there is none, 400 when it is not switched on."""
        found = self.find_object(name)
        if found is None:
            raise not_found("Object", name)
        return found

    def find_object(self, name: str) -> ObjectType | None:
        """The object of a slug or id, or None; 400 when it is not switched on."""
        by_id = self.objects.get(name.lower())
        found = by_id or next((each for each in self.objects.values() if each.slug == name), None)
        if found is not None and found.slug in self.disabled:
            named = f'The Standard object with slug/ID "{name[:200]}"'
            raise refuse("standard_object_disabled", f"{named} must be enabled by a Workspace admin first.")
        return found

    def enabled(self) -> list[ObjectType]:
        """The objects that are switched on."""
        return [kind for kind in self.objects.values() if kind.slug not in self.disabled]

    def list(self, name: str) -> ListType:
        """The list of a slug or id; 404 when there is none."""
        found = self.find_list(name)
        if found is None:
            raise not_found("List", name)
        return found

    def find_list(self, name: str) -> ListType | None:
        """The list of a slug or id, or None."""
        return self.lists.get(name.lower()) or next(
            (each for each in self.lists.values() if each.slug == name), None
        )

    def kinds(self) -> Iterator[Kind]:
        """All objects and lists."""
        yield from self.objects.values()
        yield from self.lists.values()

    def kind(self, kind_id: str) -> Kind:
        """The object or list of an id that is known to exist."""
        return self.objects.get(kind_id) or self.lists[kind_id]

    def record(self, object_type: ObjectType, record_id: str) -> Row:
        """A record by id; 404 when there is none."""
        row = object_type.table.rows.get(record_id.lower())
        if row is None:
            raise not_found("Record", record_id)
        return row

    def entry(self, list_type: ListType, entry_id: str) -> Row:
        """An entry by id; 404 when there is none."""
        row = list_type.table.rows.get(entry_id.lower())
        if row is None:
            raise not_found("List entry", entry_id)
        return row

    def find_by_unique(self, object_type: ObjectType, slug: str, key: str) -> Row | None:
        """The record that holds a normalised unique value, or None."""
        attribute = object_type.by_slug.get(slug)
        holder = None
        if attribute is not None:
            holder = object_type.table.index(attribute.attribute_id).get(key)
        return None if holder is None else object_type.table.rows[holder]

    def member(self, member_id: str) -> JsonObject | None:
        """A workspace member by id, or None."""
        return self.members.get(member_id.lower())

    def member_by_email(self, email: str) -> JsonObject | None:
        """A workspace member by e-mail address, or None."""
        wanted = email.strip().lower()
        return next(
            (each for each in self.members.values() if str(each["email_address"]).lower() == wanted), None
        )

    def emit(self, event_type: str, ids: JsonObject, actor: JsonObject, **extras: Json) -> None:
        """Emit an event: keep it, and pass it to the listeners."""
        event: JsonObject = {
            "event_type": event_type,
            "id": {"workspace_id": self.id, **ids},
            **extras,
            "actor": actor,
        }
        self.emitted += 1
        self.events.append({"n": self.emitted, "at": self.clock.now(), "event": event})
        del self.events[:-KEPT_EVENTS]
        for listener in self.listeners:
            listener(self, event)
