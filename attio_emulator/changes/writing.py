"""The writes of records and entries: create, add, replace, upsert, delete. Refuses before anything is stored.

Which write adds to a multi-valued attribute and which replaces it is one argument, `adds`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from attio_emulator.changes.changeset import Changeset, announce, reindex_ambiguous, unindex
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.clock import in_milliseconds, nanoseconds, stamp
from attio_emulator.model.schema import Attribute, Kind
from attio_emulator.model.tables import Row, Value
from attio_emulator.model.workspace import Workspace
from attio_emulator.values.dates import after, as_date
from attio_emulator.values.types import coerce_all, identity

Adds: TypeAlias = Callable[[Attribute], bool]
Given: TypeAlias = dict[str, list[JsonObject]]


def always(_attribute: Attribute) -> bool:
    """True for any attribute: PATCH adds new values to the present ones."""
    return True


def never(_attribute: Attribute) -> bool:
    """False for any attribute: with PUT the values sent replace the present ones."""
    return False


@dataclass(frozen=True, kw_only=True)
class Write:
    """The workspace, kind of row, time and actor of a write."""

    workspace: Workspace
    kind: Kind
    now: str
    actor: JsonObject
    member: str = "values"

    def changeset(self) -> Changeset:
        """A new draft with this write's time and actor."""
        return Changeset(self.workspace, now=self.now, actor=self.actor)


def writable(write: Write, name: str) -> Attribute:
    """The attribute that a body names; refused when there is none or it is not writable."""
    attribute = write.kind.find(name)
    if attribute is None or attribute.is_archived:
        raise refuse("value_not_found", f'Cannot find attribute with slug/ID "{name[:200]}".')
    if not attribute.is_writable:
        raise refuse("system_edit_unauthorized", f'Attribute "{attribute.slug}" cannot be written.')
    return attribute


def coerce_given(write: Write, raw: JsonObject) -> Given:
    """The coerced values of each attribute that a body names, by slug."""
    given: Given = {}
    for name, value in raw.items():
        attribute = writable(write, name)
        path = ("data", write.member, name)
        given[attribute.slug] = coerce_all(write.workspace, attribute, value, path)
    return given


def create(write: Write, raw: JsonObject, *, parent: tuple[str, str] | None = None, version: int = 4) -> Row:
    """Make a row."""
    given = coerce_given(write, raw)
    fill_defaults(write, given)
    require(write, write.kind.by_slug, given)
    refuse_conflicts(write, given, None)
    row_id = write.workspace.ids.next(version)
    row = Row(row_id, creation_values(write, row_id), {}, parent=parent)
    changeset = write.changeset()
    changeset.create(write.kind, row)
    for slug, members in (system_values(write, row) | given).items():
        attribute = write.kind.by_slug[slug]
        changeset.put(write.kind, row, attribute, [changeset.value(attribute, each) for each in members])
    changeset.commit()
    return row


def creation_values(write: Write, row_id: str) -> str:
    """The attribute `created_at`: the write's time, moved by up to `birth_spread_ns` as the id decides."""
    spread = write.workspace.birth_spread_ns
    if not spread:
        return write.now
    share = int(row_id[-4:], 16) / 0xFFFF
    return stamp(in_milliseconds(nanoseconds(write.now) + int(spread * (2 * share - 1))))


def system_values(write: Write, row: Row) -> Given:
    """The values that every row has: its id, when and by whom it was made."""
    own = "entry_id" if write.kind.is_list else "record_id"
    return {
        own: [{"value": row.id}],
        "created_at": [{"value": row.created_at}],
        "created_by": [writer(write)],
    }


def writer(write: Write) -> JsonObject:
    """Whoever writes, as the value of an actor reference."""
    return {"referenced_actor_type": write.actor["type"], "referenced_actor_id": write.actor["id"]}


def update(write: Write, row: Row, raw: JsonObject, adds: Adds) -> Row:
    """Change a row: attributes that are not named stay as they are."""
    given = coerce_given(write, raw)
    change(write, row, given, adds)
    return row


def change(write: Write, row: Row, given: Given, adds: Adds) -> None:
    """Set a row's attributes to coerced values; where `adds` says so, they join the present ones."""
    changeset = write.changeset()
    planned: dict[str, list[Value]] = {}
    for slug, members in given.items():
        attribute = write.kind.by_slug[slug]
        fresh = [changeset.value(attribute, each) for each in members]
        joins = attribute.is_multiselect and adds(attribute)
        planned[slug] = joined(attribute, row.values.get(slug, []), fresh) if joins else fresh
    require(write, planned, planned)
    refuse_conflicts(write, given, row)
    for slug, values in planned.items():
        changeset.put(write.kind, row, write.kind.by_slug[slug], values)
    changeset.commit()


def joined(attribute: Attribute, present: list[Value], fresh: list[Value]) -> list[Value]:
    """The new values, then the present ones in their order, each once."""
    known = {identity(attribute, value) for value in present}
    return [value for value in fresh if identity(attribute, value) not in known] + present


