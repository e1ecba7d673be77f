"""Any history: a push, a colleague at any moment, a stop or a kill at any moment, a revert; nothing is lost.

Whatever he does (make, edit, clear, delete, merge, hang a note, a task, an entry, a comment, a meeting or a
file on something), after the revert all that is his is there value by value, and every written thing is
restored or listed. A third of the pushes are mirrors, which delete what is not among their rows.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, seed, settings

from destination_attio.engine import after_images, mirror, push, titles
from destination_attio.engine.journal_writer import JournalWriter
from destination_attio.engine.overwritten import Overwritten
from destination_attio.engine.ownership import Ownership
from destination_attio.engine.signals import Stop
from destination_attio.workspace.attachments import Attachments
from integration_tests.destination.colleague import Deed
from integration_tests.destination.desk import stream
from integration_tests.destination.histories import (
    SETTINGS,
    History,
    histories,
    nothing_of_his_is_lost,
    office,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HISTORIES = int(os.environ.get("HISTORIES", "300"))
SEED = os.environ.get("HISTORIES_SEED")
"""Other histories than those of every run, by hand; the same number gives the same ones again."""
PATIENCE = 0 if "HISTORIES" in os.environ else 1800
held_for_all = settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=SEED is None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
until_found = settings(held_for_all, max_examples=400)


MERGED = History(
    before=[],
    rows=[{"code": code, "label": "x"} for code in ("d", "b", "a")],
    deeds=[Deed(what="merge", code="d", at=5)],
    stop=2,
    is_killed=True,
)
"""He merges what a killed run has made, and the merged record looks like one of the run's."""

CHANGED_IN_PART = History(
    before=[{"code": "c", "label": "old", "tags": ["Old"]}],
    rows=[{"code": "c", "label": "x", "tags": ["Old", "New"]}],
    deeds=[Deed(what="word", code="c", at=7), Deed(what="clear", code="c", at=8)],
    stop=2,
    is_killed=True,
)
"""Of two values that the killed run has written, he changes one; it counted as if neither had been."""


@pytest.mark.slow(seconds=40)
@pytest.mark.timeout(PATIENCE)
@(seed(int(SEED)) if SEED else lambda test: test)
@held_for_all
@example(history=MERGED)
@example(history=CHANGED_IN_PART)
@given(history=histories())
def test_nothing_of_a_colleague_is_lost(history: History) -> None:
    """For every history: 300 take 40 seconds of processor time.

    By hand, `HISTORIES=10000 HISTORIES_SEED=1` tries more and others.
    """
    nothing_of_his_is_lost(history)


# --- bugs that such a connector could have, planted one by one ---------------------------------------------


def every_record_is_ours(patch: pytest.MonkeyPatch) -> None:
    """An assert that met somebody's record counts as a creation."""
    patch.setattr(Ownership, "whose", lambda *_: "ours")


def after_image_from_the_answer(patch: pytest.MonkeyPatch) -> None:
    """The journal claims all that Attio holds, whoever wrote it."""
    every_record_is_ours(patch)
    whole = after_images.AfterImages.__call__

    def claimed(self: Any, outcome: Any) -> Any:
        image = whole(self, outcome)
        return after_images.Image(
            record_id=image.record_id, after={**(image.after or {}), **(image.beside or {})}
        )

    patch.setattr(after_images.AfterImages, "__call__", claimed)


def notes_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    """A revert deletes records with what hangs on them."""
    patch.setattr(Attachments, "find", lambda *_: {})


def option_not_noted(patch: pytest.MonkeyPatch) -> None:
    """Options are made beside the journal."""
    noted = titles.make_titles

    def unnoted(options: Any, operations: Sequence[Any], catalog: Any, writer: Any) -> None:
        before, writer._journal_writer = writer._journal_writer, JournalWriter(None, "none", str)  # noqa: SLF001 (planted)
        noted(options, operations, catalog, writer)
        writer._journal_writer = before  # noqa: SLF001 (as above)

    patch.setattr(push, "make_titles", unnoted)


def deletion_without_others_values(patch: pytest.MonkeyPatch) -> None:
    """The journal keeps of a deleted record what the stream writes, and not what others have written."""
    whole = mirror.deletion_fields

    def mapped(image: Any, binding: Any) -> Any:
        return tuple(one for one in whole(image, binding) if one.attribute in {"code", "label", "tags"})

    patch.setattr(mirror, "deletion_fields", mapped)


def history_of_values_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    """A revert puts back what the run had read, whatever somebody wrote between the reading and the write."""
    patch.setattr(Overwritten, "corrected", lambda _, changes, *__: [change for change, _ in changes])


_A = {"code": "a", "label": "x", "tags": None}
_B = {"code": "b", "label": "x", "tags": None}
_OLD = {"code": "a", "label": "old", "tags": ["Old"]}
PLANTED = [
    # the colleague makes what the run is about to make
    (every_record_is_ours, History(rows=[_A, _B], deeds=[Deed(what="make", code="b", at=1)])),
    (after_image_from_the_answer, History(rows=[_A, _B], deeds=[Deed(what="make", code="b", at=1)])),
    # he hangs a note on what the run has made
    (notes_not_asked_for, History(rows=[_A], deeds=[Deed(what="note", code="a", at=9)])),
    # he adds to a record that a mirror deletes in the end
    (
        deletion_without_others_values,
        History(before=[_OLD], rows=[_B], deeds=[Deed(what="edit", code="a", at=1)], is_mirror=True),
    ),
    # the run makes an option
    (option_not_noted, History(rows=[{**_A, "tags": ["New"]}])),
    # he writes where the run writes, just before it
    (
        history_of_values_not_asked_for,
        History(before=[_OLD], rows=[_A], deeds=[Deed(what="word", code="a", at=1)]),
    ),
]
"""Each with a history that shows it."""


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("plant", "history"), PLANTED, ids=[one[0].__name__ for one in PLANTED])
def test_a_planted_bug_is_caught(
    plant: Callable[[pytest.MonkeyPatch], None], history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the bug in place, some history breaks the promise: the one that is known to, or another."""
    nothing_of_his_is_lost(history)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        until_found(example(history=history)(given(history=histories())(nothing_of_his_is_lost)))()


def test_a_swallowed_signal_does_not_end_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run whose stop was lost on the way is no success: its own sum does not hold."""
    desk = office()
    rows = [{"code": f"c{one}", "label": "x"} for one in range(9)]
    monkeypatch.setattr(Stop, "obey", lambda _: None)
    with desk.session() as session:
        desk.on_write = lambda _, number: session.stop.ask() if number == 3 else None
        with pytest.raises(Exception, match="are accounted for"):
            session.push(stream("things", **SETTINGS), rows)
    with desk.open_journal() as journal:
        assert "failed" == journal.runs()[0].status


def test_a_swallowed_signal_does_not_end_a_revert_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A revert checks its sum as well: what it has not come to is neither put back nor listed."""
    desk = office()
    desk.push([{"code": f"c{one}", "label": "x"} for one in range(9)], "things", match="code")
    monkeypatch.setattr(Stop, "obey", lambda _: None)
    with desk.session() as session:
        desk.on_write = lambda _, number: session.stop.ask() if number == 3 else None
        assert session.journal
        with pytest.raises(Exception, match=r"9 changes were to be undone, but \d are accounted for"):
            session.revert(session.journal.runs()[0].run_id)
    with desk.open_journal() as journal:
        assert ("revert", "failed") == (journal.runs()[0].kind, journal.runs()[0].status)
