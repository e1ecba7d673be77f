from __future__ import annotations

import errno
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.show.plan_store import PlanStore
from attio_sync.show.plan_views import Filter
from attio_sync.ui.plans import KEPT_DAYS, SKIPPED, Plans
from destination_attio.model.plan import Change, Plan
from destination_attio.model.skipped import Skipped

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAN = Plan(
    changes=(Change(kind="delete", stream="s", target="companies", record_id="r"),),
    mirrored=1,
    made_at=NOW.isoformat(),
    workspace_name="W",
)


@pytest.fixture
def plans(tmp_path: Path) -> Plans:
    return Plans(tmp_path / "plans", now=lambda: NOW)


def test_a_plan_that_is_kept_can_be_looked_at_and_applied(plans: Plans) -> None:
    """It is the same plan, it waits, and a deletion has to be typed."""
    kept = plans.keep(PLAN, title="x", by="ada")

    assert PLAN == plans.plan(kept)
    assert ("waiting", "ada", "delete 1") == (kept.state, kept.by, kept.word)
    assert [kept] == plans.waiting()
    with plans.store(kept) as store:
        assert 1 == store.count(Filter())


def test_another_start_finds_what_waited(plans: Plans) -> None:
    """What became of it is remembered too."""
    kept = plans.keep(PLAN, title="x", by=None)
    plans.change(kept, state="written", run_id="run")
    found = Plans(plans.folder).get(kept.id)

    assert found is not None
    assert ("written", "run") == (found.state, found.run_id)
    assert [] == plans.waiting()


def test_a_file_that_was_changed_is_not_what_was_shown(plans: Plans) -> None:
    """It is refused before anything is written."""
    kept = plans.keep(PLAN, title="x", by=None)
    plans.file(kept).write_text(plans.file(kept).read_text().replace("delete", "create"))

    with pytest.raises(WrongUsage, match="was changed since"):
        plans.plan(kept)


def test_what_rows_hold_is_for_its_owner_alone(plans: Plans) -> None:
    """Folder 0700, files 0600."""
    kept = plans.keep(PLAN, title="x", by=None)
    folder = plans.file(kept).parent

    assert 0o700 == folder.stat().st_mode & 0o777
    assert {0o600} == {one.stat().st_mode & 0o777 for one in folder.iterdir()}


def test_what_nobody_wanted_is_removed(plans: Plans) -> None:
    """By hand at once, else after two weeks."""
    first, second = plans.keep(PLAN, title="a", by=None), plans.keep(PLAN, title="b", by=None)
    plans.discard(first)
    assert [second] == plans.all()

    later = Plans(plans.folder, now=lambda: NOW + timedelta(days=KEPT_DAYS, seconds=1))
    later.tidy()
    assert [] == later.all()


def test_of_two_clicks_one_writes_a_plan(plans: Plans) -> None:
    """The second claim fails, whatever its page had seen; the first one's job stays noted."""
    kept = plans.keep(PLAN, title="x", by=None)
    found = plans.claim(kept, "first"), plans.claim(kept, "second"), plans.get(kept.id)

    assert (True, False, replace(kept, state="writing", job_id="first")) == found


def test_a_plan_that_was_approved_is_not_discarded(plans: Plans) -> None:
    """A page from before the approval still has the button; of two clicks on it the second does nothing."""
    kept = plans.keep(PLAN, title="x", by=None)
    plans.claim(kept, "job")
    with pytest.raises(WrongUsage, match="was not discarded: somebody approved it meanwhile"):
        plans.discard(kept)
    assert plans.get(kept.id) is not None

    other = plans.keep(PLAN, title="y", by=None)
    plans.discard(other)
    plans.discard(other)
    assert [kept.id] == [one.id for one in plans.all()]


def test_what_a_killed_program_left_of_a_plan_is_removed(plans: Plans) -> None:
    """It has rows in it, and no list shows it; one that is being made now stays."""
    kept = plans.keep(PLAN, title="x", by=None)
    (plans.file(kept).parent / "about.json").unlink()
    made = datetime.fromtimestamp(plans.file(kept).parent.stat().st_mtime, UTC)
    Plans(plans.folder, now=lambda: made).tidy()
    assert plans.file(kept).exists()

    Plans(plans.folder, now=lambda: made + timedelta(days=KEPT_DAYS, seconds=1)).tidy()
    assert [] == list(plans.folder.iterdir())