def require(write: Write, slugs: Iterable[str], given: Given) -> None:
    """Refuse when a required one of some attributes would be empty."""
    for slug in slugs:
        attribute = write.kind.by_slug[slug]
        if attribute.is_required and not given.get(slug) and not attribute.is_archived:
            message = f'Required value for attribute with ID "{attribute.attribute_id}" was not provided.'
            raise refuse("missing_value", message)


def refuse_conflicts(write: Write, given: Given, row: Row | None) -> None:
    """Refuse when a unique value belongs to another row."""
    for slug, members in given.items():
        attribute = write.kind.by_slug[slug]
        if not attribute.is_unique:
            continue
        held = write.kind.table.index(attribute.attribute_id)
        for each in members:
            holder = held.get(identity(attribute, each))
            if holder is not None and (row is None or holder != row.id):
                raise refuse(
                    "uniqueness_conflict",
                    f'A value provided for attribute with slug "{slug}" conflicts with one that another '
                    f"record holds. Conflicting record IDs: {holder}",
                )


def fill_defaults(write: Write, given: Given) -> None:
    """Give the attributes that a create does not name their default values."""
    for attribute in write.kind.living():
        if attribute.default_value is not None and attribute.is_writable and attribute.slug not in given:
            given[attribute.slug] = default_values(write, attribute, attribute.default_value)


def default_values(write: Write, attribute: Attribute, default: JsonObject) -> list[JsonObject]:
    """The values of a default: fixed values, the writer, or the time of the write plus a duration."""
    template: Json = default["template"]
    if isinstance(template, list):
        elements = template if attribute.is_multiselect else template[:1]
        return coerce_all(write.workspace, attribute, elements, ("default_value", "template"))
    if template == "current-user":
        return [writer(write)]
    moment = after(write.now, str(template))
    return [{"value": as_date(moment) if attribute.type == "date" else moment}]


def upsert(write: Write, raw: JsonObject, matching: str) -> Row:
    """Update the row that holds a unique value, or make it."""
    attribute = write.kind.find(matching)
    if attribute is None or attribute.is_archived:
        message = f'No attribute was found for matching_attribute slug/ID "{matching[:200]}".'
        raise refuse("value_not_found", message)
    if not attribute.is_unique:
        raise refuse(
            "matching_attribute_definition_not_unique",
            "The matching attribute specified is not a unique attribute.",
        )
    name = next((each for each in (attribute.slug, attribute.attribute_id) if each in raw), None)
    if name is None or raw[name] == []:
        raise refuse("missing_value", f'The matching attribute "{attribute.slug}" has no value.')
    if not attribute.is_writable:
        return upsert_by_id(write, raw, name)
    members = coerce_all(write.workspace, attribute, raw[name], ("data", write.member, name))
    holders = holders_of(write.kind, attribute, members)
    if len(holders) > 1:
        raise refuse("multiple_match_results", f'Several records match by "{attribute.slug}".')
    if not holders:
        return create(write, raw, version=5)
    row = write.kind.table.rows[holders.pop()]
    return update(write, row, raw, lambda each: each is attribute)


def holders_of(kind: Kind, attribute: Attribute, members: list[JsonObject]) -> set[str]:
    """The rows that hold any of some unique values; several may, from before it was unique."""
    keys = {identity(attribute, each) for each in members}
    if attribute.attribute_id not in kind.table.ambiguous:
        held = kind.table.index(attribute.attribute_id)
        return {held[key] for key in keys if key in held}
    return {
        row.id
        for row in kind.table.rows.values()
        if keys & {identity(attribute, value) for value in row.values_of(attribute.slug)}
    }


def upsert_by_id(write: Write, raw: JsonObject, name: str) -> Row:
    """Match by `record_id`: finds a record, never creates one."""
    given = raw[name]
    given = given[0] if isinstance(given, list) else given
    given = given.get("value") if isinstance(given, dict) else given
    row = write.kind.table.rows.get(str(given).lower())
    if row is None:
        raise refuse("value_not_found", f'Cannot find a record with ID "{str(given)[:100]}".')
    rest = {key: value for key, value in raw.items() if key != name}
    return update(write, row, rest, never)


def delete(write: Write, row: Row, *, silent: bool = False) -> None:
    """Delete a row, and every reference to it."""
    changeset = Changeset(write.workspace, now=write.now, actor=write.actor, silent=True)
    for attribute in write.kind.attributes.values():
        if attribute.reverse is not None and row.values.get(attribute.slug):
            changeset.put(write.kind, row, attribute, [])
    for kind_id, referrer_id, attribute_id in sorted(write.workspace.referrers.pop(row.id, ())):
        kind = write.workspace.kind(kind_id)
        attribute = kind.attributes[attribute_id]
        referrer = kind.table.rows[referrer_id]
        left = [each for each in referrer.values[attribute.slug] if each["target_record_id"] != row.id]
        changeset.put(kind, referrer, attribute, left)
    changeset.commit()
    for attribute in write.kind.attributes.values():
        unindex(write.workspace, write.kind, row, attribute, row.values.get(attribute.slug, []))
    write.kind.table.remove(row)
    reindex_ambiguous(write.workspace, write.kind)
    announce(write.workspace, write.kind, row, "deleted", write.actor, silent=silent)
