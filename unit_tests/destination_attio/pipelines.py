"""A pipeline in front of a target that is in memory."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from destination_attio.engine.batch import Tools
from destination_attio.engine.deferral import Deferrals
from destination_attio.workspace.references import References
from destination_attio.workspace.snapshot import Snapshot
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.destination_attio.bindings import binding, target
from unit_tests.destination_attio.one_gateway import OneGateway

if TYPE_CHECKING:
    from destination_attio.storage.scratch import Scratch


def tools(scratch: Scratch, records: dict[str, dict[str, Any]], **settings: Any) -> Tools:
    """What a pipeline uses; nothing that rows point at is there, and every title is."""
    bound = binding(**settings)
    gateway: Any = OneGateway(target(), **records)
    pool = AtOnce()

    def snapshot(match: Any, place: str) -> Snapshot:
        made = Snapshot(gateway, match, scratch, pool, place)
        made.cover(target().attributes.values())
        return made

    people = target()
    options: Any = SimpleNamespace(check=lambda _: None)
    return Tools(
        binding=bound,
        gateway=gateway,
        snapshot=snapshot(bound.match_attributes, "own"),
        complete=snapshot([target().attributes["record_id"]], "whole"),
        options=options,
        references=References(lambda _: people, lambda _, by: snapshot([by], f"to:{by.slug}"), list),
        scratch=scratch,
        pool=pool,
        waiting=Deferrals(aside=scratch.aside),
    )
