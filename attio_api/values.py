"""Turns Attio's value lists into plain JSON and back, and tells whether two plain values are the same.

Knows types, not transport: `client` fetches, and `attributes` says what a type is.
"""

import csv
import json
from collections.abc import Iterable, Mapping

from attio_api import refusals
from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.definitions import Attribute, AttributeType
from attio_api.errors import InvalidValue, Malformed, Unreadable
from attio_api.wire import Json, JsonObject

_LABELS = frozenset({"currency", "currency_code", "object", "target_object"})
"""Members that only qualify the others: an object with nothing else in it is empty."""
_BARE = (type(None), bool, int, float)
"""Types of most cells, checked first because the check for a mapping is slow."""


def read_values(values: Mapping[str, Json], attributes: Iterable[Attribute]) -> JsonObject:
    """Turn a record's value lists into one plain column per attribute, named by slug."""
    return {attribute.slug: read_attribute(attribute, values.get(attribute.slug)) for attribute in attributes}


def read_attribute(attribute: Attribute, found: Json) -> Json:
    """Turn one value list into a plain value, or an array of them when the attribute holds several.

    A list that is missing, null or empty is no value. Raises Unreadable for anything else that is not a list
    of objects; what Attio sends for a type that the table does not know is returned as it is.
    """
    if found is None or found == []:
        return [] if attribute.is_multiselect and attribute.type in ATTRIBUTE_TYPES else None
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    if kind is None:
        return found
    if not isinstance(found, list):
        raise Unreadable(f"Attio's answer has no list of values for '{attribute.slug}'.")
    if attribute.is_multiselect:
        return [_read_one(kind, attribute, value) for value in found]
    return _read_one(kind, attribute, found[0])


def write_value(attribute: Attribute, plain: object) -> Json:
    """Turn a plain warehouse value into what Attio accepts; raises InvalidValue, never quoting the value.

    An empty value becomes an empty list, which clears the attribute. An attribute of several values always
    gets a list, one of a single value gets the value itself.
    """
    kind = _writable(attribute)
    plains = _plain_list(attribute, kind, plain)
    if not plains:
        return _cleared(attribute, kind)
    written = _distinct([kind.write(each, attribute) for each in plains])
    _are_characters(attribute, written)
    return written if attribute.is_multiselect else written[0]


def in_lists(values: Mapping[str, Json]) -> JsonObject:
    """Wrap each single value in a list: Attio's published schema takes only lists, its text allows both."""
    return {slug: value if isinstance(value, list | None) else [value] for slug, value in values.items()}


def checked(attribute: Attribute, plain: object) -> Json:
    """Return the form in which equal values are equal; raises what `write_value` would."""
    kind = _writable(attribute)
    plains = _plain_list(attribute, kind, plain)
    if not plains:
        _cleared(attribute, kind)
    written = [kind.write(each, attribute) for each in plains]
    _are_characters(attribute, written)
    if kind.write is kind.normalise:
        return _folded(attribute, written)
    return _normal(attribute, kind, plains)


def lost_parts(attribute: Attribute, plain: object) -> list[InvalidValue]:
    """What Attio does not keep of values that `checked` lets through, each with the value in its details."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    if kind is None or kind.lost is None:
        return []
    return [lost for each in _plain_list(attribute, kind, plain) if (lost := kind.lost(each, attribute))]


def normalise(attribute: Attribute, plain: object) -> Json:
    """Return the form in which equal values are equal; an invalid value is returned as it is, as JSON."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    if kind is None:
        return _as_json(plain)
    try:
        return _normal(attribute, kind, _plain_list(attribute, kind, plain))
    except InvalidValue:
        return _as_json(plain)


def same(attribute: Attribute, current: object, desired: object, *, in_order: bool = True) -> bool:
    """Whether writing `desired` would change nothing; without `in_order`, the order of values is ignored."""
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    now, then = normalise(attribute, current), normalise(attribute, desired)
    if isinstance(now, list) and isinstance(then, list) and not in_order:
        return len(now) == len(then) and all(each in now for each in then)
    return kind.matches(now, then) if kind else now == then


def lacking(attribute: Attribute, current: object, desired: object) -> list[Json]:
    """Return the normalised desired values that appending would add, as the current ones lack them."""
    now, then = (_many(normalise(attribute, each)) for each in (current, desired))
    return [each for each in then if each not in now]


