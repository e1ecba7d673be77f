"""Attributes. They can be archived, never deleted.

Source: docs.attio.com/rest-api/endpoint-reference/attributes/list-attributes.
"""

from attio_emulator.calls.routing import Answer, Call, Route, data, unknown_endpoint
from attio_emulator.changes.changeset import reindex
from attio_emulator.changes.definitions import (
    UPDATE,
    changed_config,
    check_default,
    check_flags,
    create_attribute,
    new_attribute,
)
from attio_emulator.changes.documents import attribute_document
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.shapes import conform
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, Kind
from attio_emulator.model.tokens import authorise

SCOPES = {"objects": "object_configuration", "lists": "list_configuration"}
ENTERED = ("is_required", "is_unique", "default_value")
ALL = "/v2/{target}/{identifier}/attributes"


def target_of(call: Call, *, write: bool = False) -> Kind:
    """The object or list of the path; refused where the token lacks the scopes for it."""
    target = call.params["target"]
    if target not in SCOPES:
        raise unknown_endpoint(call.method, call.path)
    authorise(call.token, (f"{SCOPES[target]}:{'read-write' if write else 'read'}",))
    name = call.params["identifier"]
    return call.workspace.object(name) if target == "objects" else call.workspace.list(name)


def attribute_of(call: Call, kind: Kind) -> Attribute:
    """The attribute that the path names, archived ones too."""
    return kind.attribute(call.params["attribute"])


def shown(call: Call, kind: Kind, attribute: Attribute) -> Answer:
    """The answer that shows an attribute."""
    return data(attribute_document(call.workspace, kind, attribute))


def announce(call: Call, kind: Kind, attribute: Attribute, what: str) -> None:
    """Emit `object-attribute.…` or `list-attribute.…`."""
    owner, key = ("list", "list_id") if kind.is_list else ("object", "object_id")
    ids: JsonObject = {key: kind.id, "attribute_id": attribute.attribute_id}
    call.workspace.emit(f"{owner}-attribute.{what}", ids, call.actor)


def list_attributes(call: Call) -> Answer:
    """The attributes of an object or list, archived ones on demand."""
    kind = target_of(call)
    archived = call.boolean("show_archived", default=False)
    limit = call.integer("limit", default=10_000, minimum=1)
    offset = call.integer("offset", default=0)
    chosen = list(kind.attributes.values()) if archived else kind.living()
    return data([attribute_document(call.workspace, kind, each) for each in chosen[offset : offset + limit]])


def post_attribute(call: Call) -> Answer:
    """Make an attribute, and its counterpart when it is a relationship."""
    kind = target_of(call, write=True)
    given = new_attribute(call.json())
    attribute, counterpart = create_attribute(call.workspace, kind, given, call.now)
    announce(call, kind, attribute, "created")
    if counterpart is not None:
        announce(call, counterpart[0], counterpart[1], "created")
    return shown(call, kind, attribute)


def read_attribute(call: Call) -> Answer:
    """One attribute."""
    kind = target_of(call)
    return shown(call, kind, attribute_of(call, kind))


def refuse_locked(attribute: Attribute, given: JsonObject) -> None:
    """Refuse changes of system attributes, and changes that a formula cannot have."""
    if attribute.is_system:
        message = f'"{attribute.slug}" is a system attribute and cannot be changed.'
        raise refuse("system_edit_unauthorized", message)
    if attribute.formula is not None and any(given.get(name) for name in ENTERED):
        raise refuse("formula_edit_unauthorized", f'"{attribute.slug}" is a formula; nobody writes it.')


def update_attribute(call: Call) -> Answer:
    """Change, archive or restore an attribute."""
    kind = target_of(call, write=True)
    attribute = attribute_of(call, kind)
    given: JsonObject = conform(call.json(), UPDATE)["data"]
    refuse_locked(attribute, given)
    slug = str(given.get("api_slug", attribute.slug))
    if kind.by_slug.get(slug, attribute) is not attribute:
        raise refuse("slug_conflict", f'An attribute with the slug "{slug}" exists already.')
    unique = bool(given.get("is_unique", attribute.is_unique))
    check_flags(kind, attribute.type, unique=unique, multi=attribute.is_multiselect)
    default = checked_default(call, kind, attribute, given)
    config = changed_config(call.workspace, attribute, given.get("config"))
    archive(kind, attribute, archived=bool(given.get("is_archived", attribute.is_archived)))
    if slug != attribute.slug:
        kind.rename(attribute, slug)
    for name, value in {**plain(given), **config, "default_value": default, "is_unique": unique}.items():
        setattr(attribute, name, value)
    if "is_unique" in given:
        reindex(call.workspace, kind, attribute)
    announce(call, kind, attribute, "updated")
    return shown(call, kind, attribute)


def plain(given: JsonObject) -> dict[str, Json]:
    """The members of a change that are stored as sent."""
    return {key: given[key] for key in ("title", "description", "is_required") if key in given}


def checked_default(call: Call, kind: Kind, attribute: Attribute, given: JsonObject) -> JsonObject | None:
    """The default value after the change."""
    if "default_value" not in given:
        return attribute.default_value
    return check_default(call.workspace, kind, attribute, given["default_value"])


def archive(kind: Kind, attribute: Attribute, *, archived: bool) -> None:
    """Archive or restore an attribute; rows keep its values."""
    if archived == attribute.is_archived:
        return
    for row in kind.table.rows.values():
        row.keep()
    attribute.is_archived = archived
    kind.table.version += 1


ROUTES = (
    Route("GET", ALL, list_attributes),
    Route("POST", ALL, post_attribute, kind="write"),
    Route("GET", f"{ALL}/{{attribute}}", read_attribute),
    Route("PATCH", f"{ALL}/{{attribute}}", update_attribute, kind="write"),
)
