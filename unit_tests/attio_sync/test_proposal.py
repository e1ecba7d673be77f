"""Which mapping of a file is shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.proposal import proposed
from attio_sync.rows.readers import rows_of_file
from unit_tests.destination_attio.inferences import PEOPLE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("target", "attribute", "told"),
    [
        ("people", "job_title", "Remembered in people.csv.attio.yaml."),
        ("companies", "name", "Proposed from the names of the columns"),
    ],
)
def test_what_is_remembered_counts_for_its_own_target(
    tmp_path: Path, target: str, attribute: str, told: str
) -> None:
    """A file may be pushed to another object next time, where the old mapping means nothing."""
    source, place = tmp_path / "people.csv", tmp_path / "people.csv.attio.yaml"
    source.write_text("Name\nAda\n")
    place.write_text("target: people\nfields: [{column: Name, attribute: job_title}]\nleft_out: []\n")
    draft, sentence = proposed({"target": target}, place, rows_of_file(source), PEOPLE)

    assert [attribute] == [one.attribute for one in draft.fields]
    assert sentence.startswith(told)
