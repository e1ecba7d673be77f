"""Exports of programs, in several languages: no wrong value, and no column or cell lost in silence."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.importing.export_layouts import LAYOUTS, Layout
from integration_tests.importing.export_layouts_of_lists import LISTS
from integration_tests.importing.export_layouts_of_tools import TOOLS
from integration_tests.importing.export_layouts_seen import SEEN

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

ALL = LAYOUTS | TOOLS | SEEN | LISTS
KEYS = {"people": ("email_addresses", "email_address"), "companies": ("domains", "domain")}


def told(value: dict[str, Any]) -> Any:
    """One value as the layouts write it."""
    kind = value["attribute_type"]
    if kind == "location":
        return value["locality"], value["country_code"]
    names = {
        "personal-name": "full_name",
        "phone-number": "phone_number",
        "email-address": "email_address",
        "currency": "currency_value",
    }
    return value[names.get(kind, "value")]


def columns_of(layout: Layout) -> frozenset[str]:
    """The columns of a layout whose header is its first line."""
    header = layout.text.partition("\n")[0]
    return frozenset(one.strip() for one in next(csv.reader([header])))


def held(attio: RemoteEmulator, layout: Layout) -> dict[str, dict[str, Any]]:
    """What Attio holds, as far as the layout speaks of it."""
    attribute, member = KEYS[layout.object]
    found = {}
    for record in attio.records(layout.object):
        values = record["values"]
        key = values[attribute][0][member]
        asked = layout.written.get(key, {})
        found[key] = {
            slug: [told(one) for one in values[slug]]
            if isinstance(asked[slug], list)
            else told(values[slug][0])
            for slug in asked
        }
    return found


@pytest.mark.parametrize("name", ALL)
def test_an_export_arrives_as_its_owner_expects(attio: RemoteEmulator, sync: Commands, name: str) -> None:
    """Each record as it should be, each column written or left out by name, each lost cell listed."""
    layout = ALL[name]
    (sync.folder / "export.csv").write_bytes(layout.text.encode(layout.encoding))
    words = ["--from", "export.csv", "--object", layout.object, "--accept-guess", *layout.options]
    said = sync("push", *words, "--json")
    outcome = said.json()

    assert (3 if layout.rejected else 0) == said.code, said.err
    assert layout.written == held(attio, layout)
    left_out = columns_of(layout) - layout.goes if layout.goes else layout.left_out
    assert left_out == {one["column"] for one in outcome["left_out"]}
    assert all(one["reason"] for one in outcome["left_out"])
    assert (layout.rejected, layout.skipped) == (outcome["counts"]["rejected"], outcome["skipped_cells"])


def test_no_layout_stands_for_another() -> None:
    """Each has a name of its own."""
    assert sum(map(len, (LAYOUTS, TOOLS, SEEN, LISTS))) == len(ALL)


def test_where_a_header_was_read_is_said() -> None:
    """Of each layout that claims a public source."""
    assert all(one.source for one in (SEEN | LISTS).values())
