"""Cuts listings into pages: by offset, or by a cursor that stays valid when rows come and go.

docs.attio.com/rest-api/guides/pagination; defaults and bounds differ by endpoint and are arguments.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeAlias, TypeVar

from attio_emulator.calls.routing import Answer, Call, bad_query, json_answer
from attio_emulator.contract.wire import JsonObject, dumps, loads

T = TypeVar("T")
SortKey: TypeAlias = tuple[str, str]


def by_offset(call: Call, things: Iterable[T], *, default: int, maximum: int, minimum: int = 1) -> list[T]:
    """The things that `limit` and `offset` of the request ask for."""
    limit = call.integer("limit", default=default, minimum=minimum, maximum=maximum)
    offset = call.integer("offset", default=0)
    return list(islice(things, offset, offset + limit))


def by_cursor(  # noqa: PLR0913 - the facts that differ by endpoint, all named
    call: Call,
    things: Sequence[T],
    show: Callable[[T], JsonObject],
    *,
    key: Callable[[T], SortKey],
    default: int,
    maximum: int,
    descending: bool = False,
) -> Answer:
    """Answer with a page and the cursor of the next one; `things` come sorted by `key`."""
    limit = call.integer("limit", default=default, minimum=1, maximum=maximum)
    after = read_cursor(call)
    if after is not None:
        things = [one for one in things if (key(one) < after if descending else key(one) > after)]
    page = things[:limit]
    following = write_cursor(key(page[-1])) if len(things) > limit else None
    return json_answer({"data": [show(one) for one in page], "pagination": {"next_cursor": following}})


def write_cursor(key: SortKey) -> str:
    """Make a cursor from the sort key of the page's last thing."""
    return base64.urlsafe_b64encode(dumps(key)).decode().rstrip("=")


def read_cursor(call: Call) -> SortKey | None:
    """Read the cursor of a request; refuse one that the emulator did not make."""
    text = call.query.get("cursor")
    if not text:
        return None
    try:
        parsed = loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise bad_query("cursor") from None
    match parsed:
        case [str(first), str(second)]:
            return first, second
    raise bad_query("cursor")
