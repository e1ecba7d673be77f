"""Fills the placeholders of a recorded request: `{{run}}`, `{{uuid}}`, what earlier answers gave."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


class UnfilledError(LookupError):
    """A placeholder that no earlier answer gave a value for."""


def fresh_uuid() -> str:
    """A new id that no thing in the workspace has."""
    return str(uuid.uuid4())


def filled(template: Any, known: Mapping[str, str], new_id: Callable[[], str] = fresh_uuid) -> Any:  # noqa: ANN401 - any JSON
    """A template with its placeholders replaced; `{"$repeat": n, "of": x}` becomes a list of n times x."""
    if isinstance(template, str):
        return PLACEHOLDER.sub(lambda match: value_of(match[1], known, new_id), template)
    if isinstance(template, list):
        return [filled(element, known, new_id) for element in template]
    if not isinstance(template, dict):
        return template
    if "$repeat" in template:
        return [filled(template["of"], known, new_id) for _ in range(template["$repeat"])]
    return {filled(key, known, new_id): filled(value, known, new_id) for key, value in template.items()}


def value_of(name: str, known: Mapping[str, str], new_id: Callable[[], str]) -> str:
    """What stands for a placeholder."""
    if name == "uuid":
        return new_id()
    if name not in known:
        raise UnfilledError(name)
    return known[name]
