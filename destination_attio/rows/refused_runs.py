"""The catalogue of errors that stop a whole run: sentence and remedy of each; pure."""

from __future__ import annotations

from typing import Final

from attio_api.errors import Forbidden, Misconfigured, UnknownObject
from attio_api.refusals import Refusal

TOO_MANY_REJECTED: Final = Refusal(
    kind=Misconfigured,
    sentence="{rejected} of {rows} rows were rejected, more than the {most:g} % allowed.",
    remedy="Look at the rejected rows and their reasons, or raise `max_rejected_percent`.",
)
ALL_REJECTED: Final = Refusal(
    kind=Misconfigured,
    sentence="The first {count} rows of '{stream}' were all rejected, most of them for this: {reason}",
    remedy="Correct the mapping or the rows and sync again; `stop_after_rejected_rows` sets how many.",
)
UNKNOWN_ABSENCE: Final = Refusal(
    kind=Misconfigured,
    sentence="{count} rows were rejected before their records were known, "
    "so it is unknown which records left the source; nothing was deleted.",
    remedy="Correct the rejected rows and run the sync again.",
)
TOO_MANY_DELETIONS: Final = Refusal(
    kind=Misconfigured,
    sentence="{absent} of {total} in '{target}' left the source, more than the {most:g} % "
    "that may be deleted; nothing was deleted.",
    remedy="Check that the source is complete, narrow `scope_filter`, or raise `max_delete_percent`.",
)
BAD_SCOPE: Final = Refusal(
    kind=Misconfigured,
    sentence="Attio does not understand the `scope_filter` of '{stream}' as a filter for '{target}' ({why}).",
    remedy="{remedy}",
)
OTHER_WORKSPACE: Final = Refusal(
    kind=Misconfigured,
    sentence="{what} the workspace '{was}', and the token belongs to '{workspace}'.",
    remedy="Use the token of the workspace '{was}'.",
)
ATTRIBUTE_LOST: Final = Refusal(
    kind=Misconfigured,
    sentence="The attribute '{attribute}' of '{target}' was archived or renamed while the sync ran.",
    remedy="Restore it in Attio, or take it out of the mapping, and run the sync again.",
)
UNKNOWN_ATTRIBUTE: Final = Refusal(
    kind=Misconfigured,
    sentence="'{target}' has no attribute '{attribute}'{purpose}.",
    remedy="Use one of: {known}.",
)
NOT_WRITABLE: Final = Refusal(
    kind=Misconfigured,
    sentence="'{attribute}' of '{target}' cannot be written: Attio keeps it itself.",
    remedy="Leave it out of the mapping.",
)
ATTRIBUTE_TWICE: Final = Refusal(
    kind=Misconfigured,
    sentence="Two of the fields go to '{attribute}', and one of them would be lost.",
    remedy="For an attribute of several values name the second column under `more_columns` of the first "
    "field; of one value, name the better column alone.",
)
ONE_COLUMN: Final = Refusal(
    kind=Misconfigured,
    sentence="'{attribute}' holds one value, and `more_columns` would bring several.",
    remedy="Name the better column alone.",
)
UNKNOWN_PART: Final = Refusal(
    kind=Misconfigured,
    sentence="'{attribute}' has no part '{part}' that a column could hold.",
    remedy="{known}",
)
PART_TWICE: Final = Refusal(
    kind=Misconfigured,
    sentence="Two of the columns for '{attribute}' hold its '{part}', and one would be lost.",
    remedy="Name the better one alone.",
)
NOT_SEARCHABLE: Final = Refusal(
    kind=Misconfigured,
    sentence="Records cannot be found by '{attribute}': Attio cannot search the type {type}.",
    remedy="Match by a text, number, e-mail, domain, phone or reference attribute.",
)
ONLY_ADDED: Final = Refusal(
    kind=Misconfigured,
    sentence="{target} are only ever added; the mode '{mode}' has no meaning for them.",
    remedy="Use the mode `create`.",
)
NEVER_DELETED: Final = Refusal(
    kind=Misconfigured,
    sentence="{target} are only ever added; `delete_when` has no meaning for them.",
    remedy="Take `delete_when` out of the stream's settings, and leave such rows out.",
)
NOTHING_TO_MATCH_BY: Final = Refusal(
    kind=Misconfigured,
    sentence="Nothing says which record of '{target}' a row means.",
    remedy="Set `match` to an attribute whose value tells records apart, or use the mode `create`.",
)
NOTHING_TO_POINT_BY: Final = Refusal(
    kind=Misconfigured,
    sentence="Nothing says by which attribute of '{target}' the column for '{attribute}' points.",
    remedy="Set `reference` to an attribute of the target, best a unique one.",
)
POINTS_NOWHERE: Final = Refusal(
    kind=Misconfigured,
    sentence="'{attribute}' points at {targets}, which has no attribute '{reference}'.",
    remedy="Set `reference` to an attribute of the target, best a unique one.",
)
POINTS_ANYWHERE: Final = Refusal(
    kind=Misconfigured,
    sentence="'{attribute}' may point at records of any object, and '{reference}' does not say of which.",
    remedy="Set `reference` to one of: {known}; or leave it out, and let each row say which object it "
    "means, as well as one value of the record.",
)
UNKNOWN_TARGET: Final = Refusal(
    kind=UnknownObject,
    sentence="The workspace has no {what} '{slug}'.",
    remedy="{known}",
)
NO_CHANGES_TO_NOTES: Final = Refusal(
    kind=Forbidden,
    sentence="'{target}' are only ever added, never changed.",
    remedy="Use the mode `create`.",
)
NO_CATALOG: Final = Refusal(
    kind=Misconfigured,
    sentence="The {what} is not a configured catalog of Airbyte: it has no list of named streams.",
    remedy="Give `write` the configured catalog that the source was read with.",
)
STREAM_TWICE: Final = Refusal(
    kind=Misconfigured,
    sentence="The catalog has the stream '{stream}' twice, and its rows do not say which one they belong to.",
    remedy="Leave one of them out of the catalog.",
)
NO_KEY: Final = Refusal(
    kind=Misconfigured,
    sentence="The primary key of the stream '{stream}' is not a list of paths to columns.",
    remedy='Write it as Airbyte does: [["email"]] for the column `email`.',
)
UNKNOWN_SYNC_MODE: Final = Refusal(
    kind=Misconfigured,
    sentence="The sync mode '{mode}' of the stream '{stream}' is not known.",
    remedy="Use one of: {known}.",
)
NO_TARGET: Final = Refusal(
    kind=Misconfigured,
    sentence="Nothing says which object the stream '{stream}' goes to, "
    "and the workspace has none of that name.",
    remedy="Set `target` for it in `streams`, to one of: {known}.",
)
UNKNOWN_STREAM: Final = Refusal(
    kind=Misconfigured,
    sentence="The input has a record of '{stream}'{place}, which the catalog does not know.",
    remedy="Give `write` the catalog that the source was read with.",
)
UNREADABLE_FILE: Final = Refusal(
    kind=Misconfigured,
    sentence="The {what} at {path} cannot be read ({reason}).",
    remedy="Check the path.",
)
NOT_JSON: Final = Refusal(
    kind=Misconfigured,
    sentence="The {what} at {path} is not {wanted}.",
    remedy="Correct the file.",
)
