"""Stores the schedule: one line for each connection, and each step of a run as a commit fenced by its lease.

`scheduling/schedule` decides when the next step is due; `leases` gives and ends leases.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from attio_relay.store.changes import head_of
from attio_relay.store.leases import LeaseLostError, Leases
from attio_relay.store.lines import LINE, SKEW, Line, State, Wait, line_of
from attio_relay.store.runs import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attio_relay.store.database import Transaction, Value


# Times in the future become the present, and the remainder of a pause begins now.
TURN_BACK = """
UPDATE connections SET
    not_before = CASE WHEN noted_at > :now THEN not_before - noted_at + :now ELSE not_before END,
    noted_at = CASE WHEN noted_at > :now THEN :now ELSE noted_at END,
    first_at = CASE WHEN first_at > :now THEN :now ELSE first_at END,
    last_at = CASE WHEN last_at > :now THEN :now ELSE last_at END,
    claimed_first_at = CASE WHEN claimed_first_at > :now THEN :now ELSE claimed_first_at END,
    intent_at = CASE WHEN intent_at > :now THEN :now ELSE intent_at END,
    trouble_since = CASE WHEN trouble_since > :now THEN :now ELSE trouble_since END,
    unanswered_at = CASE WHEN unanswered_at > :now THEN :now ELSE unanswered_at END
WHERE noted_at > :ahead OR last_at > :ahead OR intent_at > :ahead
"""
# A trigger does not wait for quiet: the last event counts as long ago. Uncovered events keep their time.
TRIGGER = """
UPDATE connections SET seen = seen + 1, first_at = COALESCE(first_at, :now), last_at = 0,
    not_before = CASE WHEN state = 'idle' THEN 0 ELSE not_before END
