"""Compiles the filters of query bodies, refusing what Attio refuses with the code and the path it gives.

Grammar: docs.attio.com/rest-api/guides/filtering-and-sorting. Quirks kept: `$or` inside `$not` is taken
for an attribute, statuses take no `$in`, phone numbers cannot be asked for as they were typed.
"""

import re
from collections.abc import Callable, Hashable

from attio_emulator.contract.refusals import AttioRefusal, refuse
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, Kind, ListType, ObjectType, choice_id, find_choice
from attio_emulator.model.tables import Row, Value
from attio_emulator.queries.conditions import (
    FIRST,
    LAST,
    All,
    Any,
    Condition,
    Leaf,
    Moment,
    Not,
    Related,
    RowId,
    Span,
)
from attio_emulator.queries.operators import comparison, scalar
from attio_emulator.queries.scopes import Scope
from attio_emulator.values.properties import OPERATORS, Property, instant
from attio_emulator.values.types import OWN_IDS, AttributeType, filtered_as

OFFSET = re.compile(r"[+-]\d\d:?\d\d$")
CHOICES = frozenset({"status", "option"})


def bad(scope: Scope, message: str) -> AttioRefusal:
    """The refusal of a filter, at its place in the body."""
    return refuse("filter_error", message, path=scope.path)


def compile_filter(scope: Scope, raw: Json) -> Condition:
    """Compile one filter object; all of its keys must pass."""
    if not isinstance(raw, dict):
        raise bad(scope, "A filter must be an object.")
    if "path" in raw or "constraints" in raw:
        return compile_path(scope, raw)
    parts = [compile_key(scope.within(key), key, value) for key, value in raw.items()]
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def compile_key(scope: Scope, key: str, raw: Json) -> Condition:
    """Compile one key: a logical operator, or an attribute with its constraint."""
    if key in {"$and", "$or"}:
        if not isinstance(raw, list):
            raise bad(scope, f"{key} takes an array of filters.")
        parts = tuple(compile_filter(scope.within(str(n)), part) for n, part in enumerate(raw))
        return All(parts) if key == "$and" else Any(merged(parts))
    if key == "$not":
        if isinstance(raw, dict) and "$or" in raw:
            raise unknown(scope.within("$or"), "$or")
        return Not(compile_filter(scope, raw))
    attribute = scope.kind.find(key)
    if attribute is None or attribute.is_archived:
        raise unknown(scope, key)
    return compile_attribute(scope, attribute, raw)


def unknown(scope: Scope, name: str) -> AttioRefusal:
    """The refusal of an unknown attribute."""
    return refuse("unknown_filter_attribute_slug", f"Unknown attribute slug: {name[:200]}.", path=scope.path)


def without_field(scope: Scope) -> AttioRefusal:
    """The refusal of a comparison that must name a field of the attribute's type."""
    return refuse("missing_sort_field", "Filter cannot omit field", path=scope.path)


