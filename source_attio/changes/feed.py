"""The change feed: asks attio-relay which ids changed since a position (docs/relay-feed.md).

When an answer has a gap, is of another store or does not come, the stream reads all of its rows instead.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import requests

from attio_api.errors import Misconfigured, Untrusted
from attio_api.failures import UNSENT, connection_failure
from attio_api.wire import JsonObject
from source_attio.changes.detection import shifted
from source_attio.config import ChangeFeed
from source_attio.decode.rows import canonical, is_moment

_LOG = logging.getLogger("airbyte.source_attio")
_TIMEOUT: Final = (5.0, 30.0)
_PAGE: Final = 1000
_HEAD: Final = {"after": "head", "limit": "0"}
"""The parameters that ask for the present position and no changes."""
_UNSETTLED: Final = timedelta(minutes=2)
_NOT_THERE: Final = (401, 403, 404)
_PASSING: Final = (408, 429)
_SERVER_ERROR: Final = 500
_REMEDY: Final = "; check the token of `change_feed`, and its url, which ends with the route"
_RESHAPING: Final = ("object-attribute.", "list-attribute.")
_MEMBERS: Final = {"epoch": str, "head": int, "next": int, "more": bool, "changes": list}
"""Member of an answer → its type."""
_FACTS: Final = {"seq": int, "at": str, "event_type": str}
"""Member of a change → its type."""


class NoFeedError(Exception):
    """The feed cannot say what changed; its text says why."""


class FeedAwayError(NoFeedError):
    """The feed does not answer at present, though its settings may be right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Which changes concern a stream, and which member of them holds the row's id."""

    id_member: str
    events: tuple[str, ...]
    """Prefixes of the events about the stream's own rows; others, as a comment's, name a record as well."""
    scope: tuple[tuple[str, str], ...] = ()
    """The object or list that the rows belong to, as parameters of the feed."""

    def select(self) -> list[tuple[str, str]]:
        """Return the feed's query parameters that select the stream's changes."""
        wanted = (*self.events, *_RESHAPING) if self.scope else self.events
        return [*self.scope, *(("event", f"{each}*") for each in wanted)]


@dataclass(kw_only=True, slots=True)
class FeedChanges:
    """The ids that changed, vanished or were merged since a position."""

    position: JsonObject = field(default_factory=dict)
    """Where the next sync asks from; empty when the feed did not answer."""
    changed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    merged: dict[str, str] = field(default_factory=dict)
    """Id that vanished in a merge → id of the record that it was merged into."""
    why_scan: str | None = None
    """Why the stream must be read whole; None when the ids suffice."""


class Feed:
    """One relay's feed; may be used by many threads at once."""

    def __init__(self, config: ChangeFeed, session: requests.Session) -> None:
        self._url = f"{config.url.rstrip('/')}/changes"
        self._token = config.token.get_secret_value()
        self._session = session

    def head(self) -> JsonObject:
        """Return the present position; empty when the feed does not answer."""
        try:
            answer = self._ask(_HEAD)
        except NoFeedError as trouble:
            _LOG.warning("The change feed is not used: %s.", trouble)
            return {}
        return {"epoch": answer["epoch"], "after": answer["head"]}

    def probe(self) -> str | None:
        """Return why the feed has a gap at present, None without one; raises NoFeedError."""
        gap = self._ask(_HEAD).get("gap")
        return _reason(gap) if gap else None

    def since(self, position: Mapping[str, Any], topic: Topic, *, now: str) -> FeedChanges:
        """Return a topic's changes after a position; `now` is the present by Attio's clock.

        A feed that fails is reported in `why_scan`, not raised.
        """
        if not position:
            return FeedChanges(position=self.head(), why_scan="it was not followed before")
        found = FeedChanges()
        settled = None
        try:
            for answer in self._pages(position, topic):
                settled = settled if settled is not None else _settled(answer, now)
                _collect(found, answer, topic)
        except NoFeedError as trouble:
            _LOG.warning("The change feed is not used: %s.", trouble)
            return FeedChanges(why_scan=str(trouble))
        found.position = {"epoch": answer["epoch"], "after": answer["next"] if settled is None else settled}
        if gap := answer.get("gap"):
            found.why_scan = f"it has a gap ({_reason(gap)})"
            found.position = {"epoch": answer["epoch"], "after": answer["head"]}
        return found

    def _pages(self, position: Mapping[str, Any], topic: Topic) -> Iterator[dict[str, Any]]:
        after, more = position.get("after"), True
        while more:
            page = [("after", after), ("limit", _PAGE), ("epoch", position.get("epoch"))]
            answer = self._ask([*page, *topic.select()])
            if answer["more"] and answer["next"] == after:
                raise NoFeedError("it says that there is more and does not go on")
            after, more = answer["next"], answer["more"]
            yield answer

    def _ask(self, parameters: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever requests takes as parameters)
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        try:
            answer = self._session.get(self._url, params=parameters, headers=headers, timeout=_TIMEOUT)
        except UNSENT as trouble:
            raise _unreached(trouble, self._url) from None
        if not answer.ok:
            raise _refused(answer.status_code)
        try:
            return _checked(answer.json())
        except ValueError:
            raise NoFeedError("its answer is not JSON; check the url of `change_feed`") from None


