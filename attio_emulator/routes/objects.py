"""Objects: docs.attio.com/rest-api/endpoint-reference/objects/list-objects."""

import re

from attio_emulator.calls.routing import Answer, Call, Route, data, json_answer
from attio_emulator.changes.documents import object_document
from attio_emulator.changes.removal import remove_all
from attio_emulator.changes.standard import bare_attributes
from attio_emulator.changes.writing import Write
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.shapes import conform, shape, text
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.schema import ObjectType
from attio_emulator.model.switches import FREE_OBJECTS
from attio_emulator.model.workspace import Workspace

READ = ("object_configuration:read",)
WRITE = ("object_configuration:read-write",)
NOUNS = {"api_slug": text(1, 100), "singular_noun": text(1, 200), "plural_noun": text(1, 200)}
CREATE = shape({"data": shape(NOUNS)})
UPDATE = shape({"data": shape({}, NOUNS)})
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*", re.IGNORECASE)


def list_objects(call: Call) -> Answer:
    """All objects, by id."""
    kinds = sorted(call.workspace.enabled(), key=lambda kind: kind.id)
    return data([object_document(call.workspace, kind) for kind in kinds])


def create_object(call: Call) -> Answer:
    """Make a custom object, with the three attributes that all objects have."""
    given = conform(call.json(), CREATE)["data"]
    if call.workspace.switches.plan == "free" and len(call.workspace.enabled()) >= FREE_OBJECTS:
        raise refuse("quota_exceeded", "The plan of this workspace allows no further object.")
    names = {key: str(given[key]) for key in NOUNS}
    refuse_taken(call.workspace, names, None)
    kind = ObjectType(
        id=call.workspace.ids.next(),
        slug=names["api_slug"],
        created_at=call.now,
        singular=names["singular_noun"],
        plural=names["plural_noun"],
    )
    for attribute in bare_attributes(call.workspace, "record_id", call.now):
        kind.add(attribute)
    call.workspace.objects[kind.id] = kind
    return data(object_document(call.workspace, kind))


def refuse_taken(workspace: Workspace, names: dict[str, str], own: ObjectType | None) -> None:
    """Refuse slugs of a wrong form, and slugs and nouns of another object."""
    if "api_slug" in names and not SLUG.fullmatch(names["api_slug"]):
        raise refuse("validation_type", "api_slug may hold letters, digits, - and _ only.")
    for kind in workspace.objects.values():
        taken = {"api_slug": kind.slug, "singular_noun": kind.singular, "plural_noun": kind.plural}
        for key, name in names.items():
            if kind is not own and taken[key].lower() == name.lower():
                raise refuse("slug_conflict", f'An object with the {key} "{name}" exists already.')


def read_object(call: Call) -> Answer:
    """One object."""
    return data(object_document(call.workspace, call.workspace.object(call.params["object"])))


def update_object(call: Call) -> Answer:
    """Rename an object."""
    kind = call.workspace.object(call.params["object"])
    given = conform(call.json(), UPDATE)["data"]
    names = {key: str(value) for key, value in given.items() if key in NOUNS}
    if not names:
        raise refuse("validation_type", "Give at least one of api_slug, singular_noun and plural_noun.")
    if kind.is_standard and "api_slug" in names and names["api_slug"] != kind.slug:
        raise refuse("system_edit_unauthorized", "The slug of a standard object cannot be changed.")
    refuse_taken(call.workspace, names, kind)
    if "api_slug" in names:
        rename(call.workspace, kind, names["api_slug"])
    kind.singular = names.get("singular_noun", kind.singular)
    kind.plural = names.get("plural_noun", kind.plural)
    return data(object_document(call.workspace, kind))


def rename(workspace: Workspace, kind: ObjectType, slug: str) -> None:
    """Change a slug, also where values and answers show it."""
    old, kind.slug = kind.slug, slug
    mark = f'"target_object":"{old}"'.encode()

    def renamed(value: JsonObject) -> JsonObject:
        return {**value, "target_object": slug} if value["target_object"] == old else value

    for each in workspace.kinds():
        for attribute in each.attributes.values():
            if attribute.type == "record-reference":
                each.table.rewrite(attribute.slug, mark, renamed)
        each.table.version += 1


def delete_object(call: Call) -> Answer:
    """Delete a custom object with all its records."""
    workspace = call.workspace
    kind = workspace.object(call.params["object"])
    if kind.is_standard:
        raise refuse("system_edit_unauthorized", "Standard objects cannot be deleted.")
    for list_type in [each for each in workspace.lists.values() if each.parent_object_id == kind.id]:
        remove_all(Write(workspace=workspace, kind=list_type, now=call.now, actor=call.actor))
        del workspace.lists[list_type.id]
    remove_all(Write(workspace=workspace, kind=kind, now=call.now, actor=call.actor))
    del workspace.objects[kind.id]
    detach_references(workspace, kind)
    return json_answer({})


def detach_references(workspace: Workspace, gone: ObjectType) -> None:
    """Remove a deleted object from the attributes that refer to it."""
    for kind in workspace.kinds():
        for attribute in kind.attributes.values():
            if attribute.reverse is not None and attribute.reverse[0] == gone.id:
                attribute.reverse = None
            if attribute.allowed_object_ids is not None:
                attribute.allowed_object_ids = tuple(
                    each for each in attribute.allowed_object_ids if each != gone.id
                )


ROUTES = (
    Route("GET", "/v2/objects", list_objects, scopes=READ),
    Route("POST", "/v2/objects", create_object, scopes=WRITE, kind="write"),
    Route("GET", "/v2/objects/{object}", read_object, scopes=READ),
    Route("PATCH", "/v2/objects/{object}", update_object, scopes=WRITE, kind="write"),
    Route(
        "DELETE",
        "/v2/objects/{object}",
        delete_object,
        scopes=(*WRITE, "record_permission:read-write"),
        kind="write",
    ),
)