def test_nothing_stays_of_a_plan_that_could_not_be_kept(
    plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is told, and the rows that were written already are gone."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(PlanStore, "extend", full)
    with pytest.raises(OSError, match="No space left"):
        plans.keep(PLAN, title="x", by=None)
    assert [] == list(plans.folder.iterdir())


def test_a_place_where_no_plan_can_be_kept_is_named_with_what_to_set(tmp_path: Path) -> None:
    """The folder, why, and the variable that names another one."""
    (tmp_path / "file").touch()
    with pytest.raises(WrongUsage, match=r"in .*/file/plans: .*/file is not a folder. Set XDG_DATA_HOME"):
        Plans(tmp_path / "file" / "plans").keep(PLAN, title="x", by=None)


@pytest.mark.parametrize(
    "member",
    [
        {"state": "lost"},
        {"id": "anotherplan"},
        "{",
        "[]",
        "[" * 9000,
    ],
)
def test_a_damaged_plan_is_named_and_the_others_stay(plans: Plans, member: dict[str, Any] | str) -> None:
    """The sentence has the path of its file, and says what to do."""
    kept, other = plans.keep(PLAN, title="x", by=None), plans.keep(PLAN, title="y", by=None)
    about = plans.file(kept).parent / "about.json"
    about.write_text(member if isinstance(member, str) else json.dumps(asdict(kept) | member))

    (said,) = plans.damaged()
    assert ([other], [other]) == (plans.all(), plans.undecided())
    assert f"{about} is damaged. Remove its folder, and make the plan anew." == said
    with pytest.raises(WrongUsage, match="is damaged"):
        plans.get(kept.id)


def test_a_damaged_plan_is_removed_with_the_old_ones(plans: Plans) -> None:
    """It has rows in it; until then it is kept, as somebody may mend it."""
    about = plans.file(plans.keep(PLAN, title="x", by=None)).parent / "about.json"
    about.write_text("{")
    made = datetime.fromtimestamp(about.parent.stat().st_mtime, UTC)
    Plans(plans.folder, now=lambda: made).tidy()
    assert about.exists()

    Plans(plans.folder, now=lambda: made + timedelta(days=KEPT_DAYS, seconds=1)).tidy()
    assert ([], []) == (plans.damaged(), list(plans.folder.iterdir()))


@pytest.mark.parametrize("name", ["plan.json", "plan.duckdb"])
def test_a_file_of_a_plan_that_somebody_removed_is_named_with_what_to_do(plans: Plans, name: str) -> None:
    """The plan cannot be shown or written, as it was made; the folder is in the sentence."""
    kept = plans.keep(PLAN, title="x", by=None)
    (plans.file(kept).parent / name).unlink()

    asked = plans.check if name == "plan.json" else lambda one: plans.store(one).__enter__()
    with pytest.raises(WrongUsage, match=rf"{name} is not there any more\. Remove its folder"):
        asked(kept)


@pytest.mark.parametrize("content", [b"[]", b"12345678DUCK"])
def test_a_damaged_store_of_a_plan_is_named(plans: Plans, content: bytes) -> None:
    """Its list of changes cannot be shown; the sentence has the path of the file."""
    kept = plans.keep(PLAN, title="x", by=None)
    store = plans.file(kept).with_name("plan.duckdb")
    store.write_bytes(content)

    with pytest.raises(WrongUsage, match=rf"{store} "), plans.store(kept) as opened:
        opened.count(Filter())


@pytest.mark.parametrize("name", ["..", "../x", "", "unknown1234", "a/b"])
def test_a_name_that_is_no_plan_is_none(plans: Plans, name: str) -> None:
    """No name leads out of the folder."""
    plans.keep(PLAN, title="x", by=None)

    assert plans.get(name) is None


def test_remarks_on_the_file_come_back_with_the_plan(plans: Plans) -> None:
    """Beside the plan and in its file."""
    kept = plans.keep(replace(PLAN, remarks=("Line 3 hidden.",)), title="x", by=None)
    found = plans.get(kept.id)

    assert found is not None
    assert ("Line 3 hidden.",) == found.remarks == plans.plan(kept).remarks


def test_what_is_left_out_comes_back_with_the_plan(plans: Plans) -> None:
    """The columns with their reasons, the first cells as they are shown, and the number of all cells."""
    cells = tuple(
        Skipped(stream="s", row_number=n, column="Since", attribute="day", value="x" * 9000, reason="No.")
        for n in range(SKIPPED + 5)
    )
    left = ({"column": "Fax", "reason": "no attribute of this name"},)
    kept = plans.keep(replace(PLAN, left_out=left, skipped=cells), title="x", by=None)
    found = plans.get(kept.id)

    assert found == kept
    assert (left, SKIPPED + 5, SKIPPED) == (found.left_out, found.skipped_cells, len(found.skipped))
    assert ("1", "Since", "No.") == tuple(found.skipped[1][one] for one in ("row", "column", "reason"))
    assert 200 > len(found.skipped[1]["cell"])


def test_counts_come_back_as_they_were(plans: Plans) -> None:
    """Also after a start."""
    kept = plans.keep(PLAN, title="x", by=None)
    found = plans.get(kept.id)

    assert found is not None
    assert asdict(PLAN.counts) == asdict(found.sums)
