"""The log of received calls: one entry for each call, and counts."""

from collections import Counter, deque

from attio_emulator.contract.wire import Json, JsonObject

KEPT = 200_000


class CallLog:
    """The last calls since the log was cleared, and the counts of all of them."""

    def __init__(self) -> None:
        self._calls: deque[tuple[int, str, str, int, str, str]] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()
        self._number = 0

    def clear(self) -> None:
        """Remove all calls and counts; the numbering goes on."""
        self._calls.clear()
        self._counts.clear()

    def add(self, method: str, path: str, status: int, kind: str, *, at: str) -> None:
        """Add one call to the log."""
        self._number += 1
        self._calls.append((self._number, method, path, status, kind, at))
        self._counts.update((kind, str(status), "all"))

    def since(self, number: int) -> JsonObject:
        """The calls after a number, oldest first, and the counts of all."""
        calls: list[Json] = [
            {"n": n, "method": method, "path": path, "status": status, "kind": kind, "at": at}
            for n, method, path, status, kind, at in self._calls
            if n > number
        ]
        counts: JsonObject = {"read": 0, "write": 0, "all": 0, **self._counts}
        return {"calls": calls, "counts": counts}
