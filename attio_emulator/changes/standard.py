"""A fresh workspace: the five standard objects with their attributes, one member, one token."""

import json
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.clock import Clock
from attio_emulator.model.ids import Ids, named
from attio_emulator.model.schema import Attribute, ObjectType
from attio_emulator.model.workspace import Workspace

Fact: TypeAlias = dict[str, Any]

FOUNDED = "2023-01-02T09:00:00.000000000Z"
RECORD_ID: Fact = {
    "slug": "record_id",
    "title": "Record ID",
    "type": "text",
    "flags": ["read-only", "unique"],
}
CREATED: list[Fact] = [
    {"slug": "created_at", "title": "Created at", "type": "timestamp", "flags": ["read-only"], "now": True},
    {
        "slug": "created_by",
        "title": "Created by",
        "type": "actor-reference",
        "flags": ["read-only"],
        "actor": True,
    },
]
ENTRY_ID: Fact = {
    "slug": "entry_id",
    "title": "Entry ID",
    "type": "text",
    "flags": ["read-only", "unique"],
}
ADA: JsonObject = {"first_name": "Ada", "last_name": "Admin", "email_address": "ada@example.com"}


@cache
def standard_objects() -> dict[str, Any]:
    """The facts about the standard objects."""
    parsed: dict[str, Any] = json.loads(Path(__file__).with_name("standard_objects.json").read_bytes())
    return parsed


def fresh_workspace(clock: Clock, *, seed: str = "emulator", slug: str = "emulator") -> Workspace:
    """A new workspace as Attio creates it."""
    workspace = Workspace(
        workspace_id=named(seed, slug),
        name="Emulated workspace" if slug == "emulator" else slug.title(),
        slug=slug,
        clock=clock,
        ids=Ids(f"{seed}:{slug}"),
    )
    facts = standard_objects()
    for name, fact in facts.items():
        workspace.objects[named(seed, slug, name)] = standard_object(workspace, seed, name, fact)
    for name, fact in facts.items():
        pair_relationships(workspace, name, fact)
    add_member(workspace, ADA, member_id=named(seed, slug, "ada"), access_level="admin")
    return workspace


def standard_object(workspace: Workspace, seed: str, slug: str, fact: Fact) -> ObjectType:
    """One standard object with its attributes."""
    kind = ObjectType(
        id=named(seed, workspace.slug, slug),
        slug=slug,
        created_at=FOUNDED,
        singular=str(fact["singular"]),
        plural=str(fact["plural"]),
        is_standard=True,
    )
    for each in [RECORD_ID, *fact["attributes"], *CREATED]:
        attribute_id = named(seed, workspace.slug, slug, str(each["slug"]))
        kind.add(system_attribute(workspace, seed, attribute_id, each))
    return kind


def system_attribute(workspace: Workspace, seed: str, attribute_id: str, fact: Fact) -> Attribute:
    """One attribute of a standard object."""
    flags = fact.get("flags") or []
    currency = fact.get("currency") or [None, None]
    attribute = Attribute(
        attribute_id=attribute_id,
        slug=str(fact["slug"]),
        title=str(fact["title"]),
        type=str(fact["type"]),
        created_at=FOUNDED,
        is_system=True,
        is_writable="read-only" not in flags,
        is_required="required" in flags,
        is_unique="unique" in flags,
        is_multiselect="multi" in flags,
        is_enriched="enriched" in flags,
        default_value=system_default(fact),
        currency_code=currency[0],
        display_type=currency[1],
    )
    allowed = fact.get("allowed")
    if isinstance(allowed, list):
        attribute.allowed_object_ids = tuple(named(seed, workspace.slug, str(slug)) for slug in allowed)
    add_choices(attribute, fact)
    return attribute


def system_default(fact: Fact) -> JsonObject | None:
    """The defaults of `created_at` and `created_by`."""
    if fact.get("now"):
        return {"type": "dynamic", "template": "PT0S"}
    return {"type": "dynamic", "template": "current-user"} if fact.get("actor") else None


def add_choices(attribute: Attribute, fact: Fact) -> None:
    """The options or statuses that come with an attribute."""
    for title in fact.get("options") or []:
        option_id = named(attribute.attribute_id, str(title))
        attribute.options[option_id] = {"option_id": option_id, "title": title, "is_archived": False}
    for title in fact.get("statuses") or []:
        status_id = named(attribute.attribute_id, str(title))
        attribute.statuses[status_id] = {
            "status_id": status_id,
            "title": title,
            "is_archived": False,
            "celebration_enabled": str(title).startswith("Won"),
            "target_time_in_status": None,
        }


def pair_relationships(workspace: Workspace, name: str, fact: Fact) -> None:
    """Tie both sides of the standard relationships together, and give every choice its whole id."""
    kind = workspace.object(name)
    for each in fact["attributes"]:
        attribute = kind.by_slug[str(each["slug"])]
        if "reverse" in each:
            other = workspace.object(str(each["reverse"][0]))
            paired = other.by_slug[str(each["reverse"][1])]
            attribute.reverse = (other.id, paired.attribute_id)
            attribute.allowed_object_ids = (other.id,)
        for choices, key in ((attribute.options, "option_id"), (attribute.statuses, "status_id")):
            for choice_id, choice in choices.items():
                whole = {
                    "workspace_id": workspace.id,
                    "object_id": kind.id,
                    "attribute_id": attribute.attribute_id,
                }
                del choice[key]
                choices[choice_id] = {"id": {**whole, key: choice_id}, **choice}


def add_member(
    workspace: Workspace, who: JsonObject, *, member_id: str, access_level: str = "member"
) -> JsonObject:
    """Add a member to the workspace."""
    member: JsonObject = {
        "id": {"workspace_id": workspace.id, "workspace_member_id": member_id},
        "first_name": who["first_name"],
        "last_name": who["last_name"],
        "avatar_url": None,
        "email_address": who["email_address"],
        "created_at": FOUNDED,
        "access_level": access_level,
    }
    workspace.members[member_id] = member
    return member


def bare_attributes(workspace: Workspace, own_id: str, now: str) -> list[Attribute]:
    """The attributes of every new object and list: the row's own id, when and by whom it was made."""
    own = RECORD_ID if own_id == "record_id" else ENTRY_ID
    made = [system_attribute(workspace, "", workspace.ids.next(), fact) for fact in (own, *CREATED)]
    for attribute in made:
        attribute.created_at = now
    return made
