"""The form in which Airbyte's users set a connector up: what it shows, what it insists on, what it sends.

After the rules of `airbyte-webapp` (August 2026): a group is always sent, if only as `{}`, and asks for what
it requires although the group itself is optional; the options of a `oneOf` are told apart by a member with a
`const`, and the first one is chosen; what the form does not know is taken out when a connector is edited. A
text that was cleared is empty until the form is saved, and has to fit its pattern; the server holds what is
saved against `format`, too. A choice that was made can be changed, but not emptied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]
PLAIN = {"string", "number", "integer", "boolean"}
PICKED = {"date": "2026-01-31T00:00:00Z", "date-time": "2026-01-31"}
"""Format of a picker → what may be typed into it and the server refuses."""
DATES = r"\d{4}-\d{2}-\d{2}"
NOT_SET = "not_set"
"""The choice that takes another one back."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One setting of the form: where it stands, and what the spec says of it."""

    path: str
    schema: Schema


def settings(spec: Schema) -> Iterator[Shown]:
    """Every group, list, option and plain setting of a spec, at every depth."""
    yield from _walk("", spec)


def _walk(path: str, schema: Schema) -> Iterator[Shown]:
    yield Shown(path=path, schema=schema)
    for number, option in enumerate(schema.get("oneOf", ())):
        yield from _walk(f"{path}<{option.get('title', number)}>", option)
    for name, member in schema.get("properties", {}).items():
        yield from _walk(f"{path}.{name}".lstrip("."), member)
    if isinstance(schema.get("items"), dict):
        yield from _walk(f"{path}[]", schema["items"])


def faults(spec: Schema) -> list[str]:
    """What the form cannot show, or cannot be saved with, each as a sentence."""
    found = [f"{one.path}: {fault}" for one in settings(spec) for fault in _faults_of(one)]
    kept = [fault for one in settings(spec) for fault in _kept_for_good(one)]
    return found + kept + list(_unasked(spec, "", optional=False))


def _faults_of(shown: Shown) -> Iterator[str]:
    schema, is_option = shown.schema, shown.path.endswith(">")
    yield from _faults_of_type(schema, is_option=is_option)
    if "const" in schema and {"default", "enum"} & schema.keys():
        yield "a const with a default or an enum beside it"
    if "additionalProperties" in schema:
        yield "additionalProperties"
    yield from _faults_of_pattern(schema, is_item=shown.path.endswith("[]"))
    if _is_date(schema) and schema.get("format") not in PICKED:
        yield "a date without the picker's format"
    if "oneOf" in schema and not _selector(schema):
        yield "a oneOf whose options share no const"
    needs_words = shown.path and "const" not in schema and not shown.path.endswith("[]")
    if needs_words and not schema.get("title"):
        yield "no title"
    if needs_words and not is_option and not schema.get("description"):
        yield "no description"


def _faults_of_pattern(schema: Schema, *, is_item: bool) -> Iterator[str]:
    pattern = schema.get("pattern", "")
    if pattern and not schema.get("pattern_descriptor"):
        yield "a pattern without a pattern_descriptor"
    if not is_item and not re.search(pattern, ""):
        yield "a pattern that a cleared text does not fit"
    if schema.get("format") in PICKED and re.search(pattern, PICKED[schema["format"]]):
        yield "a pattern that lets a date through which the server refuses"
    if not all(re.search(pattern, str(one)) for one in schema.get("examples", ())):
        yield "an example that its pattern refuses"


def _faults_of_type(schema: Schema, *, is_option: bool) -> Iterator[str]:
    kind = str(schema.get("type"))
    if {"anyOf", "allOf", "not", "$ref"} & schema.keys():
        yield "anyOf, allOf, not or a $ref"
    if kind == "array" and schema.get("items", {}).get("type") not in {
        "object",
        "string",
        "integer",
        "number",
    }:
        yield "a list of something that the form cannot ask for"
    elif kind == "object" and not schema.get("properties") and "oneOf" not in schema:
        yield "an object without properties, of which the form shows nothing"
    elif kind not in PLAIN | {"object", "array"} or (is_option and kind != "object"):
        yield f"the type {kind}"


def _is_date(schema: Schema) -> bool:
    examples = [str(one) for one in schema.get("examples", ())]
    return schema.get("type") == "string" and any(re.match(DATES, one) for one in examples)


