"""Defines the objects, lists and attributes of a seed, as calls of the API do."""

from attio_emulator.changes.definitions import add_choice, create_attribute
from attio_emulator.changes.standard import FOUNDED, bare_attributes
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, Kind, ListType, ObjectType
from attio_emulator.model.workspace import Workspace


def new_object(workspace: Workspace, slug: str, singular: str, plural: str) -> ObjectType:
    """A custom object without attributes of its own."""
    kind = ObjectType(
        id=workspace.ids.next(), slug=slug, created_at=FOUNDED, singular=singular, plural=plural
    )
    for attribute in bare_attributes(workspace, "record_id", FOUNDED):
        kind.add(attribute)
    workspace.objects[kind.id] = kind
    return kind


def new_list(workspace: Workspace, slug: str, name: str, parent: str) -> ListType:
    """A list with full access for the whole workspace."""
    kind = ListType(
        id=workspace.ids.next(),
        slug=slug,
        created_at=FOUNDED,
        is_list=True,
        name=name,
        parent_object_id=workspace.object(parent).id,
    )
    for attribute in bare_attributes(workspace, "entry_id", FOUNDED):
        kind.add(attribute)
    workspace.lists[kind.id] = kind
    return kind


def define(workspace: Workspace, kind: Kind, slug: str, type_: str, **more: Json) -> Attribute:
    """Add an attribute."""
    given: JsonObject = {
        "title": slug.replace("_", " ").capitalize(),
        "description": None,
        "api_slug": slug,
        "type": type_,
        "is_required": False,
        "is_unique": False,
        "is_multiselect": False,
        "config": {},
    }
    return create_attribute(workspace, kind, {**given, **more}, FOUNDED)[0]


def add_choices(workspace: Workspace, kind: Kind, attribute: Attribute, titles: tuple[str, ...]) -> None:
    """Give a select its options, or a status its statuses."""
    for title in titles:
        add_choice(workspace, kind, attribute, {"title": title})
