"""Additions to pydantic for the relay's file: secrets from the environment, near names, plain sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


class ConfigError(ValueError):
    """The configuration cannot be used; the text names the member and what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The folder for relative paths, and the environment for secrets."""

    folder: Path = Path()
    environment: Mapping[str, str] = field(default_factory=dict)


def origin(info: ValidationInfo) -> Origin:
    """The origin that `parse` passes to pydantic as its context; an empty one without context."""
    return info.context if isinstance(info.context, Origin) else Origin()


def wrong(sentence: str) -> PydanticCustomError:
    """The error for a mistake of a whole table; a mistake of one member is a ValueError."""
    return PydanticCustomError("table", "{said}", {"said": sentence})


NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def written(default: object) -> Any:  # noqa: ANN401 (of whatever type the member has)
    """A default in the form that the file uses; it is validated like a value of the file."""
    return Field(default=default)


def named(name: str) -> str:
    """Return a name that fits into an address and a metric; raises ValueError otherwise."""
    if not NAME.fullmatch(name):
        raise ValueError(f"may hold letters, digits, dot, dash and underscore, not {name!r}")
    return name


def near(name: str, known: set[str] | frozenset[str]) -> str:
    """A question with the nearest known name; empty when no name is near."""
    found = get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {found[0]}?" if found else ""


class _Secret:
    """Marks members that may also be written as `x_env = "NAME"`."""


def _bare(given: object) -> object:
    """A secret without blanks around it: a file or a Kubernetes Secret often adds the end of a line."""
    return given.strip() if isinstance(given, str) else given


# An empty secret counts as none: `secret = ""` must not let anybody in.
Secret = Annotated[
    str | None,
    Field(repr=False),
    BeforeValidator(_bare),
    AfterValidator(lambda given: given or None),
    _Secret(),
]
NeededSecret = Annotated[str, Field(repr=False, min_length=1), BeforeValidator(_bare), _Secret()]
Beside = Annotated[Path, AfterValidator(lambda path, info: origin(info).folder / path)]


class Table(BaseModel):
    """One table of the file; a member that it does not have is refused with the nearest name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _known_members(cls, given: object, info: ValidationInfo) -> object:
        """Raise an error for an unknown member, and take secrets from the environment."""
        if not isinstance(given, Mapping):
            raise wrong("must be a table.")
        secrets = {name for name, each in cls.model_fields.items() if _is_secret(each.metadata)}
        known = {*cls.model_fields, *(f"{name}_env" for name in secrets)}
        for name in given:
            if name not in known:
                raise wrong(f"{name} is unknown.{near(str(name), set(cls.model_fields))}")
        return _with_secrets(given, secrets, origin(info).environment)


def _is_secret(metadata: list[Any]) -> bool:
    return any(isinstance(each, _Secret) for each in metadata)


def _with_secrets(
    given: Mapping[str, Any], names: set[str], environment: Mapping[str, str]
) -> dict[str, Any]:
    found = dict(given)
    for name in sorted(names):
        variable = found.pop(f"{name}_env", "")
        if variable != "":
            if not isinstance(variable, str) or not environment.get(variable):
                raise wrong(f"{name}_env names {variable}, which is not set.")
            if found.get(name):
                raise wrong(f"{name} and {name}_env are both given; one of them must go.")
            found[name] = environment[variable]
    return found


# The position of the target's type in pydantic's path: connections, number, target, type.
KIND = 3


def sentences(trouble: ValidationError) -> str:
    """One sentence for each mistake, with its place in the file."""
    return " ".join(_sentence(each) for each in trouble.errors(include_url=False, include_input=False))


def _sentence(error: ErrorDetails) -> str:
    # The file has no table of that name, so it is left out of the place.
    steps = [step for n, step in enumerate(error["loc"]) if n != KIND or error["loc"][n - 1] != "target"]
    text = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be").rstrip(".")
    match error["type"]:
        case "table":
            return _sentence_of_table(_place(steps) or "the file", error["msg"])
        case "missing":
            return f"{_place(steps[:-1]) or 'the file'} needs {steps[-1]}."
        case "tuple_type" | "frozen_set_type":
            text = "must be a list"
        case "string_too_short":
            text = "must not be empty"
        case "union_tag_not_found":
            return f"{_place(steps)} needs type."
        case "union_tag_invalid":
            facts = error["ctx"]
            return f"{_place(steps)}: type must be one of {facts['expected_tags']}, not '{facts['tag']}'."
    cut = -2 if isinstance(steps[-1], int) else -1
    end = "" if text.endswith("?") else "."
    return f"{_place(steps[:cut]) or 'the file'}: {_place(steps[cut:])}: {text}{end}"


def _sentence_of_table(place: str, text: str) -> str:
    return f"{place} {text}" if text.startswith("needs ") else f"{place}: {text}"


def _place(steps: list[int | str]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
