"""A relay that answers as docs/relay-feed.md says, fed by the emulator's events in the same process."""

from typing import Any

from attio_emulator.emulator import Emulator
from attio_emulator.state.clock import stamp

FEED = {"url": "http://relay.test/feeds/acme", "token": "feed-token"}


class RelayDouble:
    """Keeps the ids that events named, in order."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.changes: list[dict[str, Any]] = []
        self.lost_before = 0
        self.epoch = "one"
        self.down = False
        self.asked = 0
        self.deaf = False
        emulator.workspace.listeners.append(self.hear)

    def hear(self, _: object, event: dict[str, Any]) -> None:
        """Store an event; while deaf, lose it and know of the loss."""
        if self.deaf:
            self.lost_before = len(self.changes) + 1
            return
        facts = {name: value for name, value in event["id"].items() if name != "workspace_id"}
        more = {name: value for name, value in event.items() if name not in {"id", "actor"}}
        at = stamp(self.emulator.clock.now_ns())
        self.changes.append({"seq": len(self.changes) + 1, "at": at, **facts, **more})

    def answer(self, _: str, pairs: list[tuple[str, str]]) -> tuple[int, Any]:
        """Answer `GET …/changes`."""
        self.asked += 1
        if self.down:
            return 503, {"error": "down"}
        asked = dict(pairs)
        head = len(self.changes)
        after = head if asked["after"] == "head" else int(asked["after"])
        limit = int(asked.get("limit", "1000"))
        page = self.changes[after : after + limit]
        gap = after < self.lost_before or asked.get("epoch", self.epoch) != self.epoch
        following = after + len(page)
        return 200, {
            "route": "acme",
            "epoch": self.epoch,
            "after": after,
            "next": following,
            "head": head,
            "oldest": 1,
            "more": following < head and limit > 0,
            "gap": {"reason": "webhook_lost"} if gap else None,
            "webhook": {"status": "active"},
            "changes": [each for each in page if _passes(each, pairs)],
        }


def _passes(change: dict[str, Any], pairs: list[tuple[str, str]]) -> bool:
    scope = {(f"{name}_id", value) for name, value in pairs if name in {"object", "list"}}
    events = {value.rstrip("*") for name, value in pairs if name == "event"}
    in_scope = not scope or any(change.get(member) == value for member, value in scope)
    return in_scope and (not events or change["event_type"].startswith(tuple(events)))
