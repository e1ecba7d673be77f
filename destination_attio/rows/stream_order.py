"""Orders streams so that records are written before the rows that refer to them; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from destination_attio.rows.binding import Binding


def ordered(bindings: Sequence[Binding]) -> list[Binding]:
    """The bindings, referenced targets first; streams in a circle keep the given order."""
    left: list[Binding] = list(bindings)
    done: list[Binding] = []
    while left:
        ready = next((one for one in left if not _waits_for(one, left)), left[0])
        left.remove(ready)
        done.append(ready)
    return done


def _waits_for(binding: Binding, others: Sequence[Binding]) -> bool:
    needed = needs(binding)
    return any(
        other is not binding and other.target.kind == "objects" and other.target.slug in needed
        for other in others
        if other.target.name != binding.target.name
    )


def needs(binding: Binding) -> set[str]:
    """The objects that a stream's rows may refer to."""
    if binding.target.is_append_only:
        return _any_object(binding)
    explicit = [one.attribute for one in binding.fields]
    # The columns are unknown: of two attributes that mirror each other, the single-valued one refers.
    likely = [one for one in binding.target.attributes.values() if not one.is_multiselect]
    pointing = [one for one in explicit or likely if one.type == "record-reference" and one.is_writable]
    return {slug for one in pointing for slug in one.allowed_object_ids or ()}


class _Anything(set[str]):
    def __contains__(self, _: object) -> bool:
        return True


def _any_object(_: Binding) -> set[str]:
    """Any object: notes and tasks may belong to all, so they come last."""
    return _Anything()
