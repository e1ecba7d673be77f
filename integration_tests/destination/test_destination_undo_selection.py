"""A revert of a part of a run: what is meant is put back alone, and what is misspelt is told."""

from __future__ import annotations

import pytest

from destination_attio.storage.journal import JournalError
from integration_tests.destination.things import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("slug", ["label", "title"])
def test_one_attribute_alone_is_put_back(desk: Desk, slug: str) -> None:
    """`only` an attribute: nothing else of the record changes, and no record is deleted for it.

    A renamed attribute is meant by its present slug.
    """
    rows = [{"code": one, "label": "new", "tags": ["New"]} for one in "ac"]
    report = desk.push(rows, "things", match="code")
    desk.attio.api("PATCH", "/v2/objects/things/attributes/label", {"data": {"api_slug": slug}})
    undone = desk.revert(report, only=[slug])

    assert (1, 0) == (undone.counts.update, undone.counts.delete)
    assert (["old"], ["New"]) == (desk.now(slug), desk.now("tags"))
    assert 3 == len(desk.all("things"))


@pytest.mark.parametrize("beside", [[], ["label"], ["update"]])
def test_what_the_run_did_not_change_cannot_be_meant(desk: Desk, beside: list[str]) -> None:
    """A misspelt attribute is told, alone or beside a right one, and nothing is put back."""
    report = desk.push([{"code": "a", "label": "new"}], "things", match="code")
    with pytest.raises(JournalError, match="nothing that 'lable' names"):
        desk.revert(report, only=[*beside, "lable"])
    assert ["new"] == desk.now("label")
