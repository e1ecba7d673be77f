"""The catalogue of errors that stop a stream or the whole sync, with what a person must change; pure.

`attio_api.refusals` holds those about tokens and the configuration as such.
"""

from typing import Final

from attio_api.errors import BadFilter, Misconfigured, UnknownObject
from attio_api.refusals import Refusal

_RESET: Final = "Reset (clear) the stream in Airbyte, then sync again."

NEWER_STATE: Final = Refusal(
    kind=Misconfigured,
    sentence="The state of {stream} was written by a newer version of this connector.",
    remedy=f"Use that version again. Or: {_RESET}",
)
OTHER_WORKSPACE: Final = Refusal(
    kind=Misconfigured,
    sentence="The state of {stream} belongs to another Attio workspace than the access token.",
    remedy=f"Use a token of the workspace that was synced before. Or: {_RESET}",
)
BAD_STATES: Final = Refusal(
    kind=Misconfigured,
    sentence="The states that the sync was given cannot be used: {why}.",
    remedy="Reset (clear) the connection's streams in Airbyte, then sync again.",
)
BAD_CATALOG: Final = Refusal(
    kind=Misconfigured,
    sentence="The catalog that the sync was given cannot be used: {why}.",
    remedy="Refresh the source's schema in Airbyte and save the connection, or correct the file.",
)
NO_STREAM: Final = Refusal(
    kind=UnknownObject,
    sentence="The stream {stream} does not exist (any more).",
    remedy="Refresh the source's schema in Airbyte and take the stream out of the connection.",
)
FUTURE_START: Final = Refusal(
    kind=Misconfigured,
    sentence="The configuration's `start_date` {start} is in the future: no record would be read, "
    "and those that were read before would count as deleted.",
    remedy="Correct the date.",
)
FILTER_FOR_NOTHING: Final = Refusal(
    kind=UnknownObject,
    sentence="There is a filter for '{target}', which is not an object or list here.",
)
BAD_FILTER: Final = Refusal(
    kind=Misconfigured,
    sentence="Attio does not understand the filter for '{target}' as one for the {noun} of that name.",
    remedy="{remedy}",
)
FOREIGN_ROWS: Final = Refusal(
    kind=BadFilter,
    sentence="Attio answers a filter by ids with other rows, so it does not heed it.",
    remedy="Look at what answers at `api_url`.",
)
UNSEEN_TARGET: Final = Refusal(
    kind=UnknownObject,
    sentence="The configuration names the {noun} '{name}', which the access token does not see.",
    remedy="Check its spelling; there are: {known}.",
)
NO_SUCH_ATTRIBUTE: Final = Refusal(
    kind=UnknownObject,
    sentence="The configuration names the attribute '{name}', which does not exist.",
    remedy="Check the spelling of the slugs under `history_attributes`, or take it out.",
)
NO_FEED: Final = Refusal(
    kind=Misconfigured,
    sentence="The change feed cannot be used: {why}.",
    remedy="Correct `change_feed`, or take it out: without it every sync looks through everything.",
)
NO_HISTORY: Final = Refusal(
    kind=Misconfigured,
    sentence="Attio tells no history of '{name}', which it fills in itself.",
    remedy="Take it out of `history_attributes`.",
)
TOO_MANY_VANISHED: Final = Refusal(
    kind=Misconfigured,
    sentence="{gone:,} of {before:,} rows that were known are gone from Attio at once, "
    "so none of them was marked as deleted.",
    remedy="If they were deleted on purpose, set `max_vanished_percent` to 100 for one sync; "
    "else look at what the access token may see.",
)
