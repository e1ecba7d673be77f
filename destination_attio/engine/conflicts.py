"""Conflicts among the rows of one input: rival claims to one value or one record.

Two rows with different keys that claim one value of a unique attribute cannot both be written, since Attio
gives such a value to one record only: the first row keeps it, the second is rejected with the first row's
number. So the order of the input decides, and the same input gives the same result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from destination_attio.rows import rejections
from destination_attio.rows.keys import tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attio_api.errors import UniquenessConflict
    from destination_attio.rows.desired import Desired
    from destination_attio.storage.scratch import Scratch


def conflicts(rows: Sequence[Desired], scratch: Scratch, place: str) -> dict[int, UniquenessConflict]:
    """The rows that claim a value which an earlier row of this run has claimed, by row number."""
    wanted = {row.row_number: _claims(row) for row in rows}
    known = dict(scratch.claimed(place, [value for claims in wanted.values() for _, value in claims]))
    refused: dict[int, UniquenessConflict] = {}
    fresh: list[tuple[str, str, int]] = []
    for row in rows:
        clash = next(
            (
                (slug, known[value])
                for slug, value in wanted[row.row_number]
                if _is_other(known.get(value), row)
            ),
            None,
        )
        if clash:
            refused[row.row_number] = _clash(*clash)
            continue
        for _, value in wanted[row.row_number]:
            known.setdefault(value, (row.identity, row.row_number))
            fresh.append((value, row.identity, row.row_number))
    scratch.claim(place, fresh)
    return refused


def record_conflicts(
    found: Sequence[tuple[Desired, str]], scratch: Scratch, place: str
) -> dict[int, UniquenessConflict]:
    """The rows that match a record which a row with another key writes to, by row number."""
    known = dict(scratch.claimed(place, [record_id for _, record_id in found]))
    refused: dict[int, UniquenessConflict] = {}
    for row, record_id in found:
        owner = known.setdefault(record_id, (row.identity, row.row_number))
        if _is_other(owner, row):
            refused[row.row_number] = rejections.RIVAL_RECORD(row=owner[1])
    scratch.claim(place, [(one, owner, number) for one, (owner, number) in known.items()])
    return refused


def _claims(row: Desired) -> list[tuple[str, str]]:
    """The values that only one record may have, of those that the row wants: attribute, comparable value."""
    binding = row.binding
    unique = [
        one
        for slug, one in binding.target.attributes.items()
        if row.values.get(slug) is not None and (one.is_unique or binding.match == (slug,))
    ]
    claims = [(one.slug, f"{one.slug}={token}") for one in unique for token in tokens_of([one], row.values)]
    if len(binding.match) > 1:
        claims += [
            (binding.match[0], f"+{token}") for token in tokens_of(binding.match_attributes, row.values)
        ]
    return claims


def _is_other(owner: tuple[str, int] | None, row: Desired) -> bool:
    return owner is not None and row.identity != owner[0] and row.row_number != owner[1]


def _clash(slug: str, owner: tuple[str, int]) -> UniquenessConflict:
    return rejections.RIVAL_CLAIM(slug, row=owner[1])
