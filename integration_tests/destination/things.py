"""Two things with a label and a tag, and a colleague who changes the first one."""

from __future__ import annotations

from typing import Any

from integration_tests.destination.office import Office


class Desk(Office):
    """Two things with a label and a tag, and a colleague who changes the first one when it is told."""

    def __init__(self) -> None:
        super().__init__()
        for title in ("Old", "His", "New"):
            self.attio.api("POST", "/v2/objects/things/attributes/tags/options", {"data": {"title": title}})
        rows = [{"code": one, "label": "old", "tags": ["Old"]} for one in "ab"]
        self.push(rows, "things", match="code")
        (self.record, *_) = self.all("things")

    def change(self, slug: str, value: Any) -> None:
        """What the colleague does."""
        self.attio.clock(advance_seconds=5)
        body = {"data": {"values": {slug: [] if value is None else value}}}
        self.theirs("PUT", f"/v2/objects/things/records/{self.record}", body)
        self.attio.clock(advance_seconds=5)

    def now(self, slug: str) -> list[Any]:
        """What the record holds."""
        found = self.all("things")[self.record][slug]
        return sorted(one["option"]["title"] if "option" in one else one["value"] for one in found)