def _unasked(schema: Schema, path: str, *, optional: bool) -> Iterator[str]:
    """Groups that may be left out but require something, which the form then always asks for."""
    if optional and schema.get("required"):
        yield f"{path}: required {schema['required']} inside an optional group"
    for name, member in schema.get("properties", {}).items():
        is_left_out = optional or name not in schema.get("required", ())
        here = f"{path}.{name}".lstrip(".")
        for option in member.get("oneOf", ()):
            yield from _unasked({**option, "required": []}, here, optional=False)
        yield from _unasked(member, here, optional=is_left_out)
        if isinstance(member.get("items"), dict):
            yield from _unasked(member["items"], f"{here}[]", optional=False)


def _kept_for_good(group: Shown) -> Iterator[str]:
    """Choices that may be left out at first, and once made neither have a default nor can be taken back."""
    for name, member in group.schema.get("properties", {}).items():
        is_optional = name not in group.schema.get("required", ()) and "default" not in member
        if is_optional and NOT_SET not in member.get("enum", [NOT_SET]):
            yield f"{group.path}.{name}".lstrip(".") + ": a choice that cannot be emptied again"


def _selector(schema: Schema) -> str | None:
    """The member that tells the options apart."""
    shared = [{k for k, one in o.get("properties", {}).items() if "const" in one} for o in schema["oneOf"]]
    return next(iter(sorted(set.intersection(*shared))), None)


def opened(schema: Schema) -> dict[str, Any]:
    """What a new form holds at first: defaults, consts, the first option, and `{}` for a group."""
    values: dict[str, Any] = {}
    for name, member in schema.get("properties", {}).items():
        if "const" in member:
            values[name] = member["const"]
        if "default" in member:
            values[name] = member["default"]
        if "oneOf" in member:
            values[name] = opened(member["oneOf"][0])
        elif member.get("type") == "object":
            values[name] = opened(member)
    return values


def edited(schema: Schema, stored: dict[str, Any]) -> dict[str, Any]:
    """What the form sends for a stored configuration that was opened and saved."""
    if "oneOf" in schema:
        schema = _option(schema, stored)
    sent: dict[str, Any] = {}
    for name, member in schema.get("properties", {}).items():
        if member.get("type") == "object":
            sent[name] = edited(member, stored.get(name, {}))
        elif name in stored:
            sent[name] = stored[name]
        elif "default" in member or "const" in member:
            sent[name] = member.get("default", member.get("const"))
    return sent


def filled(schema: Schema, answers: dict[str, Any], *, name: str = "") -> Any:
    """A form with everything answered: from `answers` by the setting's name, else an example or a choice."""
    if name in answers:
        return answers[name]
    if "oneOf" in schema:
        return filled(schema["oneOf"][-1], answers)
    if schema.get("type") == "object":
        return {key: filled(one, answers, name=key) for key, one in schema["properties"].items()}
    if schema.get("type") == "array":
        examples = schema.get("examples") or [[filled(schema["items"], answers)]]
        return examples[0]
    if "const" in schema:
        return schema["const"]
    return next(iter([*schema.get("examples", ()), *schema.get("enum", ())]), schema.get("default"))


def missing(schema: Schema, values: dict[str, Any], path: str = "") -> list[str]:
    """What the form demands before it can be saved: also what an optional group requires."""
    if "oneOf" in schema:
        schema = _option(schema, values)
    found = []
    for name, member in schema.get("properties", {}).items():
        value, here = values.get(name), f"{path}.{name}".lstrip(".")
        is_required = name in schema.get("required", ()) and "default" not in member
        if is_required and value in (None, "", []):
            found.append(here)
        if member.get("type") == "object":
            found += missing(member, value if isinstance(value, dict) else {}, here)
        if member.get("type") == "array" and member["items"].get("type") == "object":
            for number, item in enumerate(value or ()):
                found += missing(member["items"], item, f"{here}[{number}]")
    return found


def _option(schema: Schema, values: dict[str, Any]) -> Schema:
    """The option that was chosen; none when the values do not say."""
    selector = _selector(schema)
    chosen = [o for o in schema["oneOf"] if o["properties"][selector]["const"] == values.get(str(selector))]
    return dict(chosen[0]) if chosen else {"properties": {}}
