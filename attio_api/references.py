"""Select options, statuses, record and actor references, interactions: reading, writing, comparing.

Resolving a title or a unique value to an id needs Attio; the caller does it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from attio_api import refusals
from attio_api.definitions import Attribute
from attio_api.wire import Json, JsonObject

UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WRAPPED: Final = {
    "domains": "domain",
    "email_addresses": "email_address",
    "primary_email_address": "email_address",
    "phone_numbers": "original_phone_number",
}


def is_uuid(text: str) -> bool:
    """Whether the text has the form of Attio's ids (of any UUID version)."""
    return UUID.fullmatch(text) is not None


def write_option(plain: object, attribute: Attribute) -> Json:
    """An option by title or id, in the one form that Attio takes for both."""
    return {"option": _named(plain, attribute, "option")}


def write_status(plain: object, attribute: Attribute) -> Json:
    """A status by title or id."""
    return {"status": _named(plain, attribute, "status")}


def normalise_title(plain: object, attribute: Attribute) -> Json:
    """The title or id as text; Attio tells titles apart by case."""
    return _named(plain, attribute, "option")


def write_record(plain: object, attribute: Attribute) -> Json:
    """A record by id, by a unique attribute, or by Attio's own shorthand."""
    if isinstance(plain, Mapping):
        return _record_object(plain, attribute)
    text = str(plain).strip()
    allowed = attribute.allowed_object_ids or ()
    if not text or len(allowed) != 1:
        raise refusals.NO_OBJECT(attribute.slug)
    return {"target_object": allowed[0], "target_record_id": text} if is_uuid(text) else text


def normalise_record(plain: object, attribute: Attribute) -> Json:
    """The record's id where it is known; its object may be named by slug or id and is not compared."""
    written = write_record(plain, attribute)
    if isinstance(written, dict) and isinstance(written.get("target_record_id"), str):
        return str(written["target_record_id"]).lower()
    return written


def write_actor(plain: object, attribute: Attribute) -> Json:
    """A workspace member by id or e-mail address; no other actor can be written."""
    actor = plain if isinstance(plain, Mapping) else {"id": str(plain).strip()}
    kind = actor.get("type") or actor.get("referenced_actor_type") or "workspace-member"
    name = actor.get("id") or actor.get("referenced_actor_id")
    name = name or actor.get("email") or actor.get("workspace_member_email_address") or ""
    if kind == "workspace-member" and isinstance(name, str) and is_uuid(name):
        return {"referenced_actor_type": kind, "referenced_actor_id": name.lower()}
    if kind == "workspace-member" and "@" in str(name):
        return {"workspace_member_email_address": str(name).strip().lower()}
    raise refusals.NO_MEMBER(attribute.slug)


def normalise_actor(plain: object, attribute: Attribute) -> Json:
    """Type and id of an actor, or the e-mail address where no id is given."""
    if isinstance(plain, Mapping) and plain.get("type") not in {None, "workspace-member"}:
        return {"type": str(plain["type"]), "id": _lower(plain.get("id"))}
    written = write_actor(plain, attribute)
    if isinstance(written, dict) and "referenced_actor_id" in written:
        return {"type": written["referenced_actor_type"], "id": written["referenced_actor_id"]}
    return written


def write_interaction(_plain: object, attribute: Attribute) -> Json:
    """Refuse: interactions come from connected mailboxes and calendars only."""
    raise refusals.KEPT_BY_ATTIO(attribute.slug)


def normalise_interaction(plain: object, _attribute: Attribute) -> Json:
    """An interaction unchanged; null for anything but an object."""
    return dict(plain) if isinstance(plain, Mapping) else None


def _named(plain: object, attribute: Attribute, member: str) -> str:
    if isinstance(plain, Mapping):
        plain = plain.get(member) or plain.get("title")
    text = "" if isinstance(plain, bool | list | Mapping) or plain is None else str(plain).strip()
    if not text:
        raise refusals.NO_TITLE(attribute.slug, member=member)
    return text


def _record_object(plain: Mapping[str, Any], attribute: Attribute) -> Json:
    target = plain.get("object") or plain.get("target_object")
    if not target and attribute.allowed_object_ids and len(attribute.allowed_object_ids) == 1:
        target = attribute.allowed_object_ids[0]
    record_id = plain.get("record_id") or plain.get("target_record_id")
    if target and isinstance(record_id, str):
        return {"target_object": str(target), "target_record_id": record_id.lower()}
    keys = [key for key in plain if key not in {"object", "target_object", "record_id", "target_record_id"}]
    if not target or len(keys) != 1 or plain[keys[0]] is None:
        raise refusals.NO_RECORD(attribute.slug)
    return {"target_object": str(target), keys[0]: _unique_value(keys[0], plain[keys[0]])}


def _unique_value(slug: str, value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    wrapped: JsonObject = {_WRAPPED.get(slug, "value"): value}
    return [wrapped]


def _lower(text: object) -> str | None:
    return text.lower() if isinstance(text, str) else None
