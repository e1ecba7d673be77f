"""Drafts of changes: the values that rows get at the commit, with both sides of relationships.

Nothing is stored before `commit`, so that a write can be refused until then. A commit sets `active_until` of
removed values and moves them into the history, updates the indexes, and emits events for the attributes
whose values changed.
"""

from collections.abc import Iterable

from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.schema import Attribute, Kind, ListType, ObjectType
from attio_emulator.model.tables import Row, Value
from attio_emulator.model.workspace import Workspace
from attio_emulator.values.types import identity


class Changeset:
    """One write call's changes to rows."""

    def __init__(self, workspace: Workspace, *, now: str, actor: JsonObject, silent: bool = False) -> None:
        self.workspace = workspace
        self.now = now
        self.actor = actor
        self.silent = silent
        self._rows: dict[tuple[str, str], Row] = {}
        self._created: set[str] = set()
        self._lists: dict[tuple[str, str], dict[str, list[Value]]] = {}

    def value(self, attribute: Attribute, members: JsonObject) -> Value:
        """A value that is active from the time of this draft on."""
        return {
            "active_from": self.now,
            "active_until": None,
            "created_by_actor": self.actor,
            "attribute_type": attribute.type,
            **members,
        }

    def create(self, kind: Kind, row: Row) -> None:
        """Note a new row, which the commit stores."""
        self._rows[kind.id, row.id] = row
        self._created.add(row.id)

    def current(self, kind: Kind, row: Row, slug: str) -> list[Value]:
        """The values that an attribute will have if this draft is committed."""
        pending = self._lists.get((kind.id, row.id), {}).get(slug)
        return row.values.get(slug, []) if pending is None else pending

    def put(self, kind: Kind, row: Row, attribute: Attribute, after: list[Value]) -> None:
        """Set an attribute's values, and the other side of its relationship to match."""
        before = self.current(kind, row, attribute.slug)
        kept = {identity(attribute, value): value for value in before}
        after = [kept.get(identity(attribute, value), value) for value in after]
        self._hold(kind, row, attribute, after)
        if attribute.reverse is not None:
            self._follow(kind, row, attribute, before, after)

    def _hold(self, kind: Kind, row: Row, attribute: Attribute, values: list[Value]) -> None:
        self._rows.setdefault((kind.id, row.id), row)
        self._lists.setdefault((kind.id, row.id), {})[attribute.slug] = values

    def _follow(
        self, kind: Kind, row: Row, attribute: Attribute, before: list[Value], after: list[Value]
    ) -> None:
        object_id, attribute_id = attribute.reverse or ("", "")
        other = self.workspace.objects[object_id]
        paired = other.attributes[attribute_id]
        was, will = ([str(value["target_record_id"]) for value in values] for values in (before, after))
        for record_id in [each for each in was if each not in will]:
            self._unlink(other, self._row(other, record_id), paired, row.id)
        for record_id in [each for each in will if each not in was]:
            self._link(kind, row, attribute, other, self._row(other, record_id), paired)

    def _row(self, kind: Kind, row_id: str) -> Row:
        return self._rows.get((kind.id, row_id)) or kind.table.rows[row_id]

    def _unlink(self, kind: Kind, row: Row, attribute: Attribute, target_id: str) -> None:
        values = self.current(kind, row, attribute.slug)
        self._hold(
            kind, row, attribute, [value for value in values if value["target_record_id"] != target_id]
        )

    def _link(
        self, kind: Kind, row: Row, attribute: Attribute, other: Kind, target: Row, paired: Attribute
    ) -> None:
        held = self.current(other, target, paired.slug)
        if not paired.is_multiselect:
            for value in held:
                self._unlink(kind, self._row(kind, str(value["target_record_id"])), attribute, target.id)
            held = []
        link = self.value(paired, {"target_object": kind.slug, "target_record_id": row.id})
        self._hold(other, target, paired, [*held, link])

    def commit(self) -> None:
        """Store everything and emit the events."""
        for (kind_id, row_id), row in self._rows.items():
            kind = self.workspace.kind(kind_id)
            lists = self._lists.get((kind_id, row_id), {})
            created = row_id in self._created
            if created:
                kind.table.add(row)
                announce(self.workspace, kind, row, "created", self.actor, silent=self.silent)
            for slug, after in lists.items():
                changed = self._store(kind, row, kind.by_slug[slug], after)
                if changed and not created and not self.silent:
                    announce_update(self.workspace, kind, row, kind.by_slug[slug], self.actor)

    def _store(self, kind: Kind, row: Row, attribute: Attribute, after: list[Value]) -> bool:
        before = row.values.get(attribute.slug, [])
        if len(before) == len(after) and all(old is new for old, new in zip(before, after, strict=True)):
            return False
        kept = {id(value) for value in after}
        gone = [value for value in before if id(value) not in kept]
        if gone:
            row.history = row.history or {}
            past = row.history.setdefault(attribute.slug, [])
            past.extend({**value, "active_until": self.now} for value in gone)
        row.values[attribute.slug] = after
        row.drop_raw()
        unindex(self.workspace, kind, row, attribute, gone)
        index(self.workspace, kind, row, attribute, after)
        return True


