"""The catalogue of rejections: code, sentence and remedy for each reason to reject a row; pure.

Each is declared here once, is raised by calling it with its facts, and stands in the table of
docs/destination-rejects.md. `refused_runs` has the errors that stop a whole run, and `attio_api.refusals`
those of values that do not fit their attribute's type.
"""

from __future__ import annotations

from typing import Final

from attio_api.errors import (
    AlreadyExists,
    Ambiguous,
    Gone,
    ImmutableValue,
    InvalidValue,
    MissingValue,
    Rejected,
    UniquenessConflict,
    ValueNotFound,
)
from attio_api.refusals import Refusal, misfit

_POINTING: Final = (
    "Use a record id, a unique value with `reference` set, or an object with `object` and one of both."
)

NO_KEY: Final = Refusal(
    kind=MissingValue,
    code="missing_value",
    sentence="The row has no value for the matching attribute '{attribute}'.",
    remedy="Give it one, or match by an attribute that every row has.",
)
REQUIRED: Final = Refusal(
    kind=MissingValue,
    code="missing_value",
    sentence="'{attribute}' is required for all of '{target}', and the row has none.",
    remedy="Map a column or a constant to every required attribute.",
)
NOT_CLEARABLE: Final = Refusal(
    kind=MissingValue,
    code="missing_value",
    sentence="The row has no value for '{attribute}', which cannot be empty in Attio.",
    remedy="Give it a value, or merge it with `ignore_null`.",
)
NO_PARENT: Final = Refusal(
    kind=MissingValue,
    code="missing_value",
    sentence="The row does not say which record the new entry is for.",
    remedy="Map a column to '{attribute}'.",
)
AMBIGUOUS_ROW: Final = Refusal(
    kind=Ambiguous,
    code="multiple_match_results",
    sentence="{count} of '{target}' match the row.",
    remedy="Match by a value that only one has, or merge the duplicates in Attio.",
)
AMBIGUOUS_REFERENCE: Final = Refusal(
    kind=Ambiguous,
    code="multiple_match_results",
    sentence="More than one record has the value that '{attribute}' points by.",
    remedy="Point by a value that only one record has, or by record id.",
)
EXISTS: Final = Refusal(
    kind=AlreadyExists,
    code="already_exists",
    sentence="One of '{target}' with this key exists already, and the mode is `create`.",
    remedy="Use the mode `upsert` to update it, or leave the row out.",
)
NO_SUCH_KEY: Final = Refusal(
    kind=ValueNotFound,
    code="not_found",
    sentence="'{target}' has nothing with this key, and the mode is `update`.",
    remedy="Use the mode `upsert` to create it, or leave the row out.",
)
NO_SUCH_ID: Final = Refusal(
    kind=Gone,
    code="not_found",
    sentence="'{target}' has nothing with this id.",
    remedy="It was deleted or merged, or is another system's id; correct it, or match by another attribute.",
)
ENTRY_CANNOT_MOVE: Final = Refusal(
    kind=ImmutableValue,
    code="immutable_value",
    sentence="The entry belongs to another record, and Attio lets no entry move.",
    remedy="Delete the entry and create it anew under the other parent.",
)
NO_SUCH_REFERENCE: Final = Refusal(
    kind=ValueNotFound,
    code="value_not_found",
    sentence="The record that '{attribute}' points at does not exist.",
    remedy="Sync its object first, correct the value, or set `on_missing_reference`.",
)
NOT_LINKED: Final = Refusal(
    kind=ValueNotFound,
    code="value_not_found",
    sentence="The row was written, but the record it points at could not be made.",
    remedy="Look why that record's row was rejected, and push this row again: in the mode `update`, "
    "where it was `create`.",
)
NO_SUCH_MEMBER: Final = Refusal(
    kind=ValueNotFound,
    code="value_not_found",
    sentence="The value for '{attribute}' is not a workspace member's e-mail address.",
    remedy="Use the address that the member signs in to Attio with.",
)
LINK_DROPPED: Final = Refusal(
    kind=ValueNotFound,
    code="value_not_found",
    sentence="Attio creates the task, but drops its link to a record.",
    remedy="Link the task to records that exist, of objects that tasks can be linked to.",
)
PARENT_GONE: Final = Refusal(
    kind=ValueNotFound,
    code="not_found",
    sentence="A record that '{attribute}' points at does not exist.",
    remedy="It was deleted or merged; correct the value.",
)
UNKNOWN_TITLE: Final = Refusal(
    kind=ValueNotFound,
    code="value_not_found",
    sentence="The value for '{attribute}' is not one of its titles.",
    remedy="{nearest} Correct it, create it in Attio, or "
    "set `on_unknown_option` to `create`, `skip` or `nearest`.",
)
ARCHIVED_TITLE: Final = Refusal(
    kind=ValueNotFound,
    code="value_not_found",
    sentence="The title for '{attribute}' exists in Attio, but is archived.",
    remedy="Restore it in Attio, or use another title.",
)
TITLE_NOT_TAKEN: Final = Refusal(
    kind=ValueNotFound,
    code="value_not_found",
    sentence="Attio does not take the new title for '{attribute}': {reason}",
    remedy="Correct the title, or create it in Attio.",
)
RIVAL_CLAIM: Final = Refusal(
    kind=UniquenessConflict,
    code="uniqueness_conflict",
    sentence="Row {row} has another key, but claims the same '{attribute}', which only one record can have.",
    remedy="Take the value out of one of the two rows, or give both rows the same key.",
)
RIVAL_RECORD: Final = Refusal(
    kind=UniquenessConflict,
    code="uniqueness_conflict",
    sentence="Row {row} has another key, but matches the same record.",
    remedy="Give both rows the same key, or leave one of them out.",
)
SEVERAL_REFERENCES: Final = Refusal(
    kind=InvalidValue,
    code="validation_type",
    sentence="The value for '{attribute}' points at several records, but the attribute holds one.",
    remedy="Correct the value at its origin, or map another column to the attribute.",
)
NOT_ONE_RECORD: Final = Refusal(
    kind=InvalidValue,
    code="validation_type",
    sentence="The value for '{attribute}' does not name one record.",
    remedy=_POINTING,
)
NO_OBJECT_NAMED: Final = Refusal(
    kind=InvalidValue,
    code="validation_type",
    sentence="The value for '{attribute}' does not say which object it points at.",
    remedy=_POINTING,
)
NO_POINTER: Final = Refusal(
    kind=InvalidValue,
    code="validation_type",
    sentence="The value for '{attribute}' cannot point at a record.",
    remedy="{remedy}",
)
NO_ID: Final = Refusal(
    kind=InvalidValue,
    code="validation_type",
    sentence="The value for '{attribute}' is not an Attio id.",
    remedy="Use the id that Attio shows, a UUID.",
)
PART_HAS_PARTS: Final = Refusal(
    kind=InvalidValue,
    code="validation_type",
    sentence="The value for '{attribute}' has a list or an object where one part of it belongs.",
    remedy="Map a column that holds all of it with `column`, or give each part a column of its own.",
)
MARKED_AS_DELETED: Final = Refusal(
    kind=Rejected,
    code="deleted_row",
    sentence="The row is marked as deleted by '{column}', and nothing says what to do with such rows.",
    remedy="Set `delete_when: {column}` to delete their records in Attio, or leave such rows out.",
)
UNCLEAR_MARK: Final = Refusal(
    kind=Rejected,
    code="deleted_row",
    sentence="The column '{column}' says neither that the row is deleted nor that it is not.",
    remedy="Give it true, false, a time or nothing, or name another column in `delete_when`.",
)
UNREADABLE_ROW: Final = Refusal(
    kind=Rejected,
    code="unreadable_row",
    sentence="{reason}",
    remedy="Correct this line of the file and push it again.",
)
ANSWER_LOST: Final = Refusal(
    kind=Rejected,
    code="outcome_unknown",
    sentence="Attio's answer was lost, and nothing tells whether the row has made one of '{target}'. "
    "It may be: {places}.",
    remedy="Look at these in Attio. Where none of them is the row's, push the row again.",
)

