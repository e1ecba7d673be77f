"""What Attio holds of the records that rows match, by lookups or by one scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination_attio.storage.scratch import Scratch
from destination_attio.workspace import snapshot
from destination_attio.workspace.snapshot import Snapshot
from unit_tests.attio_api.at_once import AtOnce
from unit_tests.destination_attio.bindings import target
from unit_tests.destination_attio.one_gateway import OneGateway

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = target()
DOMAINS = TARGET.attributes["domains"]
HELD: dict[str, dict[str, Any]] = {f"r{n}": {"domains": [f"d{n}.com"], "name": f"N{n}"} for n in range(7)}


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    with Scratch() as made:
        yield made


def seen(scratch: Scratch, gateway: OneGateway, *match: Any) -> Snapshot:
    return Snapshot(gateway, match or [DOMAINS], scratch, AtOnce(), "p")  # type: ignore[arg-type]  # a stand-in


def names(found: dict[str, list[Any]]) -> list[str]:
    return sorted(str(one.values["name"]) for each in found.values() for one in each)


def test_few_keys_are_looked_up(scratch: Scratch) -> None:
    """What no record has is missing, and nothing else is read."""
    gateway = OneGateway(TARGET, **HELD)
    found = seen(scratch, gateway).find([("d1.com",), ("d4.com",), ("none.com",)])

    assert ["N1", "N4"] == names(found)
    assert None not in gateway.asked


def test_many_keys_are_found_by_one_scan_which_is_kept(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Further keys ask nothing; the snapshot says that it may be stale by then."""
    monkeypatch.setattr(snapshot, "SCAN_WORTH", 0)
    gateway = OneGateway(TARGET, **{one: HELD[one] for one in ("r1", "r2")})
    taken = seen(scratch, gateway)
    first = taken.find([("d1.com",)], rows_expected=900)
    fresh, asked = taken.is_stale, len(gateway.asked)
    second = taken.find([("d2.com",)])

    assert (["N1"], ["N2"]) == (names(first), names(second))
    assert (False, True) == (fresh, taken.is_stale)
    assert asked == len(gateway.asked)


def test_an_attribute_that_a_scan_lacks_is_read_by_another(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read without it is forgotten."""
    monkeypatch.setattr(snapshot, "SCAN_WORTH", 0)
    gateway = OneGateway(TARGET, r1=HELD["r1"])
    taken = seen(scratch, gateway)
    taken.find([("d1.com",)], rows_expected=900)
    taken.cover([TARGET.attributes["name"]])
    asked = len(gateway.asked)
    taken.find([("d1.com",)], rows_expected=900)

    assert asked < len(gateway.asked)


def test_records_by_id_are_those_that_are_still_there(scratch: Scratch) -> None:
    """However many pages they fill."""
    gateway = OneGateway(TARGET, **HELD)

    assert {"r0", "r3", "r6"} == set(seen(scratch, gateway).by_ids(["r0", "r3", "r6", "gone"]))


def test_everything_is_read_page_by_page(scratch: Scratch) -> None:
    """Each record once, though pages are read ahead."""
    found = [one.record_id for page in seen(scratch, OneGateway(TARGET, **HELD)).everything() for one in page]

    assert list(HELD) == found


def test_rows_that_match_by_nothing_are_looked_up_by_nothing(scratch: Scratch) -> None:
    """No key is no question."""
    gateway = OneGateway(TARGET, **HELD)
    taken = Snapshot(gateway, (), scratch, AtOnce(), "p")  # type: ignore[arg-type]  # a stand-in

    assert ({}, []) == (taken.look_up([]), gateway.asked)
