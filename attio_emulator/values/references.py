"""Finds the targets of values: options, statuses, members, records.

A missing target is refused, never created.
"""

from collections.abc import Callable, Mapping

from attio_emulator.contract.refusals import AttioRefusal, bad_value, refuse
from attio_emulator.contract.shapes import Path, is_uuid, json_type
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, ObjectType, find_choice
from attio_emulator.model.tables import Row
from attio_emulator.model.workspace import Workspace
from attio_emulator.values import contacts

SHORTHAND: Mapping[str, str] = {
    "companies": "domains",
    "people": "email_addresses",
    "users": "user_id",
    "workspaces": "workspace_id",
}


def _normal_domain(workspace: Workspace, raw: Json) -> Json:
    return contacts.domain(str(raw), cuts_www=workspace.switches.www_domains == "cut")["domain"]


def _normal_number(_: Workspace, raw: Json) -> Json:
    good = isinstance(raw, int | float) and not isinstance(raw, bool)
    return raw if good else None


KEYS: Mapping[str, tuple[str, Callable[[Workspace, Json], Json]]] = {
    "domain": ("domain", _normal_domain),
    "email-address": ("email_address", lambda _, raw: contacts.email(str(raw))["email_address"]),
    "phone-number": ("original_phone_number", lambda _, raw: contacts.phone(str(raw), None)["phone_number"]),
    "text": ("value", lambda _, raw: raw if isinstance(raw, str) else None),
    "number": ("value", _normal_number),
}


def living_choice(attribute: Attribute, name: str) -> JsonObject:
    """The option or status of a title or id; archived ones cannot be chosen any more."""
    found = find_choice(attribute, name)
    if found is None or found["is_archived"]:
        raise no_choice(attribute, name)
    return found


def no_choice(attribute: Attribute, name: str) -> AttioRefusal:
    """The refusal of a title or id that no option or status has; like Attio's, it names no attribute."""
    kind = "Status" if attribute.type == "status" else "select option"
    return refuse("value_not_found", f'Cannot find {kind} with title "{name[:200]}".')


def member(workspace: Workspace, attribute: Attribute, raw: Json, path: Path) -> JsonObject:
    """A workspace member by id or e-mail address."""
    if isinstance(raw, str):
        found = member_of(workspace, None, raw)
    elif not isinstance(raw, dict):
        raise bad_value(f'Invalid actor for "{attribute.slug}".', path, received=json_type(raw))
    elif isinstance(raw.get("workspace_member_email_address"), str):
        found = member_of(workspace, None, raw["workspace_member_email_address"])
    elif raw.get("referenced_actor_type") == "workspace-member" and isinstance(
        raw.get("referenced_actor_id"), str
    ):
        found = member_of(workspace, raw["referenced_actor_id"], None)
    else:
        raise bad_value(
            f'"{attribute.slug}" takes a workspace member by referenced_actor_id or by e-mail address.', path
        )
    return {
        "referenced_actor_type": "workspace-member",
        "referenced_actor_id": found["id"]["workspace_member_id"],  # type: ignore[index, call-overload]  # members carry a composite id
    }


def member_of(workspace: Workspace, member_id: Json, email: Json) -> JsonObject:
    """A workspace member by id or by e-mail address; 400 when there is none."""
    found = (
        workspace.member(str(member_id)) if member_id is not None else workspace.member_by_email(str(email))
    )
    if found is None:
        raise refuse("value_not_found", "Cannot find the workspace member given.")
    return found


def record(workspace: Workspace, attribute: Attribute, raw: Json, path: Path) -> JsonObject:
    """A record by id, by a unique value, or by the shorthand of its object."""
    if isinstance(raw, str):
        target, row = by_shorthand(workspace, attribute, raw, path)
    elif isinstance(raw, dict):
        target, row = by_object(workspace, attribute, raw, path)
    else:
        raise bad_value(f'Invalid reference for "{attribute.slug}".', path, received=json_type(raw))
    return {"target_object": target.slug, "target_record_id": row.id}


def by_shorthand(workspace: Workspace, attribute: Attribute, raw: str, path: Path) -> tuple[ObjectType, Row]:
    """A record of the one standard object the attribute allows, by the value that identifies such records."""
    allowed = attribute.allowed_object_ids or ()
    target = workspace.object(allowed[0]) if len(allowed) == 1 else None
    if target is None or target.slug not in SHORTHAND:
        raise bad_value(f'"{attribute.slug}" needs target_object and target_record_id.', path)
    return target, by_unique(workspace, target, SHORTHAND[target.slug], [raw], path)


def by_object(
    workspace: Workspace, attribute: Attribute, raw: JsonObject, path: Path
) -> tuple[ObjectType, Row]:
    """A record named by its object and either its id or a unique value."""
    name = raw.get("target_object")
    if not isinstance(name, str):
        raise bad_value("Required", (*path, "target_object"), expected="string")
    target = workspace.find_object(name)
    if target is None:
        raise refuse("value_not_found", f'Cannot find object "{name[:200]}".')
    if attribute.allowed_object_ids is not None and target.id not in attribute.allowed_object_ids:
        raise bad_value(f'Attribute "{attribute.slug}" cannot refer to records of "{target.slug}".', path)
    if "target_record_id" in raw:
        return target, by_id(target, raw["target_record_id"], path)
    keys = [key for key in raw if key != "target_object"]
    if len(keys) != 1:
        raise bad_value("Give target_record_id or exactly one unique attribute.", path)
    return target, by_unique(workspace, target, keys[0], raw[keys[0]], (*path, keys[0]))


def by_id(target: ObjectType, raw: Json, path: Path) -> Row:
    """A record by its id."""
    if not isinstance(raw, str) or not is_uuid(raw):
        raise bad_value("Invalid uuid", (*path, "target_record_id"), expected="uuid")
    row = target.table.rows.get(raw.lower())
    if row is None:
        raise refuse("value_not_found", f'Cannot find record "{raw}" of object "{target.slug}".')
    return row


def by_unique(workspace: Workspace, target: ObjectType, name: str, raw: Json, path: Path) -> Row:
    """A record by the value of a unique attribute, given as a list of one."""
    attribute = target.find(name)
    if attribute is None:
        raise refuse("value_not_found", f'Cannot find attribute "{name[:200]}" of object "{target.slug}".')
    if not attribute.is_unique or attribute.type not in KEYS:
        raise bad_value(f'Attribute "{name[:200]}" does not identify records.', path)
    if not isinstance(raw, list) or len(raw) != 1:
        raise bad_value("Expected an array of one value.", path, expected="array")
    key_member, normalise = KEYS[attribute.type]
    given = raw[0].get(key_member) if isinstance(raw[0], dict) else raw[0]
    try:
        key = normalise(workspace, given)
    except ValueError:
        raise bad_value(f'Invalid value for "{attribute.slug}".', path) from None
    holder = (
        target.table.index(attribute.attribute_id).get(key) if isinstance(key, str | int | float) else None
    )
    if holder is None:
        raise refuse("value_not_found", f'Cannot find a "{target.slug}" record by "{attribute.slug}".')
    return target.table.rows[holder]