def _refused(status: int) -> NoFeedError:
    """Tell a refusal that lasts from one that passes: a relay, or a proxy before it, that is busy or down."""
    said = f"it answers with HTTP {status}"
    if status in _NOT_THERE:
        return NoFeedError(f"{said}{_REMEDY}")
    return FeedAwayError(said) if status in _PASSING or status >= _SERVER_ERROR else NoFeedError(said)


def _unreached(trouble: Exception, url: str) -> NoFeedError:
    """Say why there is no answer; a certificate that is not trusted now may be renewed."""
    failure = connection_failure(trouble, url)
    said = f"it does not answer ({failure.message.removesuffix('.')})"
    lasts = isinstance(failure, Misconfigured) and not isinstance(failure, Untrusted)
    return NoFeedError(said) if lasts else FeedAwayError(said)


def _checked(whole: object) -> dict[str, Any]:
    """Return an answer whose members are what they should be; raises NoFeedError."""
    if not isinstance(whole, dict) or not _are(whole, _MEMBERS):
        raise NoFeedError("its answer has an unknown shape; check the url of `change_feed`")
    if not all(
        isinstance(each, dict) and _are(each, _FACTS) and is_moment(each["at"]) for each in whole["changes"]
    ):
        raise NoFeedError("a change in its answer has an unknown shape")
    return whole


def _are(facts: Mapping[str, Any], types: Mapping[str, type]) -> bool:
    return all(isinstance(facts.get(name), kind) for name, kind in types.items())


def _reason(gap: object) -> str:
    return str(gap.get("reason") if isinstance(gap, dict) else gap)


def _settled(answer: Mapping[str, Any], now: str) -> int | None:
    """Return the position before the first change of the last two minutes, which Attio may not show yet."""
    recent = shifted(now, -_UNSETTLED)
    fresh = [each["seq"] for each in answer["changes"] if canonical(each["at"]) > recent]
    return min(fresh) - 1 if fresh else None


def _collect(found: FeedChanges, answer: Mapping[str, Any], topic: Topic) -> None:
    if answer.get("gap"):
        found.why_scan = "it has a gap"
    for each in answer["changes"]:
        event, row_id = str(each["event_type"]), each.get(topic.id_member)
        if event.startswith(_RESHAPING):
            found.why_scan = "attributes changed"
        elif not row_id or not event.startswith(topic.events):
            continue
        elif event == "record.merged":
            found.merged[str(each["duplicate_record_id"])] = str(row_id)
            found.changed.add(str(row_id))
        elif event.endswith(".deleted"):
            found.gone.add(str(row_id))
        else:
            found.changed.add(str(row_id))
