"""Says in plain words what is wrong with a setting, where pydantic speaks of tuples, tags and instances."""

from collections.abc import Mapping
from typing import Any, Final

_WANTED: Final = {
    "missing": "must be given",
    "extra_forbidden": "there is no such setting",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be of the form {pattern}",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a group of settings",
    "model_type": "must be a group of settings",
    "model_attributes_type": "must be a group of settings",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "union_tag_not_found": "must say its {discriminator}",
    "union_tag_invalid": "its {discriminator} must be one of {expected_tags}",
}


_FORMS: Final = {"^https?://": "must be a web address, as https://example.com"}
"""Words for patterns that say little to a reader."""


def fault(problem: Mapping[str, Any]) -> str:
    """Return the words that follow the setting's name in a message; a validator's own words are kept."""
    wanted = _FORMS.get(problem.get("ctx", {}).get("pattern", "")) or _WANTED.get(problem["type"])
    if wanted is None:
        return str(problem["msg"]).removeprefix("Value error, ")
    return wanted.format(**problem.get("ctx", {}))


def no_switch(given: object) -> object:
    """Return what was given for a number; raises ValueError for true and false, as pydantic reads 1 and 0."""
    if isinstance(given, bool):
        raise ValueError("must be a number")  # noqa: TRY004 (pydantic makes a sentence of a ValueError only)
    return given
