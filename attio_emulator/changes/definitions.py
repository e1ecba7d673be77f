"""The rules of defining attributes: which flags go together, defaults, references, relationships."""

from typing import Any

from attio_emulator.contract.refusals import AttioRefusal, bad_value, refuse
from attio_emulator.contract.shapes import (
    Path,
    anything,
    array,
    boolean,
    conform,
    nullable,
    one_of,
    shape,
    text,
)
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, Kind, ObjectType, choice_id
from attio_emulator.model.workspace import Workspace
from attio_emulator.values import contacts
from attio_emulator.values.dates import is_duration
from attio_emulator.values.types import TYPES, coerce_all

PLAIN = ("title", "type", "description", "is_required", "is_unique", "is_multiselect")
LOCKED = frozenset({"people", "companies"})
ALLOWED_OBJECTS: Path = ("data", "config", "record_reference", "allowed_objects")
CONFIG = shape(
    {},
    {
        "currency": shape(
            {
                "default_currency_code": one_of(*sorted(contacts.CURRENCIES)),
                "display_type": one_of(*sorted(contacts.DISPLAY_TYPES)),
            }
        ),
        "record_reference": shape({"allowed_objects": array(text(1), 1)}),
    },
)
DEFAULT = nullable(shape({"type": one_of("static", "dynamic"), "template": anything()}))
RELATIONSHIP = nullable(
    shape({"object": text(1), "title": text(1), "api_slug": text(1), "is_multiselect": boolean()})
)
CREATABLE = tuple(name for name, known in TYPES.items() if known.creatable)
CHANGEABLE = {
    "title": text(1),
    "description": nullable(text()),
    "api_slug": text(1),
    "is_required": boolean(),
    "is_unique": boolean(),
}
CREATE = shape(
    {
        "data": shape(
            {
                **CHANGEABLE,
                "type": one_of(*CREATABLE),
                "is_multiselect": boolean(),
                "config": CONFIG,
            },
            {"default_value": DEFAULT, "relationship": RELATIONSHIP},
            closed=True,
        )
    }
)
UPDATE = shape(
    {
        "data": shape(
            {},
            {**CHANGEABLE, "default_value": DEFAULT, "config": CONFIG, "is_archived": boolean()},
            closed=True,
        )
    }
)


def new_attribute(body: JsonObject) -> dict[str, Any]:
    """The members of a body that defines an attribute; refused with 400 where they do not fit."""
    given: dict[str, Any] = conform(body, CREATE)["data"]
    return given


def check_flags(kind: Kind, type_: str, *, unique: bool, multi: bool) -> None:
    """Refuse flags that an attribute of the type cannot have."""
    locked = kind.slug in LOCKED and not kind.is_list
    if unique and (not TYPES[type_].unique or kind.is_list):
        raise bad_value(f"Attributes of type {type_} cannot be unique here.", ["data", "is_unique"])
    if unique and locked:
        raise bad_value("Cannot set attribute as unique.", ["data", "is_unique"])
    if multi and not TYPES[type_].multi:
        raise bad_value(f"Attributes of type {type_} hold a single value.", ["data", "is_multiselect"])
    if type_ == "status" and locked:
        raise bad_value(f'"{kind.slug}" takes no status attributes.', ["data", "type"])


def create_attribute(
    workspace: Workspace, kind: Kind, given: dict[str, Any], now: str
) -> tuple[Attribute, tuple[ObjectType, Attribute] | None]:
    """Make an attribute; with a relationship also the one on the other object."""
    slug = str(given["api_slug"])
    if slug in kind.by_slug:
        raise refuse("slug_conflict", f'An attribute with the slug "{slug}" exists already.')
    check_flags(kind, given["type"], unique=given["is_unique"], multi=given["is_multiselect"])
    plain = {key: given[key] for key in PLAIN}
    attribute = Attribute(attribute_id=workspace.ids.next(), slug=slug, created_at=now, **plain)
    for name, value in changed_config(workspace, attribute, given["config"]).items():
        setattr(attribute, name, value)
    counterpart = None
    if given.get("relationship") is not None:
        counterpart = new_counterpart(workspace, kind, attribute, given["relationship"], now)
    attribute.default_value = check_default(workspace, kind, attribute, given.get("default_value"))
    kind.add(attribute)
    if counterpart is not None:
        counterpart[0].add(counterpart[1])
    return attribute, counterpart


