"""Decides who made a record that a write has met: this run, or somebody else before it.

The answer to an assert does not say it outright. It shows times by Attio's clock, and which actors made the
record and wrote its values. The run learns its own actors from the answer to a plain creation, since Attio
refuses one whose key is taken, or from a value whose actor has the id of the run's token.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from attio_api.moments import as_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from attio_api.auth import Identity
    from attio_api.moments import Moment
    from attio_api.wire import JsonObject

Whose = Literal["ours", "theirs", "unclear"]
MET: Final = (
    "Somebody made this record while the run was under way. It was updated, and no revert deletes it."
)
ADDED: Final = "Somebody has added to this record while the run was making it, so no revert deletes it."
_TOGETHER: Final = timedelta(seconds=1)
"""Values of one write differ by milliseconds; values this far apart come from two writes."""


@dataclass
class Ownership:
    """Tells the run's records from those of others, once an answer has named the run's actors.

    `supposed` gives the actors that the token's id stands for; an answer has to name one of them before it
    counts as known.
    """

    on_known: Callable[[Collection[str]], None] = lambda _: None
    supposed: Callable[[], Collection[str]] = tuple
    own: set[str] = field(default_factory=set)
    """The actors that Attio names for the run's writes."""

    @property
    def is_known(self) -> bool:
        """Whether the run's actors are known."""
        return bool(self.own)

    def learn(self, answer: JsonObject) -> None:
        """Learn the run's actors from the answer for a record that only this run can have made."""
        self._know({one for one in (creator(answer), *_writers(answer)) if one})

    def hear(self, answer: JsonObject) -> None:
        """Learn the run's actor from the answer to any write, where it names the run's token."""
        if not self.is_known:
            self._know(_writers(answer) & set(self.supposed()))

    def _know(self, actors: Collection[str]) -> None:
        if actors and not self.is_known:
            self.own |= set(actors)
            self.on_known(sorted(actors))

    def whose(self, answer: JsonObject, asked_at: str, known: Collection[str]) -> Whose:
        """Who made the record that an assert met; `asked_at` is Attio's clock before the assert was sent.

        `known` are the writable attributes, whose values people write.
        """
        made = as_moment(answer.get("created_at"))
        asked = as_moment(asked_at) if asked_at else None
        if made is not None and asked is not None and made.iso() <= asked.iso():
            return "theirs"
        whose = made_by(answer, self.own)
        if whose == "ours" and made is not None and self._has_others(answer, made, known):
            return "theirs"
        return whose

    def are_by_others(self, values: Sequence[JsonObject]) -> bool:
        """Whether there are values and all of them were written by other actors, and so none by this run."""
        return self.is_known and bool(values) and are_by_others(values, self.own)

    def _has_others(self, answer: JsonObject, made: Moment, known: Collection[str]) -> bool:
        values = [one for slug, one in _by_people(answer) if slug in known]
        writers = {_actor(one.get("created_by_actor")) for one in values} - {""}
        return bool(writers - self.own) or any(_is_later(one, made) for one in values)


def made_by(raw: JsonObject, own: Collection[str]) -> Whose:
    """Who made a record, entry, note or task: this run's actors, others, or unknown.

    A merge makes a record that holds older values, and names the creator of the first of the two. Whoever
    merged made it, and no run does.
    """
    actor = creator(raw)
    if is_merged(raw):
        return "theirs"
    if not actor or not own:
        return "unclear"
    return "ours" if actor in own else "theirs"


def is_merged(raw: JsonObject) -> bool:
    """Whether a value is older than the record that holds it."""
    made = as_moment(raw.get("created_at"))
    return made is not None and any(_apart(one, made) < -_TOGETHER for _, one in _by_people(raw))


def are_by_others(values: Iterable[JsonObject], own: Collection[str]) -> bool:
    """Whether Attio names another actor than these with each of the values."""
    writers = [_actor(one.get("created_by_actor")) for one in values]
    return all(one and one not in own for one in writers)


def actors_of(identity: Identity) -> frozenset[str]:
    """The actors that Attio can name for a token: `client_id` is the id of the API token or of the app."""
    kinds = ("api-token", "app") if identity.client_id else ()
    return frozenset(f"{kind} {identity.client_id}" for kind in kinds)


def creator(raw: JsonObject) -> str:
    """The actor who made the record; empty where Attio does not say."""
    found: Any = _values(raw).get("created_by") or []
    for one in found if isinstance(found, list) else ():
        if one.get("referenced_actor_type"):
            return f"{one['referenced_actor_type']} {one.get('referenced_actor_id')}"
    return _actor(raw.get("created_by_actor"))


def added(answer: JsonObject, own: Collection[str]) -> set[str]:
    """The attributes with a value that others wrote, or that was written after the record was made."""
    made = as_moment(answer.get("created_at"))
    return {
        slug
        for slug, one in _by_people(answer)
        if _actor(one.get("created_by_actor")) not in own or (made is not None and _is_later(one, made))
    }


def values_of(answer: JsonObject, slug: str) -> list[JsonObject]:
    """An attribute's values as Attio answers them."""
    found: Any = _values(answer).get(slug) or []
    return list(found)


def written_at(answer: JsonObject, slug: str) -> str:
    """The latest time from which the answer's values of an attribute hold; empty when it has none."""
    return max((str(one.get("active_from")) for one in values_of(answer, slug)), default="")


def superseded(history: Sequence[JsonObject], since: str) -> list[JsonObject]:
    """The values of an attribute that held right before this moment, from its whole history."""
    before = (one for one in history if str(one.get("active_from")) < since)
    return [one for one in before if one.get("active_until") is None or since <= str(one["active_until"])]


def _writers(answer: JsonObject) -> set[str]:
    return {_actor(one.get("created_by_actor")) for _, one in _by_people(answer)}


def _by_people(answer: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for slug, found in _values(answer).items():
        for one in found if isinstance(found, list) else ():
            if isinstance(one, dict) and (one.get("created_by_actor") or {}).get("type") != "system":
                yield slug, one


def _values(answer: JsonObject) -> Mapping[str, Any]:
    found: Mapping[str, Any] = answer.get("values") or answer.get("entry_values") or {}  # type: ignore[assignment]  # an object in every answer
    return found


def _actor(raw: object) -> str:
    return f"{raw.get('type')} {raw.get('id')}" if isinstance(raw, dict) and raw.get("type") else ""


def _is_later(value: Mapping[str, Any], made: Moment) -> bool:
    return _apart(value, made) > _TOGETHER


def _apart(value: Mapping[str, Any], made: Moment) -> timedelta:
    """How long after the record the value was written; nothing where Attio does not say."""
    since = as_moment(value.get("active_from"))
    if since is None:
        return timedelta(0)
    return since.second - made.second + timedelta(microseconds=(since.nanos - made.nanos) // 1000)
