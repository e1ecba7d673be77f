"""A person at the first of three companies, a colleague who moves her, and how rows name the two."""

from __future__ import annotations

from typing import Any

from integration_tests.destination.colleague import COLLEAGUE
from integration_tests.in_process import MemoryDesk

TEAM = [
    {"column": "domains", "attribute": "domains"},
    {"column": "team", "attribute": "team", "reference": "email_addresses"},
]
EMPLOYER = [
    {"column": "email", "attribute": "email_addresses"},
    {"column": "at", "attribute": "company", "reference": "domains"},
]


class Firms(MemoryDesk):
    """A person at the first of three companies, and a colleague who moves her."""

    def __init__(self) -> None:
        super().__init__()
        self.attio.add_token(COLLEAGUE)
        self.firms = [self._made("companies", domains=[f"{one}.example.com"]) for one in "abc"]
        self.ada = self._made("people", email_addresses=["ada@example.com"], company=self._at(0))

    def _made(self, slug: str, **values: Any) -> str:
        return str(self.attio.create_record(slug, values)["id"]["record_id"])

    def _at(self, number: int) -> list[Any]:
        return [{"target_object": "companies", "target_record_id": self.firms[number]}]

    def moves(self, number: int) -> None:
        """What the colleague does."""
        self.attio.clock(advance_seconds=5)
        body = {"data": {"values": {"company": self._at(number)}}}
        self.attio.call("PATCH", f"/v2/objects/people/records/{self.ada}", body, token=COLLEAGUE)

    @property
    def employer(self) -> str | None:
        """Where she is now."""
        (held,) = (one["values"]["company"] for one in self.attio.records("people"))
        return held[0]["target_record_id"] if held else None
