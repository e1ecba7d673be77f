"""Titles of a select: which option a text means, and which texts ask for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from attio_api.errors import Rejected
from destination_attio.rows.desired import desire
from destination_attio.workspace.options import Options
from unit_tests.destination_attio.bindings import binding

if TYPE_CHECKING:
    from attio_api.client import AttioClient
    from attio_api.wire import JsonObject


class KnownOptions:
    """In place of Attio's client: an attribute with these options."""

    def __init__(self, *titles: str, archived: str) -> None:
        self._titles = {**dict.fromkeys(titles, False), archived: True}

    def options(self, *_: str, show_archived: bool) -> list[JsonObject]:
        assert show_archived
        return [
            {"title": title, "is_archived": is_archived, "id": {"option_id": f"id of {title}"}}
            for title, is_archived in self._titles.items()
        ]


def checked(policy: str, *cells: Any) -> list[Any]:
    """The titles that the rows of one run want; of a refused row the sentence."""
    bound = binding(on_unknown_option=policy)
    known = KnownOptions("Alpha", "Real Estate", "Oil, Gas", "It", "IT", "Caf\u00e9", archived="Old")
    options = Options(cast("AttioClient", known), bound.target, bound.on_unknown_option)
    found: list[Any] = []
    for number, cell in enumerate(cells, start=1):
        row = desire(bound, {"domains": "a.com", "tags": cell}, number)
        try:
            options.check(row)
        except Rejected as error:
            found.append(str(error))
        else:
            found.append(row.values["tags"])
    return found


@pytest.mark.parametrize("policy", ["create", "nearest"])
@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("alpha", "Alpha"),
        ("ALPHA ", "Alpha"),
        ("realestate", "Real Estate"),
        ("real  estate", "Real Estate"),
        ("oil, gas", "Oil, Gas"),
        ("cafe\u0301", "Caf\u00e9"),
    ],
)
def test_another_case_or_other_spaces_mean_the_option(policy: str, cell: str, title: str) -> None:
    """None is made beside it, and the nearest one is it."""
    assert [[title]] == checked(policy, cell)


def test_a_new_title_is_the_one_that_the_run_met_first() -> None:
    """What differs more than in case and spaces is new."""
    assert [["New One"], ["New One"], ["New-One"], ["Cafe"]] == checked(
        "create", "New One", "newone", "New-One", "Cafe"
    )


@pytest.mark.parametrize(
    ("cell", "reason"), [("it", "not one of its titles"), ("old", "is archived"), ("Old", "is archived")]
)
def test_no_title_is_made_beside_two_or_an_archived_one(cell: str, reason: str) -> None:
    """Which of the two is meant is not guessed."""
    (told,) = checked("create", cell)

    assert reason in told


@pytest.mark.parametrize("cell", ["alpha", "real estate"])
def test_titles_are_told_apart_by_case_where_nothing_else_is_set(cell: str) -> None:
    """An unknown title rejects its row, as it stands."""
    (told,) = checked("reject", cell)

    assert "not one of its titles" in told
