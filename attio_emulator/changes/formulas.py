"""Formula attributes: computed from other attributes of the same record; no call can write them.

    {"object": "deals", "attribute": "weighted_value", "product_of": ["value", 0.3]}
    {"object": "people", "attribute": "greeting", "text_of": [{"constant": "Dear "}, "name"]}

A part is a slug, a number, or a constant. Attio shows a formula as an attribute of the type it results in
that is not writable (docs.attio.com/rest-api/endpoint-reference/attributes/list-attributes)
and computes it anew about a second after a part has changed; `automations` keeps that moment. A number
is empty when one of its parts
is: a guess.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attio_emulator.changes.changeset import Changeset
from attio_emulator.contract.refusals import bad_value, refuse
from attio_emulator.contract.shapes import array, conform, either, number, shape, text
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, ObjectType
from attio_emulator.model.tables import Row, Value
from attio_emulator.model.workspace import SYSTEM, Workspace
from attio_emulator.values.types import TYPES, coerce_all, identity

LONGEST = 10_000
PARTS = array(either(text(1), number(), shape({"constant": either(text(), number())}, closed=True)), 1, 50)
FORMULA = shape(
    {"object": text(1), "attribute": text(1)},
    {"title": text(1), "sum_of": PARTS, "product_of": PARTS, "text_of": PARTS},
    closed=True,
)


def total(parts: list[Json]) -> Json:
    """The sum."""
    return numeric(parts, math.fsum)


def product(parts: list[Json]) -> Json:
    """The product."""
    return numeric(parts, math.prod)


def numeric(parts: list[Json], compute: Callable[[list[float]], float]) -> Json:
    """The result as a number; None when a part is empty or the result is out of range."""
    numbers = [float(part) for part in parts if isinstance(part, int | float)]
    if len(numbers) < len(parts):
        return None
    try:
        result = compute(numbers)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def joined(parts: list[Json]) -> Json:
    """The parts joined as one text; empty parts add nothing."""
    return "".join("" if part is None else str(part) for part in parts)[:LONGEST] or None


FORMS: Mapping[str, tuple[str, Callable[[list[Json]], Json]]] = {
    "sum_of": ("number", total),
    "product_of": ("number", product),
    "text_of": ("text", joined),
}


def define(workspace: Workspace, body: JsonObject, now: str) -> tuple[ObjectType, Attribute]:
    """Make a formula attribute; existing records get its value at once, without events."""
    given: dict[str, Any] = conform(body, FORMULA)
    forms = [form for form in FORMS if form in given]
    if len(forms) != 1:
        raise bad_value(f"Give one of {', '.join(FORMS)}.", ["object"])
    kind, slug = workspace.object(given["object"]), given["attribute"]
    if slug in kind.by_slug:
        raise refuse("slug_conflict", f'An attribute with the slug "{slug}" exists already.')
    type_ = FORMS[forms[0]][0]
    parts: list[Json] = [read_part(kind, type_, raw, [forms[0], n]) for n, raw in enumerate(given[forms[0]])]
    attribute = Attribute(
        attribute_id=workspace.ids.next(),
        slug=slug,
        title=given.get("title", slug),
        type=type_,
        created_at=now,
        is_writable=False,
        formula={"form": forms[0], "parts": parts},
    )
    kind.add(attribute)
    compute_all(workspace, kind)
    return kind, attribute


def read_part(kind: ObjectType, type_: str, raw: Json, path: list[str | int]) -> JsonObject:
    """A constant, or an attribute that the result can be computed from; kept by its id."""
    if not isinstance(raw, str):
        constant = raw["constant"] if isinstance(raw, dict) else raw
        if type_ == "number" and isinstance(constant, str):
            raise bad_value("Expected a number.", path, expected="number", received="string")
        return {"constant": constant}
    attribute = kind.attribute(raw)
    known = TYPES[attribute.type]
    fits = known.numeric if type_ == "number" else known.implicit is not None
    if not fits:
        raise bad_value(f'No {type_} is made of "{attribute.slug}".', path)
    return {"attribute_id": attribute.attribute_id}


def parts_of(attribute: Attribute) -> list[Any]:
    """The parts of a formula; empty for any other attribute."""
    listed = (attribute.formula or {}).get("parts")
    return listed if isinstance(listed, list) else []


def depending(kind: ObjectType, changed_id: Json) -> Iterator[Attribute]:
    """The formulas that an attribute is a part of; all of them for None."""
    for attribute in kind.attributes.values():
        if attribute.formula is not None and (
            changed_id is None or any(part.get("attribute_id") == changed_id for part in parts_of(attribute))
        ):
            yield attribute


def computed(workspace: Workspace, kind: ObjectType, row: Row, attribute: Attribute) -> list[JsonObject]:
    """The result of a formula for one row."""
    form = str((attribute.formula or {})["form"])
    found = [
        part["constant"] if "constant" in part else plain(kind.attributes[part["attribute_id"]], row)
        for part in parts_of(attribute)
    ]
    result = FORMS[form][1](found)
    return [] if result is None else coerce_all(workspace, attribute, result, ("formula",))


def plain(attribute: Attribute, row: Row) -> Json:
    """The values of an attribute as one number or text."""
    shown = [readable(attribute, value) for value in row.values_of(attribute.slug)]
    if len(shown) < 2:  # noqa: PLR2004 - several are listed
        return shown[0] if shown else None
    return ", ".join(map(str, shown))


def readable(attribute: Attribute, value: Value) -> Json:
    """The main member of a value; the title of an option or a status."""
    member = value[TYPES[attribute.type].implicit or "value"]
    if isinstance(member, bool):
        return str(member).lower()
    return member["title"] if isinstance(member, dict) else member


def recompute(
    workspace: Workspace, kind: ObjectType, row: Row, attribute: Attribute, *, silent: bool
) -> None:
    """Store the result of a formula in a row; an equal value changes nothing."""
    members = computed(workspace, kind, row, attribute)
    held = [identity(attribute, value) for value in row.values_of(attribute.slug)]
    if held == [identity(attribute, each) for each in members]:
        return
    changeset = Changeset(workspace, now=workspace.clock.tick(), actor=SYSTEM, silent=silent)
    changeset.put(kind, row, attribute, [changeset.value(attribute, each) for each in members])
    changeset.commit()


def compute_all(workspace: Workspace, kind: ObjectType) -> None:
    """Compute all formulas of all rows, silently: of a new formula, and of rows that were seeded."""
    for attribute in depending(kind, None):
        for row in kind.table.rows.values():
            recompute(workspace, kind, row, attribute, silent=True)
