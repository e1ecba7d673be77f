"""Dataclasses from JSON, of which every member has the declared type."""

from dataclasses import dataclass
from typing import Any

import pytest

from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.readback import built


@dataclass(kw_only=True)
class Thing:
    """One member of each kind of type that the emulator's models declare."""

    name: str
    size: int = 0
    is_on: bool = False
    pair: tuple[str, str] | None = None
    links: tuple[tuple[str, str], ...] = ()
    extra: JsonObject | None = None
    many: list[dict[str, Any]] | None = None


WHOLE: dict[str, Any] = {
    "name": "a",
    "size": 1,
    "is_on": True,
    "pair": ["b", "c"],
    "links": [["d", "e"], ["f", "g"]],
    "extra": {"h": [None, 1.5]},
    "many": [{"i": {"j": []}}],
}


def test_members_are_read_as_declared() -> None:
    """Lists become tuples where these are declared, and plain JSON stays as it is."""
    thing = built(Thing, WHOLE)

    assert (("b", "c"), (("d", "e"), ("f", "g"))) == (thing.pair, thing.links)
    assert (WHOLE["extra"], WHOLE["many"]) == (thing.extra, thing.many)
    assert Thing(name="a") == built(Thing, {"name": "a"})


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ("name", None),
        ("size", True),
        ("is_on", 1),
        ("pair", ["b"]),
        ("links", [["d", 5]]),
        ("links", {}),
        ("extra", []),
        ("many", [[]]),
        ("other", 1),
    ],
)
def test_members_of_another_type_are_refused(member: str, wrong: Any) -> None:
    """A wrong type, a wrong length and an unknown member; also something that has no members."""
    with pytest.raises((TypeError, ValueError)):
        built(Thing, {**WHOLE, member: wrong})
    with pytest.raises(TypeError):
        built(Thing, [WHOLE])