WHERE name = :name
"""
REGISTER = "INSERT INTO connections (name) VALUES (:name) ON CONFLICT (name) DO NOTHING"
NOTE = """
INSERT INTO relay (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = :value
"""
COUNT_RUN = """
INSERT INTO run_totals (connection, outcome, number) VALUES (:name, :outcome, 1)
ON CONFLICT (connection, outcome) DO UPDATE SET number = run_totals.number + 1
"""
# The change of the counters in a row when a run ends without success.
FAILED = "fails = fails + 1, busy = 0, trouble_since = COALESCE(trouble_since, :now)"
COUNTED: Mapping[Outcome, str] = {
    Outcome.BUSY: "busy = busy + 1, trouble_since = COALESCE(trouble_since, :now)",
    Outcome.REFUSED: f"refused = refused + 1, {FAILED}",
    Outcome.BLOCKED: FAILED,
    Outcome.FAILED: f"refused = 0, {FAILED}",
    # A person cancelled the run, so the target is not counted as in trouble.
    Outcome.CANCELLED: "busy = 0, refused = 0, trouble_since = NULL",
}


class ScheduleStore(Leases):
    """Reads and writes the schedule in the store, with the leases of its connections."""

    def register(self, routes: Mapping[str, str]) -> None:
        """Add a line for each connection of the file, given with its route, that has none.

        A connection that the file before did not have, or that had another route, syncs once if its route
        has had events: it may be an old one under a new name, or one that was taken out for a while, and
        nobody counted for it what came meanwhile.
        """
        with self._database.transaction() as transaction:
            kept = transaction.rows("SELECT value FROM relay WHERE name = 'connections'")
            # A store of an earlier version does not have it; then only lines that are added are new.
            before = json.loads(kept[0]["value"]) if kept else routes
            for name, route in sorted(routes.items()):
                added = transaction.run(REGISTER, {"name": name})
                if (added or before.get(name) != route) and head_of(transaction, route):
                    transaction.run(TRIGGER, {"name": name, "now": transaction.now()})
            transaction.run(NOTE, {"name": "connections", "value": json.dumps(routes, sort_keys=True)})

    def lines(self) -> list[Line]:
        """Every line, ordered by name."""
        with self._database.reading() as transaction:
            return [line_of(row) for row in transaction.rows(f"SELECT {LINE} FROM connections ORDER BY name")]  # noqa: S608 (LINE is ours)

    def turn_back(self, now: float) -> None:
        """Correct times written before the clock was set back; otherwise waits grow by the difference."""
        with self._database.transaction() as transaction:
            transaction.run(TURN_BACK, {"now": now, "ahead": now + SKEW})

    def claim(self, line: Line, *, run_id: str, baseline: str | None, target: str, now: float) -> Line:
        """Store, before the start, that a run starts at `target` and claims all events seen so far."""
        facts: dict[str, Value] = {"seen": line.seen, "run_id": run_id, "baseline": baseline, "now": now}
        with self._database.transaction() as transaction:
            claimed = self._update(
                transaction,
                line,
                "state = 'starting', claimed = :seen, run_id = :run_id,"
                " claimed_first_at = COALESCE(claimed_first_at, first_at), target = :target,"
                " job = NULL, baseline = :baseline, intent_at = :now, not_before = :now, noted_at = :now,"
                " problem = NULL, first_at = CASE WHEN seen = :seen THEN NULL ELSE :now END,"
                " unanswered_at = NULL, last_at = CASE WHEN last_at = 0 THEN :now ELSE last_at END",
                facts | {"target": target},
            )
            transaction.run(
                "INSERT INTO runs (run_id, connection, changes, intent_at, outcome)"
                " VALUES (:run_id, :name, :changes, :now, 'starting')"
                " ON CONFLICT (run_id) DO UPDATE SET changes = :changes, intent_at = :now, ended_at = NULL,"
                " detail = NULL, outcome = 'starting'",
                {"run_id": run_id, "name": line.name, "changes": line.seen - line.done, "now": now},
            )
        return claimed

    def repeats(self, line: Line) -> Line:
        """Store, before a repeat of the start, that its answer may come."""
        with self._database.transaction() as transaction:
            return self._update(transaction, line, "unanswered_at = NULL", {})

    def started(self, line: Line, *, job: str, now: float, poll_at: float) -> Line:
        """Store that the target accepted the run as `job`; `poll_at` is when to ask for its state."""
        with self._database.transaction() as transaction:
            self._note(
                transaction, line, "started_at = :now, job = :job", {"now": now, "job": job}, Outcome.RUNNING
            )
            return self._update(
                transaction,
                line,
                "state = 'running', job = :job, not_before = :poll_at, noted_at = :now, problem = NULL,"
                " busy = 0, refused = 0, trouble_since = NULL",
                {"job": job, "poll_at": poll_at, "now": now},
            )

    def succeeded(self, line: Line, *, now: float, not_before: float) -> Line:
        """Store that the run succeeded: it covers the events that it claimed, not those that came later."""
        with self._database.transaction() as transaction:
            self._note(transaction, line, "ended_at = :now", {"now": now}, Outcome.SUCCEEDED)
            return self._update(
                transaction,
                line,
                "state = 'idle', done = claimed, claimed_first_at = NULL, fails = 0, problem = NULL,"
                " busy = 0, refused = 0, trouble_since = NULL, not_before = :not_before, noted_at = :now",
                {"not_before": not_before, "now": now},
            )

    def gave_up(self, line: Line, *, outcome: Outcome, problem: str, now: float, not_before: float) -> Line:
        """Store that the run ended without success: its events stay uncovered for the next run."""
        state = State.BLOCKED if outcome is Outcome.BLOCKED else State.IDLE
        with self._database.transaction() as transaction:
            self._note(
                transaction,
                line,
                "ended_at = :now, detail = :detail",
                {"now": now, "detail": problem},
                outcome,
            )
            return self._update(
                transaction,
                line,
                "state = :state, first_at = COALESCE(claimed_first_at, first_at, :now),"
                " claimed_first_at = NULL, problem = :problem, not_before = :not_before, noted_at = :now,"
                f" {COUNTED[outcome]}",
                {"state": state, "now": now, "problem": problem, "not_before": not_before},
            )

    def wait(self, line: Line, wait: Wait, *, now: float) -> Line:
        """Keep the line's state until `wait.until`; counts failed and refused requests in a row."""
        with self._database.transaction() as transaction:
            return self._update(
                transaction,
                line,
                "problem = :problem, not_before = :not_before, noted_at = :now, fails = fails + :failed,"
                " refused = CASE WHEN :answered = 1 THEN 0 ELSE refused + :refused END,"
                " trouble_since = CASE WHEN :answered = 1 THEN NULL WHEN :troubled = 1"
                " THEN COALESCE(trouble_since, :now) ELSE trouble_since END,"
                " unanswered_at = CASE WHEN :unanswered = 1"
                " THEN COALESCE(unanswered_at, :now) ELSE unanswered_at END",
                {
                    "problem": wait.problem,
                    "not_before": wait.until,
                    "now": now,
                    "failed": int(wait.failed),
                    "refused": int(wait.refused),
                    "troubled": int(wait.troubled),
                    "answered": int(wait.answered),
                    "unanswered": int(wait.unanswered),
                },
            )

    def set_paused(self, name: str, *, paused: bool) -> bool:
        """Pause or resume a connection; a run in progress goes on. False for an unknown name."""
        return self._order(name, "paused = :paused", {"paused": int(paused)})

    def unblock(self, name: str) -> bool:
        """Let a blocked, paused or backed-off connection try again at once; False for an unknown name."""
        return self._order(
            name,
            "paused = 0, fails = 0, busy = 0, refused = 0, trouble_since = NULL, not_before = 0,"
            " problem = NULL,"
            " state = CASE WHEN state = 'blocked' THEN 'idle' ELSE state END",
            {},
        )

    def trigger(self, name: str, *, now: float) -> bool:
        """Request a sync that starts after `now` without waiting for quiet; False for an unknown name."""
        with self._database.transaction() as transaction:
            return transaction.run(TRIGGER, {"name": name, "now": now}) == 1

    def _order(self, name: str, changes: str, facts: dict[str, Value]) -> bool:
        with self._database.transaction() as transaction:
            sql = f"UPDATE connections SET {changes} WHERE name = :name"  # noqa: S608 (all ours)
            return transaction.run(sql, {"name": name} | facts) == 1

    @staticmethod
    def _update(transaction: Transaction, line: Line, changes: str, facts: dict[str, Value]) -> Line:
        sql = f"UPDATE connections SET {changes} WHERE name = :name AND fence = :fence RETURNING {LINE}"  # noqa: S608 (all ours)
        rows = transaction.rows(sql, facts | {"name": line.name, "fence": line.fence})
        if not rows:
            raise LeaseLostError(line.name)
        return line_of(rows[0])

    @staticmethod
    def _note(
        transaction: Transaction, line: Line, changes: str, facts: dict[str, Value], outcome: Outcome
    ) -> None:
        sql = f"UPDATE runs SET {changes}, outcome = :outcome WHERE run_id = :run_id AND ended_at IS NULL"  # noqa: S608 (all ours)
        noted = transaction.run(sql, facts | {"run_id": line.run_id, "outcome": outcome.value})
        # A busy run is tried again under the same id, so it is counted only when it ends.
        if noted and outcome not in {Outcome.RUNNING, Outcome.BUSY}:
            transaction.run(COUNT_RUN, {"name": line.name, "outcome": outcome.value})
