"""From one row and its binding to the row's desired values, or the reason for rejecting it; pure.

`diff` compares them with what Attio holds; `references` finds the ids of referenced records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from attio_api.errors import InvalidValue, Rejected
from attio_api.moments import as_moment
from attio_api.references import is_uuid
from attio_api.scalars import write_checkbox
from attio_api.values import checked, is_empty, lost_parts
from destination_attio.model.plan import Change
from destination_attio.model.skipped import Skipped
from destination_attio.model.targets import SOURCE_COLUMNS, SOURCE_MARK, UNREADABLE, own_attribute
from destination_attio.rows import rejections
from destination_attio.rows.binding import DELETED_MARKS
from destination_attio.rows.cells.reading import content
from destination_attio.rows.keys import plainest, token_of
from destination_attio.rows.lookups import Lookup, pointers
from destination_attio.rows.merge_rules import can_be_cleared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_api.attributes import Attribute
    from attio_api.wire import Json, JsonObject
    from destination_attio.rows.binding import Binding
    from destination_attio.rows.fields import BoundField

Row = "Mapping[str, Any]"
_SHORT = 100_000
REFERENCES = frozenset({"record-reference", "actor-reference"})
_MARK = own_attribute("deleted", "checkbox")


@dataclass(kw_only=True, slots=True)
class Desired:
    """The desired values of one row by attribute, and its references whose ids are not known yet.

    The only object that changes while a batch is decided: `values` grows as references get their ids.
    """

    binding: Binding
    row_number: int
    row: Mapping[str, Any]
    values: dict[str, Json] = field(default_factory=dict)
    fields: dict[str, BoundField] = field(default_factory=dict)
    pointers: dict[str, list[JsonObject | Lookup]] = field(default_factory=dict)
    key: JsonObject = field(default_factory=dict)
    identity: str = ""
    delete: bool = False
    trouble: Rejected | None = None
    """Why the row cannot be written; its key may be known nevertheless."""
    skipped: list[Skipped] = field(default_factory=list)
    """Cells that are left out by a policy although the row is written."""

    def refused(self, error: Rejected) -> Change:
        """The row's rejection."""
        return Change(
            kind="rejected",
            stream=self.binding.stream,
            target=self.binding.target.name,
            key=self.key,
            row_number=self.row_number,
            reason=error.message,
            remedy=error.remedy,
            code=error.code,
            attribute=error.attribute,
            column=error.details.get("column") or self.binding.column_of(error.attribute),
            value=error.details.get("value", self.cell(error.attribute)),
        )

    def cell(self, slug: str | None) -> Json:
        """The cell of an attribute's column, or a list of cells where it has several columns."""
        bound = self.fields.get(slug or "")
        cells = [content(self.row.get(column)) for column in bound.columns] if bound else []
        return cells[0] if len(cells) == 1 else cells or None

    def skip(self, slug: str, error: Rejected) -> bool:
        """Leave out an attribute's value; False where the policy for invalid values rejects the row."""
        policy = self.binding.on_invalid(slug)
        if policy == "reject":
            return False
        self.pointers.pop(slug, None)
        self.values.pop(slug, None)
        bound = self.fields.get(slug)
        self.note_skipped(slug, error)
        if policy == "skip_field" or bound is None or not can_be_cleared(bound.attribute):
            self.fields.pop(slug, None)
        else:
            self.values[slug] = None
        return True

    def note_skipped(self, slug: str, error: Rejected, value: Json = None) -> None:
        """List a cell of the row as not written."""
        bound = self.fields.get(slug)
        columns = (error.details["column"],) if "column" in error.details else bound.columns if bound else ()
        self.skipped.append(
            Skipped(
                stream=self.binding.stream,
                row_number=self.row_number,
                column=", ".join(columns) or None,
                attribute=slug,
                value=error.details.get("value", self.cell(slug)) if value is None else value,
                reason=error.message,
            )
        )


def desire(binding: Binding, row: Mapping[str, Any], row_number: int) -> Desired:
    """The desired values of a row; `trouble` names the attribute for which it has to be rejected."""
    desired = Desired(binding=binding, row_number=row_number, row=row)
    if UNREADABLE in row:
        desired.trouble = rejections.UNREADABLE_ROW(reason=row[UNREADABLE])
    left_out = SOURCE_COLUMNS if binding.is_automatic and SOURCE_MARK in row else frozenset[str]()
    try:
        desired.delete = _is_deleted(binding, row)
    except Rejected as error:
        desired.trouble = desired.trouble or error
    for one in binding.fields_for(column for column in row if column not in left_out):
        try:
            if one.is_in(row):
                _want(desired, one)
        except Rejected as error:
            if not desired.skip(one.attribute.slug, error):
                desired.trouble = desired.trouble or error
    try:
        set_key(desired)
    except Rejected as error:
        desired.trouble = desired.trouble or error
    return desired


def set_key(desired: Desired) -> None:
    """Set the row's key from its desired values; raises MissingValue when a matching value is missing."""
    for attribute in desired.binding.match_attributes:
        value = desired.values.get(attribute.slug)
        if attribute.slug in desired.pointers:
            continue
        if is_empty(value):
            raise rejections.NO_KEY(attribute.slug)
        desired.key[attribute.slug] = value
    desired.identity = _identity(desired) or f"#{desired.row_number}"


