"""Whose record a write has met: one that it made, or one that somebody had made before it got there; pure.

An assert tells neither. What tells is in its answer: times by Attio's own clock, and who wrote each value.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from attio_api.moments import as_moment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from attio_api.moments import Moment
    from attio_api.wire import JsonObject

MET: Final = (
    "Somebody made this record while the run was under way. It was updated, and no revert deletes it."
)
_TOGETHER: Final = timedelta(seconds=1)
"""Values of one write may differ by some milliseconds; by this much they are of two writes."""


@dataclass
class Ownership:
    """Tells our records from others', better with each answer: who writes as we do is learnt from them."""

    _writers: Counter[str] = field(default_factory=Counter)

    def was_there(
        self, answer: JsonObject, asked_at: str, sent: Collection[str], known: Collection[str]
    ) -> bool:
        """Whether the record existed before the write that was asked for at that time of Attio's clock.

        `sent` are the attributes that the write set, `known` all whose values people write.
        """
        made = as_moment(answer.get("created_at"))
        values = [(slug, one) for slug, one in _by_people(answer) if slug in known]
        ours = self._learn([one for slug, one in values if slug in sent])
        if made is None:
            return False
        asked = as_moment(asked_at) if asked_at else None
        if asked is not None and made.iso() <= asked.iso():
            return True
        writers = {_writer(one) for _, one in values} - {""}
        has_others = bool(writers - {ours}) if ours else len(writers) > 1
        return has_others or any(_is_later(one, made) for _, one in values)

    def _learn(self, sent: Sequence[JsonObject]) -> str:
        """Who we are: whoever wrote the newest of what we sent, in most answers; empty while unclear."""
        newest = max(sent, key=lambda one: str(one.get("active_from")), default={})
        if writer := _writer(newest):
            self._writers[writer] += 1
        most = self._writers.most_common(2)
        is_clear = len(most) == 1 or (len(most) > 1 and most[0][1] > most[1][1])
        return most[0][0] if is_clear else ""


def written_at(answer: JsonObject, slug: str) -> str:
    """Since when the answer's values of an attribute hold; nothing when it has none."""
    found: Any = _values(answer).get(slug) or []
    return max((str(one.get("active_from")) for one in found), default="")


def superseded(history: Sequence[JsonObject], since: str) -> list[JsonObject]:
    """The values of an attribute that held right before this moment, out of all that it ever had."""
    before = (one for one in history if str(one.get("active_from")) < since)
    return [one for one in before if one.get("active_until") is None or since <= str(one["active_until"])]


def _by_people(answer: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for slug, found in _values(answer).items():
        for one in found if isinstance(found, list) else ():
            if isinstance(one, dict) and (one.get("created_by_actor") or {}).get("type") != "system":
                yield slug, one


def _values(answer: JsonObject) -> Mapping[str, Any]:
    found: Mapping[str, Any] = answer.get("values") or answer.get("entry_values") or {}  # type: ignore[assignment]  # an object in every answer
    return found


def _writer(value: Mapping[str, Any]) -> str:
    actor = value.get("created_by_actor")
    return f"{actor.get('type')} {actor.get('id')}" if isinstance(actor, dict) else ""


def _is_later(value: Mapping[str, Any], made: Moment) -> bool:
    since = as_moment(value.get("active_from"))
    if since is None:
        return False
    apart = since.second - made.second + timedelta(microseconds=(since.nanos - made.nanos) // 1000)
    return apart > _TOGETHER