def merged(parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Merge equalities on one attribute into a set, so that 500 alternatives cost one lookup."""
    sets: dict[tuple[str, str], set[Hashable]] = {}
    others: list[Condition] = []
    for part in parts:
        if isinstance(part, Leaf) and part.keys is not None and part.member is not None:
            sets.setdefault((part.slug, part.member), set()).update(part.keys)
        else:
            others.append(part)
    return (*(one_of(slug, member, frozenset(keys)) for (slug, member), keys in sets.items()), *others)


def one_of(slug: str, member: str, keys: frozenset[Hashable]) -> Leaf:
    """An attribute whose member is one of a few values."""
    return Leaf(slug, lambda value: value[member] in keys, member, keys)


def compile_attribute(scope: Scope, attribute: Attribute, raw: Json) -> Condition:
    """Compile the constraint on one attribute: a bare value, operators, or properties."""
    known = filtered_as(attribute)
    if not isinstance(raw, dict):
        if known.implicit is None:
            raise without_field(scope)
        raw = {known.implicit: {"$eq": raw}}
    wanted = by_property(scope, attribute, known, raw)
    if not wanted or not all(wanted.values()):
        raise bad(scope, f'The filter on "{attribute.slug}" is empty.')
    if not wanted.keys() >= set(known.together):
        if attribute.type == "record-reference":
            raise without_field(scope)
        raise bad(scope, f'"{attribute.slug}" needs {" and ".join(known.together)} together.')
    special = own_row(scope, attribute, known, wanted)
    return special or leaf(scope, attribute, known, wanted)


def by_property(
    scope: Scope, attribute: Attribute, known: AttributeType, raw: JsonObject
) -> dict[str, JsonObject]:
    """The operators by property; operators without a property go to the implicit one."""
    wanted: dict[str, JsonObject] = {}
    for key, value in raw.items():
        if key.startswith("$"):
            name, operators = known.implicit, {key: value}
        else:
            name, operators = key, value if isinstance(value, dict) else {"$eq": value}
        if name is None:
            raise without_field(scope)
        if name not in known.properties:
            message = f'"{name[:100]}" of "{attribute.slug}" cannot be filtered by.'
            raise refuse("invalid_filter_field", message, path=(*scope.path, key))
        wanted.setdefault(name, {}).update(operators)
    return wanted


def read_operand(scope: Scope, field: str, asked: Property, operator: str, raw: Json) -> Json:
    """The operand of an operator, in the form in which the property is stored."""
    if operator not in OPERATORS or operator not in asked.operators:
        allowed = ", ".join(asked.operators)
        message = f'Invalid operator "{operator[:50]}" for field "{field}", must be one of ({allowed})'
        raise refuse("invalid_filter_operator", message, path=scope.path)
    try:
        if operator == "$in":
            if not isinstance(raw, list):
                raise bad(scope, "$in takes an array.")
            return [asked.read(element) for element in raw]
        if operator == "$not_empty":
            if raw is not True:
                raise bad(scope, "$not_empty takes true.")
            return True
        offset = isinstance(raw, str) and OFFSET.search(raw) is not None
        if offset and asked.read is instant and scope.workspace.switches.filter_offsets == "refused":
            raise bad(scope, "Invalid filter value: a timestamp must end in Z.")
        return asked.understood(operator, raw)
    except ValueError as error:
        raise bad(scope, f"Invalid filter value: {error}.") from None


def operands(
    scope: Scope, known: AttributeType, wanted: dict[str, JsonObject]
) -> list[tuple[str, str, Json]]:
    """(property, operator, operand) of each constraint."""
    return [
        (
            name,
            operator,
            read_operand(scope.within(name, operator), name, known.properties[name], operator, raw),
        )
        for name, operators in wanted.items()
        for operator, raw in operators.items()
    ]


def own_row(
    scope: Scope, attribute: Attribute, known: AttributeType, wanted: dict[str, JsonObject]
) -> Condition | None:
    """The condition on `created_at` or the row's own id, which needs no values; None for other attributes."""
    if not attribute.is_system or attribute.slug not in {"created_at", *OWN_IDS}:
        return None
    asked = operands(scope, known, wanted)
    if attribute.slug == "created_at":
        return span([(operator, str(operand)) for _, operator, operand in asked])
    sets = [operand if isinstance(operand, list) else [operand] for _, _, operand in asked]
    return All(tuple(RowId(frozenset(str(each).lower() for each in ids)) for ids in sets))


def span(bounds: list[tuple[str, str]]) -> Span:
    """The span of moments that passes all comparisons."""
    lows: dict[str, Callable[[str], Moment]] = {
        "$eq": lambda at: (at, ""),
        "$gte": lambda at: (at, ""),
        "$gt": lambda at: (at, "~"),
    }
    highs: dict[str, Callable[[str], Moment]] = {
        "$eq": lambda at: (at, "~"),
        "$lte": lambda at: (at, "~"),
        "$lt": lambda at: (at, ""),
    }
    low = max([lows[operator](at) for operator, at in bounds if operator in lows], default=FIRST)
    high = min([highs[operator](at) for operator, at in bounds if operator in highs], default=LAST)
    return Span(low, high)


def leaf(scope: Scope, attribute: Attribute, known: AttributeType, wanted: dict[str, JsonObject]) -> Leaf:
    """A test of one attribute's values."""
    asked = [
        (name, operator, chosen(scope, attribute, name, operand))
        for name, operator, operand in operands(scope, known, wanted)
    ]
    folds = attribute.type == "text" and scope.workspace.switches.text_equality == "any_case"
    tests = [
        (reader(name), comparison(operator, operand, ignores_case=folds)) for name, operator, operand in asked
    ]
    name, operator, operand = asked[0]
    keys: frozenset[Hashable] | None = None
    plain = name == known.implicit and name not in CHOICES and not folds
    if len(asked) == 1 and plain and operator in {"$eq", "$in"}:
        keys = frozenset(map(scalar, operand if isinstance(operand, list) else [operand]))
    return Leaf(attribute.slug, lambda value: all(test(read(value)) for read, test in tests), name, keys)


def chosen(scope: Scope, attribute: Attribute, name: str, operand: Json) -> Json:
    """What values hold of the option, status or object that a filter names; other operands as they are."""
    if name == "target_object":
        kind = scope.workspace.find_object(str(operand))
        return operand if kind is None else kind.slug
    if name not in CHOICES:
        return operand
    found = find_choice(attribute, str(operand))
    if found is None:
        noun = "status" if name == "status" else "select option"
        message = f"Unknown {noun} name for {name} field constraint: {str(operand)[:200]}"
        raise refuse("unknown_filter_select_option_slug", message, path=scope.path)
    return choice_id(found)


def reader(name: str) -> Callable[[Value], Json]:
    """A function that reads a property of a value."""
    if name in CHOICES:
        return lambda value: choice_id(value[name])
    if name == "owner_member_id":
        return owner_id
    return lambda value: value.get(name)


def owner_id(value: Value) -> Json:
    """The id of an interaction's owner, or None."""
    owner = value.get("owner_actor")
    return owner.get("id") if isinstance(owner, dict) else None


def compile_path(scope: Scope, raw: JsonObject) -> Condition:
    """`{"path": [[kind, attribute], …], "constraints": …}`: conditions on what references lead to."""
    steps = raw.get("path")
    if set(raw) != {"path", "constraints"} or not isinstance(steps, list) or not steps:
        raise bad(scope, "A path filter has a path and constraints, and nothing else.")
    return compile_steps(scope.within("path"), scope.kind, steps, raw["constraints"])


def compile_steps(scope: Scope, kind: Kind, steps: list[Json], constraints: Json) -> Condition:
    """Compile the remaining steps of a path for rows of a kind."""
    step = steps[0]
    if not isinstance(step, list) or len(step) != 2 or not all(isinstance(part, str) for part in step):  # noqa: PLR2004 - kind and attribute
        raise bad(scope, "Each step of a path is a pair of object or list, and attribute.")
    owner, name = str(step[0]), str(step[1])
    if owner not in {kind.slug, kind.id}:
        raise bad(scope, f'The path names "{owner[:100]}" where "{kind.slug}" is meant.')
    attribute = kind.find(name)
    parent = isinstance(kind, ListType) and name == "parent_record"
    if not parent and (attribute is None or attribute.is_archived):
        raise unknown(scope, name)
    if len(steps) == 1:
        if attribute is None:
            raise bad(scope, "A path cannot end at parent_record.")
        return compile_attribute(scope.of(kind), attribute, constraints)
    return along(scope, attribute, steps[1:], constraints)


def along(scope: Scope, attribute: Attribute | None, steps: list[Json], constraints: Json) -> Related:
    """Compile a step through one reference, and the remaining steps."""
    following = steps[0]
    owner = following[0] if isinstance(following, list) and following else None
    target = scope.workspace.find_object(owner) if isinstance(owner, str) else None
    if target is None or (attribute is not None and attribute.type != "record-reference"):
        raise bad(scope, "The path does not lead from a record reference to an object.")
    part = compile_steps(scope.within("step"), target, steps, constraints)
    through_parent = attribute is None
    return Related(follower(target, attribute), part, {target.id: target}, through_parent)


def follower(target: ObjectType, attribute: Attribute | None) -> Callable[[Row], list[Row]]:
    """A function that gives the records of an object that a row refers to."""
    rows = target.table.rows
    if attribute is None:
        return lambda row: [rows[row.parent[1]]] if row.parent and row.parent[1] in rows else []
    slug = attribute.slug
    return lambda row: [
        rows[str(value["target_record_id"])]
        for value in row.values_of(slug)
        if value["target_record_id"] in rows
    ]