def _identity(desired: Desired) -> str:
    """A text that is equal for rows with the same key; the order of several values does not matter.

    Where a key refers to a record without a known id, the text has the value that the row refers by.
    """
    parts: list[Json] = [
        [str(each) for each in desired.pointers[one.slug]]
        if one.slug in desired.pointers
        else _part(one, desired.key.get(one.slug))
        for one in desired.binding.match_attributes
    ]
    return token_of(parts) if parts else ""


def _part(attribute: Attribute, value: Json) -> Json:
    if isinstance(value, list):
        return sorted((plainest(attribute, one) for one in value), key=str)
    return plainest(attribute, value)


def _is_deleted(binding: Binding, row: Mapping[str, Any]) -> bool:
    if binding.mode == "delete":
        return True
    column = binding.settings.delete_when
    if column is not None and column in row:
        return _is_true(column, row[column])
    for name in DELETED_MARKS if SOURCE_MARK in row else binding.deletion_marks:
        if name in row and _is_true(name, row[name]):
            raise rejections.MARKED_AS_DELETED(column=name)
    return False


def _is_true(column: str, value: object) -> bool:
    """Whether a deletion mark is set: true, or the time of the deletion. Raises Rejected for other values."""
    if is_empty(value):
        return False
    try:
        return bool(write_checkbox(value, _MARK))
    except InvalidValue:
        if as_moment(value) is not None:
            return True
    raise rejections.UNCLEAR_MARK(column=column)


def _want(desired: Desired, one: BoundField) -> None:
    attribute = one.attribute
    is_own_id = attribute.slug == desired.binding.target.id_attribute
    if desired.delete and attribute.slug not in desired.binding.match:
        return
    if not is_own_id:
        desired.fields[attribute.slug] = one
    if one.more:
        _want_several(desired, one)
        return
    value = one.value_in(desired.row)
    if attribute.type in REFERENCES:
        found = pointers(one, value)
        if any(isinstance(each, Lookup) for each in found):
            desired.pointers[attribute.slug] = found
            return
        desired.values[attribute.slug] = _shaped(attribute, found)
        return
    desired.values[attribute.slug] = _own_id(attribute, value) if is_own_id else _kept(desired, one, value)


def _want_several(desired: Desired, one: BoundField) -> None:
    """Want the values of several columns, the first column's first; raises Rejected naming the column.

    A blank cell, or one that a policy leaves out, takes nothing of what Attio holds: the others are added.
    """
    slug, policy = one.attribute.slug, desired.binding.on_invalid(one.attribute.slug)
    read = [column for column in one.columns if one.has(desired.row, column)]
    found, lacks = list[Any](), len(read) < len(one.columns)
    for column in read:
        try:
            found += [each for each in _values_of(desired, one.reading(column)) if each not in found]
        except Rejected as error:
            error.details |= {"column": column, "value": content(desired.row[column])}
            if policy == "reject":
                raise
            lacks = lacks or policy == "skip_field"
            desired.note_skipped(slug, error)
    if lacks:
        desired.fields[slug] = one.adding()
    if any(isinstance(each, Lookup) for each in found):
        desired.pointers[slug] = found
    else:
        desired.values[slug] = _shaped(one.attribute, found)


def _values_of(desired: Desired, cell: BoundField) -> list[Any]:
    value = cell.value_in(desired.row)
    if cell.attribute.type in REFERENCES:
        return list(pointers(cell, value))
    found = _kept(desired, cell, value)
    return found if isinstance(found, list) else []


def _kept(desired: Desired, one: BoundField, value: object) -> Json:
    """The plain value; what Attio does not keep of it is listed. Raises InvalidValue.

    A row is not found by a part of its key, since other records may have that part in common with it.
    """
    attribute = one.attribute
    if attribute.slug in desired.binding.match:
        return whole(attribute, value)
    found = plain(attribute, value)
    for lost in lost_parts(attribute, value):
        if one.column is not None:
            lost.details["column"] = one.column
        desired.note_skipped(attribute.slug, lost)
    return found


def whole(attribute: Attribute, value: object) -> Json:
    """The plain value of which Attio keeps all; raises InvalidValue for another."""
    found = plain(attribute, value)
    for lost in lost_parts(attribute, value):
        raise lost
    return found


def _own_id(attribute: Attribute, value: object) -> Json:
    """The id in a cell; raises Rejected for anything else, since one bad id would fail its whole request."""
    text = str(value).strip().lower()
    if is_empty(value):
        return None
    if not is_uuid(text):
        raise rejections.NO_ID(attribute.slug)
    return text


def _shaped(attribute: Attribute, found: list[Any]) -> Json:
    if not found:
        return None
    return found if attribute.is_multiselect else found[0]


def plain(attribute: Attribute, value: object) -> Json:
    """The row's value in the plain form of Attio's values; None for no value. Raises InvalidValue."""
    if is_empty(value):
        return None
    if attribute.type == "text" and isinstance(value, str) and _is_short_text(value):
        return value.replace("\r\n", "\n").strip()  # same result as `checked`, faster for most cells
    return checked(attribute, value)


def _is_short_text(value: str) -> bool:
    return value.isascii() and len(value) < _SHORT