def is_empty(plain: object) -> bool:
    """Whether a warehouse value is no value: null, blank text, an empty list, an object of such alone."""
    if isinstance(plain, str):
        return not plain.strip()
    if isinstance(plain, _BARE):
        return plain is None
    if isinstance(plain, Mapping):
        told = [each for name, each in plain.items() if name not in _LABELS]
        return all(map(is_empty, told)) if told else not plain
    return isinstance(plain, list | tuple | set) and not plain


def parts_of(text: str) -> list[str]:
    """Split 'a, b' at its commas, except those in double quotes, as in CSV."""
    if '"' not in text:
        return text.split(",")
    try:
        return [part for line in csv.reader([text], skipinitialspace=True) for part in line]
    except csv.Error:
        return text.split(",")


def _read_one(kind: AttributeType, attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, dict):
        raise Unreadable(f"Attio's answer has no object as a value of '{attribute.slug}'.")
    return kind.read(value)


def _normal(attribute: Attribute, kind: AttributeType, plains: list[object]) -> Json:
    return _folded(attribute, [kind.normalise(each, attribute) for each in plains])


def _folded(attribute: Attribute, many: list[Json]) -> Json:
    if attribute.is_multiselect:
        return _distinct(many)
    return many[0] if many else None


def _writable(attribute: Attribute) -> AttributeType:
    kind = ATTRIBUTE_TYPES.get(attribute.type)
    if kind is None:
        raise refusals.UNKNOWN_TYPE(attribute.slug, type=attribute.type)
    if not attribute.is_writable:
        raise refusals.KEPT_BY_ATTIO(attribute.slug)
    return kind


def _cleared(attribute: Attribute, kind: AttributeType) -> Json:
    if not kind.nullable:
        raise refusals.NEVER_EMPTY(attribute.slug)
    return []


def _plain_list(attribute: Attribute, kind: AttributeType, plain: object) -> list[object]:
    """Return the values that are not empty, from a list, a JSON array as text, 'a, b', or one value."""
    if isinstance(plain, str) and not kind.may_be_json and not attribute.is_multiselect:
        return [plain] if plain.strip() else []
    if isinstance(plain, str) and kind.may_be_json:
        plain = opened(plain)
    if isinstance(plain, str) and attribute.is_multiselect and kind.splits_commas:
        plain = parts_of(plain)
    many = list(plain) if isinstance(plain, list | tuple | set | frozenset) else [plain]
    full = [_bare(kind, each) for each in many if not is_empty(each)]
    if len(full) > 1 and not attribute.is_multiselect:
        raise refusals.ONE_VALUE(attribute.slug)
    return full


def _bare(kind: AttributeType, plain: object) -> object:
    """Return the plain value of an object in Attio's own form, so that raw values can be written back.

    An object in that form whose members Attio would not send is left as it is: `write` refuses it as a value.
    """
    if kind.takes_own or isinstance(plain, _BARE) or not isinstance(plain, Mapping):
        return plain
    as_read = "attribute_type" in plain or all(key in kind.members for key in plain)
    try:
        read = kind.read(plain) if as_read else None
    except Malformed:
        return plain
    return plain if read is None else read


def opened(text: str) -> object:
    """The list or object that a text holds as JSON, as flat files have it; any other text unchanged."""
    stripped = text.strip()
    if not stripped.startswith(("[", "{")):
        return text
    try:
        found: object = json.loads(stripped)
    except ValueError:
        return text
    return found


def _are_characters(attribute: Attribute, written: list[Json]) -> None:
    """Raise InvalidValue for half a surrogate pair, which no encoding has; it is left when a text is cut."""
    if all(each.isascii() if isinstance(each, str) else isinstance(each, _BARE) for each in written):
        return
    try:
        json.dumps(written, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise refusals.HALF_A_CHARACTER(attribute.slug) from None


def _distinct(values: list[Json]) -> list[Json]:
    seen: list[Json] = []
    for value in values:
        if value not in seen:
            seen.append(value)
    return seen


def _many(normal: Json) -> list[Json]:
    if normal is None:
        return []
    return normal if isinstance(normal, list) else [normal]


def _as_json(plain: object) -> Json:
    if isinstance(plain, None | bool | int | float | str):
        return plain
    if isinstance(plain, Mapping):
        return {str(key): _as_json(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple | set | frozenset):
        return [_as_json(each) for each in plain]
    return str(plain)
