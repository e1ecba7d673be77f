"""What the platform remembers of one attempt: counts, states on their way, states acknowledged.

It follows the rules of Airbyte's container orchestrator (`StatsTracker`, `StateEnricher`,
`StateCheckSumCountEventHandler`, `BasicAirbyteMessageValidator`, `StreamStatusCompletionTracker`) and uses
no file or process; `orchestrator` has those. `problems` holds a sentence for whatever would fail a sync or
warn its operator.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from integration_tests.platform.persistence import Message, Persistence, StreamKey, stream_key


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A state that was sent to the destination and is not acknowledged yet."""

    key: StreamKey
    records: int


@dataclass(kw_only=True)
class AttemptTracker:
    """Counts and checks the messages of one attempt; `persistence` outlives it and starts the next."""

    streams: tuple[StreamKey, ...]
    keys: dict[StreamKey, list[list[str]]] = field(default_factory=dict)
    """The primary keys of streams that are deduplicated: the platform looks at them in every record."""
    persistence: Persistence = field(default_factory=Persistence)
    problems: list[str] = field(default_factory=list)
    read: dict[StreamKey, int] = field(default_factory=dict)
    committed: int = 0
    rejected: int = 0
    acknowledged: int = 0
    _since_state: dict[StreamKey, int] = field(default_factory=dict)
    _staged: dict[int, Staged] = field(default_factory=dict)
    _heard: set[StreamKey] = field(default_factory=set)
    _last_id: int = 0

    def from_source(self, message: Message) -> Message | None:
        """What of a source's message goes on to the destination: records and states, nothing else."""
        match message["type"]:
            case "RECORD":
                return self._record(message)
            case "STATE":
                return self._state(message)
            case "TRACE":
                self._check_status(message["trace"])
                return None
            case _:
                return None

    def from_destination(self, message: Message) -> None:
        """Count an acknowledged state; other messages that a destination may send change nothing."""
        match message["type"]:
            case "STATE":
                self._acknowledge(message["state"])
            case "TRACE" | "LOG" | "CONTROL":
                pass
            case other:
                self.problems.append(f"the destination sent a message of type {other}")

    def left_unacknowledged(self) -> int:
        """States that were sent and never came back."""
        return len(self._staged)

    def silent_streams(self) -> list[StreamKey]:
        """Streams of the catalog for which the source has emitted no state in this attempt."""
        return [key for key in self.streams if key not in self._heard]

    def close(self) -> None:
        """Save the states that are left; a failure of that fails the sync."""
        if problem := self.persistence.close():
            self.problems.append(problem)

    def empty_state(self, key: StreamKey) -> Message:
        """The state the platform injects for a stream that ended without one."""
        descriptor = {"name": key[1]} | ({"namespace": key[0]} if key[0] else {})
        return self._state({"type": "STATE", "state": _stream_state(descriptor, {})})

    def _record(self, message: Message) -> Message | None:
        record = message["record"]
        key = (record.get("namespace"), record["stream"])
        if key not in self.streams:
            self.problems.append(f"the source sent a record of {key[1]}, which is not in the catalog")
        if not record["data"]:
            return None
        if key in self.keys and all(_at(record["data"], path) is None for path in self.keys[key]):
            self.problems.append(f"the source sent a record of {key[1]} whose primary key is null")
        self.read[key] = self.read.get(key, 0) + 1
        self._since_state[key] = self._since_state.get(key, 0) + 1
        return message

    def _check_status(self, trace: Message) -> None:
        if trace["type"] == "STREAM_STATUS" and trace["stream_status"]["status"] == "COMPLETE":
            key = stream_key(trace["stream_status"]["stream_descriptor"])
            if key not in self.streams:
                self.problems.append(f"the source completed {key[1]}, which is not in the catalog")

    def _state(self, message: Message) -> Message:
        state = message["state"]
        key = stream_key(state["stream"]["stream_descriptor"])
        self._heard.add(key)
        records = self._since_state.pop(key, 0)
        counted = state.setdefault("sourceStats", {}).setdefault("recordCount", float(records))
        if counted != records:
            self.problems.append(
                f"the source counted {counted:g} records of {key[1]} before a state, the platform {records}"
            )
        self._last_id += 1
        self._staged[self._last_id] = Staged(key=key, records=records)
        return {**message, "state": {**state, "id": self._last_id}}

    def _acknowledge(self, state: Message) -> None:
        number = state.get("id")
        if not isinstance(number, int):
            self.problems.append(
                "the destination returned a state without its id: the platform fails the sync"
            )
            return
        staged = self._staged.get(number)
        if staged is None:
            self.problems.append(
                f"the destination returned state {number}, which is unknown or was returned before"
            )
            return
        self.acknowledged += 1
        self._check_counts(state, self._release(staged.key, number), staged.key)
        kept = _stream_state(state["stream"]["stream_descriptor"], state["stream"].get("stream_state"))
        self.persistence.accept(staged.key, kept)

    def _release(self, key: StreamKey, up_to: int) -> int:
        """Drop a stream's staged states up to this one: it acknowledges those before it, too."""
        numbers = [number for number, staged in self._staged.items() if staged.key == key and number <= up_to]
        return sum(self._staged.pop(number).records for number in numbers)

    def _check_counts(self, state: Message, sent: int, key: StreamKey) -> None:
        stats = state.get("destinationStats", {})
        rejected = stats.get("rejectedRecordCount", 0)
        accounted = stats.get("recordCount", 0) + rejected
        self.committed += sent - int(rejected)
        self.rejected += int(rejected)
        if accounted != sent:
            self.problems.append(
                f"the destination accounts for {accounted:g} records of {key[1]}, but {sent} were sent"
            )


def _stream_state(descriptor: Message, state: Message | None) -> Message:
    return {"type": "STREAM", "stream": {"stream_descriptor": descriptor, "stream_state": state or {}}}


def _at(data: Message, path: list[str]) -> object:
    """What stands at a path of a record; None when a part of it is missing."""
    found: object = data
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
