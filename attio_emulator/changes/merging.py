"""Merges two records into a third: the primary's values win, multi-values are united, the rest moves along.

The originals are gone afterwards. docs.attio.com/rest-api/endpoint-reference/records/merge-two-records
"""

from attio_emulator.changes.changeset import Changeset, reindex_ambiguous, unindex
from attio_emulator.changes.writing import Write
from attio_emulator.contract.refusals import refuse
from attio_emulator.model.schema import Attribute, ObjectType
from attio_emulator.model.tables import Row, Value
from attio_emulator.values.types import identity

OWN = frozenset({"record_id", "created_at", "created_by"})


def merge(write: Write, kind: ObjectType, primary: Row, secondary: Row) -> Row:
    """Make the merged record and emit one event for each original."""
    if primary is secondary:
        raise refuse("self_merge", "A record cannot be merged with itself.")
    workspace = write.workspace
    merged = Row(workspace.ids.next(), primary.created_at, {})
    merged.history = {**past(secondary), **past(primary)} or None
    changeset = Changeset(workspace, now=write.now, actor=write.actor, silent=True)
    changeset.create(kind, merged)
    plan(changeset, kind, merged, primary, secondary)
    for original in (primary, secondary):
        repoint(changeset, kind, original, merged)
    for original in (primary, secondary):
        for attribute in kind.attributes.values():
            unindex(workspace, kind, original, attribute, original.values.get(attribute.slug, []))
    changeset.commit()
    for original in (primary, secondary):
        hand_over(write, kind, original, merged)
        announce_merge(write, kind, original, merged)
    return merged


def past(row: Row) -> dict[str, list[Value]]:
    """A row's history as it is before the merge closes anything."""
    return {slug: list(values) for slug, values in (row.history or {}).items()}


def announce_merge(write: Write, kind: ObjectType, original: Row, merged: Row) -> None:
    """Emit one event for each original."""
    write.workspace.emit(
        "record.merged",
        {"object_id": kind.id, "record_id": merged.id},
        write.actor,
        duplicate_object_id=kind.id,
        duplicate_record_id=original.id,
    )


def plan(changeset: Changeset, kind: ObjectType, merged: Row, primary: Row, secondary: Row) -> None:
    """Give the merged record the values of both, and remove the originals' relationships."""
    wanted = {
        attribute.slug: united(attribute, primary, secondary)
        for attribute in kind.attributes.values()
        if attribute.slug not in OWN
    }
    wanted |= {slug: list(primary.values.get(slug, [])) for slug in ("created_at", "created_by")}
    wanted["record_id"] = [changeset.value(kind.by_slug["record_id"], {"value": merged.id})]
    for original in (primary, secondary):
        for attribute in kind.attributes.values():
            if attribute.reverse is not None:
                changeset.put(kind, original, attribute, [])
    for slug, values in wanted.items():
        if values:
            changeset.put(kind, merged, kind.by_slug[slug], values)


def united(attribute: Attribute, primary: Row, secondary: Row) -> list[Value]:
    """The primary's values, then those that only the secondary has; copies, as the originals' are closed."""
    first, second = (list(map(dict, row.values.get(attribute.slug, []))) for row in (primary, secondary))
    if not attribute.is_multiselect:
        return first or second
    known = {identity(attribute, value) for value in first}
    both = first + [value for value in second if identity(attribute, value) not in known]
    gone = {primary.id, secondary.id}
    return [value for value in both if value.get("target_record_id") not in gone]


def repoint(changeset: Changeset, kind: ObjectType, original: Row, merged: Row) -> None:
    """Point one-way references to an original at the merged record."""
    workspace = changeset.workspace
    for kind_id, referrer_id, attribute_id in sorted(workspace.referrers.get(original.id, ())):
        owner = workspace.kind(kind_id)
        attribute = owner.attributes[attribute_id]
        row = owner.table.rows[referrer_id]
        link = changeset.value(attribute, {"target_object": kind.slug, "target_record_id": merged.id})
        held = changeset.current(owner, row, attribute.slug)
        led = [link if value["target_record_id"] == original.id else value for value in held]
        changeset.put(
            owner, row, attribute, list({identity(attribute, value): value for value in led}.values())
        )


def hand_over(write: Write, kind: ObjectType, original: Row, merged: Row) -> None:
    """Move the entries and attachments of an original, then delete it."""
    workspace = write.workspace
    for list_type in workspace.lists.values():
        for entry_id in list_type.table.by_parent.pop(original.id, []):
            entry = list_type.table.rows[entry_id]
            entry.keep()
            entry.drop_raw()
            entry.parent = (kind.id, merged.id)
            list_type.table.by_parent.setdefault(merged.id, []).append(entry_id)
    workspace.attachments.move_record(original.id, merged.id)
    workspace.referrers.pop(original.id, None)
    kind.table.remove(original)
    reindex_ambiguous(workspace, kind)
