"""Decides which found records are those of creations whose answers were lost; pure.

A record that holds what was sent is that creation's. One that may have held it, and was changed or merged
since, leaves the creation unclear: sent again, it could be there twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attio_api.moments import as_moment
from destination_attio.engine.ownership import added, creator, is_merged
from destination_attio.model.change import after_of
from destination_attio.rows.merge_rules import is_same
from destination_attio.rows.sameness import sameness, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.model.current import Current
    from destination_attio.model.plan import FieldChange
    from destination_attio.model.targets import Target

_NAMED: Final = 10
"""Candidates that a sentence names; the others it counts."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A record, entry, note or task that one of the creations may have made."""

    raw: JsonObject
    current: Current
    changed: Collection[str]
    """The attributes that were written after its creation, or by others."""
    is_merged: bool

    @classmethod
    def of(cls, raw: JsonObject, current: Current, own: Collection[str]) -> Candidate:
        """Read one from Attio's answer; `own` are the run's actors."""
        return cls(raw=raw, current=current, changed=added(raw, own), is_merged=is_merged(raw))

    @property
    def place(self) -> str:
        """Where a person finds it: its id, and its page where it has one."""
        url = self.current.web_url
        return f"{self.current.record_id} ({url})" if url else self.current.record_id


@dataclass(frozen=True, kw_only=True)
class Unclear:
    """A creation of which nobody can tell whether it was made, with what it may have made."""

    candidates: tuple[Candidate, ...]

    @property
    def places(self) -> str:
        """Where a person finds them, for a sentence; the same for the same candidates."""
        places = sorted(one.place for one in self.candidates)
        left = len(places) - _NAMED
        return ", ".join(places[:_NAMED]) + (f" and {left} more" if left > 0 else "")


Sent = tuple["FieldChange", ...]
"""The fields that a creation sent."""
_Fits = dict[int, list[int]]
"""By the number of a creation, the numbers of the candidates that fit it."""


def is_in_question(raw: JsonObject, since: str, own: Collection[str]) -> bool:
    """Whether the run can have made it: since this moment, as one of these actors, or merged from such.

    Without actors, anybody's is in question.
    """
    made, then = as_moment(raw.get("created_at")), as_moment(since)
    if made is None or (then is not None and made.iso() < then.iso()):
        return False
    return may_be_of(raw, own)


def may_be_of(raw: JsonObject, own: Collection[str]) -> bool:
    """Whether one of these actors can have made it, or what was merged into it; without actors, anybody."""
    return not own or creator(raw) in own or is_merged(raw)


def is_kept(target: Target, field: FieldChange, current: Current) -> bool:
    """Whether a record holds what was sent of an attribute."""
    return is_same(target.attributes[field.attribute], current.values.get(field.attribute), field.after)


def assigned(
    target: Target, sent: Sequence[Sent], candidates: Sequence[Candidate]
) -> list[Candidate | Unclear | None]:
    """For each creation its record, None where it was not made, or that it is unclear."""
    found: list[Candidate | Unclear | None] = [None] * len(sent)
    sure = _fits(sent, candidates, _holds(target))
    _assign(found, _most_fields(sure, sent), candidates, is_exact=False)
    rest = [one for one in candidates if not any(one is each for each in found)]
    may = _fits(sent, rest, _may_hold(target))
    open_ones = {number: fits for number, fits in may.items() if found[number] is None and fits}
    if target.is_append_only:
        _assign(found, open_ones, rest, is_exact=True)
    else:
        for number, fits in open_ones.items():
            found[number] = _unclear(rest, fits)
    return found


def _fits(
    sent: Sequence[Sent], candidates: Sequence[Candidate], test: Callable[[Sent, Candidate], bool]
) -> _Fits:
    return {
        number: [at for at, one in enumerate(candidates) if test(fields, one)]
        for number, fields in enumerate(sent)
    }


def _most_fields(fits: _Fits, sent: Sequence[Sent]) -> _Fits:
    """Each candidate only with the creations that sent most of what it holds."""
    most: dict[int, int] = {}
    for number, found in fits.items():
        for at in found:
            most[at] = max(most.get(at, 0), _size(sent[number]))
    return {number: [at for at in found if most[at] == _size(sent[number])] for number, found in fits.items()}


def _assign(
    found: list[Candidate | Unclear | None],
    fits: _Fits,
    candidates: Sequence[Candidate],
    *,
    is_exact: bool,
) -> None:
    """Give candidates to creations; `is_exact` wants as many of them as creations, as these are not equal."""
    for at, group in _groups(fits):
        are_apart = any(number in fits and set(fits[number]) & set(at) for number in set(fits) - set(group))
        too_few = is_exact and len(at) < len(group)
        if are_apart or too_few or len(at) > len(group):
            for number in group:
                found[number] = _unclear(candidates, at)
            continue
        for number, each in zip(group, at, strict=False):
            found[number] = candidates[each]


def _unclear(candidates: Sequence[Candidate], fits: Iterable[int]) -> Unclear:
    return Unclear(candidates=tuple(candidates[at] for at in fits))


def _groups(fits: _Fits) -> Iterable[tuple[tuple[int, ...], list[int]]]:
    """The creations that the same candidates fit, with these."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, found in fits.items():
        if found:
            groups.setdefault(tuple(found), []).append(number)
    return groups.items()


def _size(fields: Sent) -> int:
    return sum(one.after not in (None, []) for one in fields)


def _holds(target: Target) -> Callable[[Sent, Candidate], bool]:
    """Whether a candidate holds what was sent."""
    if target.is_append_only:
        return lambda fields, one: sameness(target, after_of(fields)) == sameness(target, one.current.values)
    return lambda fields, one: (
        not one.is_merged and all(is_kept(target, each, one.current) for each in fields)
    )


def _may_hold(target: Target) -> Callable[[Sent, Candidate], bool]:
    """Whether a candidate may have held it: a part is there still, or all that is not was changed since.

    A note or a task moves with a merge, but its words stay.
    """
    if target.is_append_only:
        return lambda fields, one: wording(target, after_of(fields)) == wording(target, one.current.values)

    def may(fields: Sent, one: Candidate) -> bool:
        kept = [each for each in fields if is_kept(target, each, one.current)]
        shares = any(each.after not in (None, []) for each in kept)
        if one.is_merged or shares:
            return shares
        return all(each in kept or each.attribute in one.changed or _is_empty(one, each) for each in fields)

    return may


def _is_empty(one: Candidate, field: FieldChange) -> bool:
    return one.current.values.get(field.attribute) in (None, [])
