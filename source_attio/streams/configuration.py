"""The streams `attributes`, `select_options`, `statuses`: a small request per object, list or attribute."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Final

from attio_api.wire import Json, JsonObject
from source_attio.decode.columns import MOMENT, TEXT, TRUTH, object_schema
from source_attio.emit.messages import Outbox
from source_attio.read.context import Context
from source_attio.read.steps import Steps, arrival
from source_attio.workspace import Target

_ANY: Final[JsonObject] = {"type": ["null", "object"], "additionalProperties": True}
_OWNER: Final[JsonObject] = {"target": TEXT, "target_id": TEXT, "target_slug": TEXT}

ATTRIBUTES: Final = object_schema(
    {
        "attribute_id": TEXT,
        **_OWNER,
        "api_slug": TEXT,
        "title": TEXT,
        "description": TEXT,
        "type": TEXT,
        "is_system_attribute": TRUTH,
        "is_writable": TRUTH,
        "is_required": TRUTH,
        "is_unique": TRUTH,
        "is_multiselect": TRUTH,
        "is_default_value_enabled": TRUTH,
        "is_archived": TRUTH,
        "default_value": _ANY,
        "relationship": _ANY,
        "config": _ANY,
        "created_at": MOMENT,
    }
)
_CHOICE: Final[JsonObject] = {
    **_OWNER,
    "attribute_id": TEXT,
    "attribute_slug": TEXT,
    "title": TEXT,
    "is_archived": TRUTH,
}
OPTIONS: Final = object_schema({"option_id": TEXT, **_CHOICE})
STATUSES: Final = object_schema(
    {"status_id": TEXT, **_CHOICE, "celebration_enabled": TRUTH, "target_time_in_status": TEXT}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What options and statuses differ in."""

    id_column: str
    attribute_type: str
    path: str


SELECT: Final = Choices(id_column="option_id", attribute_type="select", path="options")
STATUS: Final = Choices(id_column="status_id", attribute_type="status", path="statuses")
CHOICES: Final[Mapping[str, Choices]] = {"select_options": SELECT, "statuses": STATUS}


def attributes(context: Context, targets: Iterable[Target], outbox: Outbox) -> Steps:
    """Deliver every attribute, archived ones too."""
    for target, answer in _all_attributes(context, targets):
        raw = yield from arrival(answer)
        yield from outbox.rows(_owned(target, each) for each in raw)
    yield outbox.state({"version": 1})


def choices(context: Context, targets: Iterable[Target], outbox: Outbox, kind: Choices) -> Steps:
    """Deliver every option or status, archived ones too."""
    answers: list[tuple[JsonObject, Future[list[JsonObject]]]] = []
    for target, answer in _all_attributes(context, targets):
        raw = yield from arrival(answer)
        for attribute in raw:
            if attribute.get("type") == kind.attribute_type:
                owned = _owned(target, attribute)
                path = f"{target.address}/attributes/{owned['attribute_id']}/{kind.path}"
                job = partial(context.client.many, "GET", path, params={"show_archived": True})
                answers.append((owned, context.ask(job)))
    for owned, listed in answers:
        found = yield from arrival(listed)
        yield from outbox.rows(_choice(owned, each) for each in found)
    yield outbox.state({"version": 1})


def _all_attributes(
    context: Context, targets: Iterable[Target]
) -> list[tuple[Target, Future[list[JsonObject]]]]:
    ask: Callable[..., list[JsonObject]] = context.client.raw_attributes
    return [(each, context.ask(partial(ask, each.family, each.slug, show_archived=True))) for each in targets]


def _owned(target: Target, raw: JsonObject) -> JsonObject:
    owner: dict[str, Json] = {"target": target.family, "target_id": target.id, "target_slug": target.slug}
    return {**_flat(raw), **owner}


def _choice(attribute: JsonObject, raw: JsonObject) -> JsonObject:
    owner = {name: attribute[name] for name in ("target", "target_id", "target_slug", "attribute_id")}
    return {**_flat(raw), **owner, "attribute_slug": attribute.get("api_slug")}


def _flat(raw: JsonObject) -> JsonObject:
    # For a list's attributes Attio calls the list's id `object_id`; `target_id` says the same without doubt.
    ids = raw.get("id")
    known: Mapping[str, Json] = ids if isinstance(ids, dict) else {}
    kept = {name: value for name, value in known.items() if name not in {"object_id", "workspace_id"}}
    return {**{name: value for name, value in raw.items() if name != "id"}, **kept}