# --- cells of files ---------------------------------------------------------------------------------

_SAYS_HOW: Final = "Correct it, or say how the column is written: `read: {{%s}}` in the mapping."
UNREADABLE_CELL: Final = misfit(
    "cannot be read: {reason}", "Correct this cell of the file and push it again."
)
CELL_NO_DATE: Final = misfit("is not a {what} written {form}", _SAYS_HOW % "date: dmy")
CELL_NEVER_A_DATE: Final = misfit(
    "is not a {what}, in whichever order it may be written", "Write it as in the other rows of the column."
)
CELL_NO_CENTURY: Final = misfit(
    "has a year of two digits that may be of two centuries, as 45 may be 1945 or 2045",
    "Write the year with four digits.",
)
CELL_NO_NUMBER: Final = misfit("is not a number with the decimal mark '{mark}'", _SAYS_HOW % "decimal: ','")
CELL_NEVER_A_NUMBER: Final = misfit(
    "is not a number, whatever its decimal mark", "Write the number alone, without words beside it."
)
CELL_PER_CENT: Final = misfit(
    "is a percentage, and nothing says whether 12 % is 12 or 0.12",
    _SAYS_HOW % "percent: number}} or {{percent: fraction",
)
CELL_PAGE_OF_A_SITE: Final = misfit(
    "leads to one of many pages of {site}, which is not the row's own domain",
    "Write the domain of the row's own website, or leave the cell empty.",
)
CELL_NO_COUNTRY: Final = misfit(
    "has a country that is neither a name nor a code that is known",
    "Write its name, or its two letters as in ISO 3166.",
)
