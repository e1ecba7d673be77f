"""Switches for behaviour on which sources about Attio contradict each other, or workspaces differ.

Each field is a question and holds one of a few words, the first by default. `COVERAGE.md` has the reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from attio_emulator.contract.refusals import bad_value, refuse
from attio_emulator.contract.wire import Json, JsonObject

CHOICES: Mapping[str, tuple[str, ...]] = {
    "constraint_values": ("by_request", "by_operator", "unlimited"),
    "limit_above_500": ("accepted", "refused", "cut"),
    "relationship": ("full", "id"),
    "plain_option_ids": ("stored", "dropped"),
    "filter_offsets": ("taken", "refused"),
    "text_equality": ("exact", "any_case"),
    "gone_task_links": ("refused", "dropped"),
    "task_link_object": ("id", "slug"),
    "number_decimals": ("refused", "rounded"),
    "note_blocks": ("unlimited", "limited"),
    "www_domains": ("kept", "cut"),
    "configuration_scope": ("403", "404"),
    "write_times": ("may_tie", "apart"),
    "plan": ("unlimited", "free"),
    "meetings": ("on", "off"),
}
MOST_CONSTRAINT_VALUES = 100
FREE_OBJECTS = 3


@dataclass(kw_only=True)
class Switches:
    """The chosen behaviours; all workspaces of a server share them."""

    constraint_values: str = "by_request"
    limit_above_500: str = "accepted"
    relationship: str = "full"
    plain_option_ids: str = "stored"
    filter_offsets: str = "taken"
    text_equality: str = "exact"
    gone_task_links: str = "refused"
    task_link_object: str = "id"
    number_decimals: str = "refused"
    note_blocks: str = "unlimited"
    www_domains: str = "kept"
    configuration_scope: str = "403"
    write_times: str = "may_tie"
    plan: str = "unlimited"
    meetings: str = "on"

    def set(self, changes: Mapping[str, Json]) -> None:
        """Change some switches; an unknown name or word refuses the whole change."""
        for name, value in changes.items():
            allowed = CHOICES.get(name)
            if allowed is None:
                raise bad_value(f'There is no switch "{name[:50]}"; there are {", ".join(CHOICES)}.', [name])
            if value not in allowed:
                raise bad_value(f'The switch "{name}" is one of {", ".join(allowed)}.', [name])
        for name, value in changes.items():
            setattr(self, name, value)

    def shown(self) -> JsonObject:
        """All answers."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def admit_paid(self, *, part: str) -> None:
        """Refuse a feature that a free plan lacks, if the plan is free."""
        if self.plan == "free":
            message = f"{part} is not available on the plan of this workspace."
            raise refuse("billing_error", message)

    def admit_values(self, total: int, largest_set: int) -> None:
        """Refuse a filter with more constraint values than Attio takes."""
        counted = {"by_request": total, "by_operator": largest_set}.get(self.constraint_values, 0)
        if counted > MOST_CONSTRAINT_VALUES:
            message = f"The filter is too large: too many constraint values used ({counted})."
            raise refuse("filter_error", message)
