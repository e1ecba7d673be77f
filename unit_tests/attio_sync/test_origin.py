"""Whether the file of a saved plan is still the one that the plan was made from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from attio_sync.rows.origin import changed_since, origin_of
from attio_sync.rows.readers import rows_of_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_was_written_again_is_told(tmp_path: Path) -> None:
    """Its length or its time says so; a file that is as it was, and one that is gone, are no news."""
    path = tmp_path / "firms.csv"
    path.write_text("name\nAda\n")
    kept = json.loads(json.dumps(rows_of_file(path).origin))

    assert (kept, ()) == (origin_of(path), changed_since(kept))
    path.write_text("name\nAda\nZoë\n")
    (told,) = changed_since(kept)
    assert f"{path} was written again after this plan was made." in told
    path.unlink()
    assert () == changed_since(kept)


@pytest.mark.parametrize("origin", [None, {}, {"file": 7}])
def test_rows_without_a_file_are_never_told(origin: dict[str, int] | None) -> None:
    """A query has none, and of a plan that somebody edited nobody knows it."""
    assert () == changed_since(origin)
