"""What a workspace holds is not guessed from answers that are empty or refused."""

from contextlib import nullcontext

import pytest

from attio_api.errors import MissingScope, Unreadable
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.test_vanished import lie


def test_an_empty_listing_of_objects_is_no_workspace() -> None:
    """People and companies are in each; else a full refresh of comments would read none, and be complete."""
    made = bench(1, include_comments=True)
    lie(made, "/v2/objects", lambda _: True)

    with pytest.raises(Unreadable, match="holds no object"):
        made.sync(["comments"])


@pytest.mark.parametrize("path", ["/v2/objects", "/v2/lists"])
def test_a_refused_listing_is_not_an_empty_one(path: str) -> None:
    """The token has the scope, so what there is has not been read, and no stream may be complete without."""
    made = bench(1, include_comments=True)
    made.adapter.trouble = {path: 403}

    with pytest.raises(MissingScope):
        made.sync(["comments"])


@pytest.mark.parametrize(("empty", "living"), [(1, 1), (9, 0)])
def test_attributes_are_never_none(empty: int, living: int) -> None:
    """Without its attributes an object would be read without columns: none are asked for again, then fail."""
    made = bench(1)
    lie(made, "/v2/objects/companies/attributes", lambda number: number < empty)
    with nullcontext() if living else pytest.raises(Unreadable, match="no attribute of companies"):
        made.sync(["companies"])

    assert living == sum(row["name"] == "Company 0" for row in made.living("companies").values())