def changed_config(workspace: Workspace, attribute: Attribute, raw: Json) -> dict[str, object]:
    """The fields of an attribute that a `config` sets."""
    changed: dict[str, object] = {}
    config = raw if isinstance(raw, dict) else {}
    currency, reference = config.get("currency"), config.get("record_reference")
    if isinstance(currency, dict) and attribute.type == "currency":
        changed |= {
            "currency_code": currency["default_currency_code"],
            "display_type": currency["display_type"],
        }
    elif attribute.type == "currency" and attribute.currency_code is None:
        changed |= {"currency_code": "USD", "display_type": "symbol"}
    if isinstance(reference, dict) and attribute.type == "record-reference":
        allowed = reference.get("allowed_objects")
        if isinstance(allowed, list):
            changed["allowed_object_ids"] = tuple(allowed_object(workspace, str(name)) for name in allowed)
    return changed


def allowed_object(workspace: Workspace, name: str) -> str:
    """The id of an object that references may lead to."""
    found = workspace.find_object(name)
    if found is None:
        raise bad_value(f'Cannot find object "{name[:200]}".', ALLOWED_OBJECTS)
    return found.id


def new_counterpart(
    workspace: Workspace, kind: Kind, attribute: Attribute, raw: Json, now: str
) -> tuple[ObjectType, Attribute]:
    """The attribute for the other side of a relationship, with its object; the caller adds it."""
    given: JsonObject = raw if isinstance(raw, dict) else {}
    if attribute.type != "record-reference" or kind.is_list:
        raise bad_value("Only record references of objects take a relationship.", ["data", "relationship"])
    other = workspace.object(str(given["object"]))
    if attribute.allowed_object_ids not in {None, (other.id,)}:
        raise bad_value("A relationship leads to its own object only.", ALLOWED_OBJECTS)
    slug = str(given["api_slug"])
    if slug in other.by_slug or (other is kind and slug == attribute.slug):
        raise refuse("slug_conflict", f'An attribute with the slug "{slug}" exists already.')
    counterpart = Attribute(
        attribute_id=workspace.ids.next(),
        slug=slug,
        title=str(given["title"]),
        type="record-reference",
        created_at=now,
        is_multiselect=bool(given["is_multiselect"]),
        reverse=(kind.id, attribute.attribute_id),
        allowed_object_ids=(kind.id,),
    )
    attribute.reverse = (other.id, counterpart.attribute_id)
    attribute.allowed_object_ids = (other.id,)
    return other, counterpart


def check_default(workspace: Workspace, kind: Kind, attribute: Attribute, raw: Json) -> JsonObject | None:
    """A default value that fits its attribute."""
    if not isinstance(raw, dict):
        return None
    if kind.slug in LOCKED and not kind.is_list:
        raise bad_value(f'"{kind.slug}" takes no default values.', ["data", "default_value"])
    template = raw["template"]
    path = ("data", "default_value", "template")
    if raw["type"] == "static":
        template = read_template(workspace, attribute, template, path)
    elif attribute.type == "actor-reference":
        if template != "current-user":
            raise bad_value('Only "current-user" is known here.', path)
    elif attribute.type not in {"date", "timestamp"} or not is_duration(str(template)):
        raise bad_value("Expected an ISO 8601 duration on a date or timestamp.", path)
    return {"type": raw["type"], "template": template}


def read_template(workspace: Workspace, attribute: Attribute, template: Json, path: Path) -> list[Json]:
    """Fixed values as Attio shows them; refused where one does not fit, or points nowhere."""
    if not isinstance(template, list):
        raise bad_value("Expected an array of values.", path, expected="array")
    try:
        values = coerce_all(workspace, attribute, template, path)
    except AttioRefusal as refusal:
        if refusal.code != "value_not_found":
            raise
        raise bad_value(refusal.message, path) from None
    return [fixed_value(attribute, each) for each in values]


def fixed_value(attribute: Attribute, value: JsonObject) -> JsonObject:
    """A value without the time since which it is held; an option or a status is its id alone."""
    members = {name: choice_id(each) if isinstance(each, dict) else each for name, each in value.items()}
    return {**members, "attribute_type": attribute.type}


def add_choice(workspace: Workspace, kind: Kind, attribute: Attribute, given: JsonObject) -> JsonObject:
    """Make an option of a select or a status."""
    word = "status" if attribute.type == "status" else "option"
    choice_id = workspace.ids.next()
    choice: JsonObject = {
        "id": {
            "workspace_id": workspace.id,
            "object_id": kind.id,
            "attribute_id": attribute.attribute_id,
            f"{word}_id": choice_id,
        },
        "title": given["title"],
        "is_archived": False,
    }
    if word == "status":
        choice["celebration_enabled"] = given.get("celebration_enabled", False)
        choice["target_time_in_status"] = given.get("target_time_in_status")
    attribute.choices()[choice_id] = choice
    return choice
