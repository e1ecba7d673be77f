"""The shape of a saved plan's JSON: one that was edited by hand is refused before anything is written."""

from __future__ import annotations

from typing import Annotated, Any, Required, TypedDict

import msgspec

from destination_attio.model.change import Kind, PlanError

Count = Annotated[int, msgspec.Meta(ge=0)]


class FieldShape(TypedDict):
    """One attribute of a change."""

    attribute: str
    before: Any
    after: Any


class ChangeShape(TypedDict, total=False):
    """One change; members without a value are left out of a plan."""

    kind: Required[Kind]
    stream: Required[str]
    target: Required[str]
    key: Required[dict[str, Any]]
    fields: Required[list[FieldShape]]
    row_number: Count
    record_id: str
    parent_record_id: str
    reason: str
    remedy: str
    code: str
    attribute: str
    column: str
    name: str
    web_url: str
    renews: str
    row: dict[str, Any]


class OriginShape(TypedDict):
    """The file that the rows of a plan come from."""

    file: str
    size: Count
    written: str


class LeftOutShape(TypedDict):
    """A column that goes nowhere."""

    column: str
    reason: str


class HeadShape(TypedDict, total=False):
    """A plan without its changes."""

    unchanged: Required[Count]
    mirrored: Required[Count]
    workspace_id: Required[str | None]
    workspace_name: Required[str | None]
    made_at: Required[str | None]
    streams: Required[list[dict[str, Any]]]
    reverts: str | None
    left_out: list[LeftOutShape]
    remarks: list[str]
    origin: OriginShape
    goes_with: dict[str, Any]
    attributes: dict[str, dict[str, str]]
    skipped: list[dict[str, Any]]


def check_change(raw: object) -> None:
    """Raise PlanError, naming the member, when this is not the JSON of a change."""
    _check(raw, ChangeShape, "a change")


def check_head(raw: object) -> None:
    """Raise PlanError, naming the member, when these are not the facts of a plan."""
    _check(raw, HeadShape, "it")


def _check(raw: object, shape: Any, what: str) -> None:  # noqa: ANN401 (a TypedDict is no type of its own)
    try:
        msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise PlanError(f"The plan is damaged: in {what}, {_lower(str(error))}.") from error


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
