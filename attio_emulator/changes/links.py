"""Finds the records that a body links to: by id, by a unique attribute, or by a short form of one."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from attio_emulator.contract.refusals import AttioRefusal, bad_value, not_found, refuse
from attio_emulator.contract.shapes import Path, anything, array, either, is_uuid, shape, text, uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import Link
from attio_emulator.model.schema import ObjectType
from attio_emulator.model.tables import Row
from attio_emulator.model.workspace import Workspace
from attio_emulator.values.references import by_unique

# The link of a task, and that of a meeting or comment; the names of their members differ.
TASK_LINKS = either(array(text(1)), array(shape({"target_object": text(1)}, {"target_record_id": uuid()})))
PLAIN_LINKS = array(shape({"object": text(1), "record_id": uuid()}))


def linked_records(value: Json, path: Path) -> list[JsonObject]:
    """Check the links of a task: a list in which all have the short form, or none."""
    return array(anything())(value, path) or TASK_LINKS(value, path)


def plain_links(workspace: Workspace, given: Iterable[dict[str, str]]) -> tuple[Link, ...]:
    """The records named by `{object, record_id}`, each once; 404 when one is missing."""
    found = [plain_link(workspace, link) for link in given]
    return tuple(dict.fromkeys(found))


def plain_link(workspace: Workspace, link: dict[str, str]) -> Link:
    """One record named by `{object, record_id}`."""
    target = workspace.object(link["object"])
    return target.id, workspace.record(target, link["record_id"]).id


def resolve_links(workspace: Workspace, given: Sequence[str | dict[str, Any]]) -> tuple[Link, ...]:
    """The records that a task names, each once; 404 when one is missing, unless such links are dropped."""
    found: list[Link] = []
    for n, link in enumerate(given):
        try:
            target, row = resolve(workspace, link, ("data", "linked_records", n))
        except AttioRefusal as refusal:
            if refusal.status != HTTPStatus.NOT_FOUND or workspace.switches.gone_task_links == "refused":
                raise
        else:
            found.append((target.id, row.id))
    return tuple(dict.fromkeys(found))


def resolve(workspace: Workspace, link: str | dict[str, Any], path: Path) -> tuple[ObjectType, Row]:
    """One record that a task names."""
    if isinstance(link, str):
        return by_short_form(workspace, link, path)
    target = workspace.object(link["target_object"])
    if "target_record_id" in link:
        return target, workspace.record(target, link["target_record_id"])
    keys = [key for key in link if key != "target_object"]
    if len(keys) != 1:
        raise bad_value("Give target_record_id or exactly one unique attribute.", path)
    return target, holder_of(workspace, target, keys[0], link[keys[0]], (*path, keys[0]))


def holder_of(workspace: Workspace, target: ObjectType, name: str, raw: Json, path: Path) -> Row:
    """A record by a unique value; 404 when there is none, where a value that refers to it would be 400."""
    try:
        return by_unique(workspace, target, name, raw, path)
    except AttioRefusal as missing:
        if missing.code != "value_not_found":
            raise
        raise refuse("not_found", missing.message) from None


def by_short_form(workspace: Workspace, name: str, path: Path) -> tuple[ObjectType, Row]:
    """A record by its id, a person by e-mail address, or a company by domain."""
    if is_uuid(name):
        for target in workspace.enabled():
            row = target.table.rows.get(name.lower())
            if row is not None:
                return target, row
        raise not_found("Record", name)
    slug, attribute = ("people", "email_addresses") if "@" in name else ("companies", "domains")
    target = workspace.object(slug)
    return target, holder_of(workspace, target, attribute, [name], path)
