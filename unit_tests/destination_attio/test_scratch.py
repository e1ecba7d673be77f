"""The temporary file of a run."""

from collections.abc import Callable

import pytest

from destination_attio.storage.rejects import StorageError
from destination_attio.storage.scratch import Scratch


def test_scratch_finds_documents_by_token_and_remembers_claims() -> None:
    """A document is found by its tokens until it is replaced or dropped; the first claim stays."""
    with Scratch() as scratch:
        scratch.keep("p", [("1", {"v": 1}, ["a", "b"]), ("2", {"v": 2}, ["b"])])
        both = scratch.find("p", ["a", "b", "c"])
        scratch.keep("p", [("1", {"v": 3}, ["c"])])
        scratch.drop("p", ["2"])
        left = scratch.find("p", ["a", "b", "c"])
        scratch.claim("p", [("x", "me", 1), ("x", "you", 2)])
        scratch.see("p", ["1"])

        assert {"a": [{"v": 1}], "b": [{"v": 1}, {"v": 2}]} == both
        assert {"c": [{"v": 3}]} == left
        assert {"x": ("me", 1)} == scratch.claimed("p", ["x", "y"])
        assert ["2"] == scratch.unseen("p", ["1", "2"])
        assert {} == scratch.find("other", ["c"])


@pytest.mark.parametrize(
    "fill",
    [
        lambda scratch: scratch.see("place", (str(one) for one in range(50_000))),
        lambda scratch: scratch.keep("place", [(str(one), {"a": "b" * 1000}, ["t"]) for one in range(5_000)]),
        lambda scratch: scratch.aside.spool("place", ((one, "b" * 1000) for one in range(5_000))),
        lambda scratch: scratch.aside.put(1, ((one, "b" * 1000, [("a", 0, True)]) for one in range(5_000))),
    ],
)
def test_full_disk_under_the_scratch_file_is_told(fill: Callable[[Scratch], None]) -> None:
    """Whatever is put into the run's scratch file, a full disk is one sentence and what to do."""
    with Scratch() as scratch:
        scratch._db.execute("PRAGMA max_page_count=60")  # noqa: SLF001 (a disk of that size)
        with pytest.raises(StorageError, match=r"temporary file .*is full") as caught:
            fill(scratch)

    assert "SQLITE_TMPDIR" in caught.value.remedy