def index(workspace: Workspace, kind: Kind, row: Row, attribute: Attribute, values: Iterable[Value]) -> None:
    """Index a row's values: unique ones by value, one-way references by their target.

    Several rows may hold a value of an attribute that became unique later; such attributes are `ambiguous`.
    """
    for value in values:
        if attribute.is_unique and attribute.is_writable:
            holder = kind.table.index(attribute.attribute_id).setdefault(identity(attribute, value), row.id)
            if holder != row.id:
                kind.table.ambiguous.add(attribute.attribute_id)
        elif attribute.type == "record-reference" and attribute.reverse is None:
            place = (kind.id, row.id, attribute.attribute_id)
            workspace.referrers.setdefault(str(value["target_record_id"]), set()).add(place)


def reindex(workspace: Workspace, kind: Kind, attribute: Attribute) -> None:
    """Rebuild the index of an attribute from all rows."""
    kind.table.unique.pop(attribute.attribute_id, None)
    kind.table.ambiguous.discard(attribute.attribute_id)
    for row in kind.table.rows.values():
        index(workspace, kind, row, attribute, row.values_of(attribute.slug))


def reindex_ambiguous(workspace: Workspace, kind: Kind) -> None:
    """Rebuild the indexes of ambiguous attributes after a row was removed."""
    for attribute_id in sorted(kind.table.ambiguous):
        reindex(workspace, kind, kind.attributes[attribute_id])


def unindex(
    workspace: Workspace, kind: Kind, row: Row, attribute: Attribute, values: Iterable[Value]
) -> None:
    """Remove values that a row no longer has from the indexes."""
    for value in values:
        if attribute.is_unique and attribute.is_writable:
            held = kind.table.index(attribute.attribute_id)
            if held.get(identity(attribute, value)) == row.id:
                del held[identity(attribute, value)]
            if attribute.attribute_id in kind.table.ambiguous:
                reindex(workspace, kind, attribute)
        elif attribute.type == "record-reference" and attribute.reverse is None:
            place = (kind.id, row.id, attribute.attribute_id)
            workspace.referrers.get(str(value["target_record_id"]), set()).discard(place)


def announce(
    workspace: Workspace, kind: Kind, row: Row, what: str, actor: JsonObject, *, silent: bool = False
) -> None:
    """Emit `record.created`, `list-entry.deleted` and similar events."""
    if silent:
        return
    if isinstance(kind, ListType):
        parent_object_id, parent_record_id = row.parent or ("", "")
        workspace.emit(
            f"list-entry.{what}",
            {"list_id": kind.id, "entry_id": row.id},
            actor,
            parent_object_id=parent_object_id,
            parent_record_id=parent_record_id,
        )
    elif isinstance(kind, ObjectType):
        workspace.emit(f"record.{what}", {"object_id": kind.id, "record_id": row.id}, actor)


def announce_update(
    workspace: Workspace, kind: Kind, row: Row, attribute: Attribute, actor: JsonObject
) -> None:
    """Emit `record.updated` or `list-entry.updated` for one attribute."""
    if isinstance(kind, ListType):
        parent_object_id, parent_record_id = row.parent or ("", "")
        workspace.emit(
            "list-entry.updated",
            {"list_id": kind.id, "entry_id": row.id, "attribute_id": attribute.attribute_id},
            actor,
            parent_object_id=parent_object_id,
            parent_record_id=parent_record_id,
        )
    else:
        workspace.emit(
            "record.updated",
            {"object_id": kind.id, "record_id": row.id, "attribute_id": attribute.attribute_id},
            actor,
        )
