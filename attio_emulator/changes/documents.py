"""Prints objects, lists, attributes, options, records and entries as Attio does."""

from attio_emulator.contract.wire import Json, JsonObject, dumps
from attio_emulator.model.schema import Attribute, Kind, ListType, ObjectType, config
from attio_emulator.model.tables import Row, Value, Values
from attio_emulator.model.workspace import Workspace

NONE: list[Value] = []
APP = "https://app.attio.com"


def object_document(workspace: Workspace, kind: ObjectType) -> JsonObject:
    """An object."""
    return {
        "id": {"workspace_id": workspace.id, "object_id": kind.id},
        "api_slug": kind.slug,
        "singular_noun": kind.singular,
        "plural_noun": kind.plural,
        "created_at": kind.created_at,
    }


def list_document(workspace: Workspace, kind: ListType) -> JsonObject:
    """A list."""
    access: list[Json] = list(kind.member_access)
    return {
        "id": {"workspace_id": workspace.id, "list_id": kind.id},
        "api_slug": kind.slug,
        "name": kind.name,
        "parent_object": [workspace.objects[kind.parent_object_id].slug],
        "workspace_access": kind.workspace_access,
        "workspace_member_access": access,
        "created_by_actor": kind.created_by,
        "created_at": kind.created_at,
    }


def attribute_document(workspace: Workspace, kind: Kind, attribute: Attribute) -> JsonObject:
    """An attribute; those of a list carry the list's id under `object_id`, as Attio's do."""
    return {
        "id": {
            "workspace_id": workspace.id,
            "object_id": kind.id,
            "attribute_id": attribute.attribute_id,
        },
        "title": attribute.title,
        "description": attribute.description,
        "api_slug": attribute.slug,
        "type": attribute.type,
        "is_system_attribute": attribute.is_system,
        "is_writable": attribute.is_writable,
        "is_required": attribute.is_required,
        "is_unique": attribute.is_unique,
        "is_multiselect": attribute.is_multiselect,
        "is_default_value_enabled": attribute.default_value is not None,
        "is_archived": attribute.is_archived,
        "default_value": attribute.default_value,
        "relationship": relationship(workspace, attribute),
        "created_at": attribute.created_at,
        "config": config(attribute),
    }


def relationship(workspace: Workspace, attribute: Attribute) -> JsonObject | None:
    """The paired attribute, or None."""
    if attribute.reverse is None:
        return None
    object_id, attribute_id = attribute.reverse
    other = workspace.objects[object_id]
    paired = other.attributes[attribute_id]
    ids: JsonObject = {"workspace_id": workspace.id, "object_id": object_id, "attribute_id": attribute_id}
    if workspace.switches.relationship == "id":
        return {"id": ids}
    return {
        "id": ids,
        "object_slug": other.slug,
        "title": paired.title,
        "api_slug": paired.slug,
        "is_multiselect": paired.is_multiselect,
    }


def row_id(workspace: Workspace, kind: Kind, row: Row) -> JsonObject:
    """The composite id of a record or an entry."""
    if kind.is_list:
        return {"workspace_id": workspace.id, "list_id": kind.id, "entry_id": row.id}
    return {"workspace_id": workspace.id, "object_id": kind.id, "record_id": row.id}


def row_document(workspace: Workspace, kind: Kind, row: Row, values: Values) -> dict[str, object]:
    """A record or an entry around its values.

    Its own `created_at` is the moment since which it has an id; the attribute of that name may differ.
    """
    shown: dict[str, list[Value]] = {
        attribute.slug: values.get(attribute.slug, NONE)
        for attribute in kind.attributes.values()
        if not attribute.is_archived
    }
    own = values.get("entry_id" if kind.is_list else "record_id")
    stored_at = own[0]["active_from"] if own else row.created_at
    head: dict[str, object] = {"id": row_id(workspace, kind, row)}
    if isinstance(kind, ObjectType):
        url = f"{APP}/{workspace.slug}/{kind.segment}/{row.id}"
        return {**head, "created_at": stored_at, "web_url": url, "values": shown}
    parent_object_id, parent_record_id = row.parent or ("", "")
    return {
        **head,
        "parent_record_id": parent_record_id,
        "parent_object": workspace.objects[parent_object_id].slug,
        "created_at": stored_at,
        "entry_values": shown,
    }


def row_bytes(workspace: Workspace, kind: Kind, row: Row) -> bytes:
    """A record or an entry as bytes; they are made again only after it or its kind has changed."""
    if row.raw is None or row.version != kind.table.version:
        row.raw = dumps(row_document(workspace, kind, row, row.decoded_values()))
        row.version = kind.table.version
    return row.raw


def row_answer(workspace: Workspace, kind: Kind, row: Row) -> bytes:
    """The body of an answer that shows one row."""
    return b'{"data":' + row_bytes(workspace, kind, row) + b"}"
