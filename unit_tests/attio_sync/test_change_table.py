from __future__ import annotations

import io

import pytest
from rich.console import Console

from attio_sync.show.change_table import ChangeTable
from destination_attio.model.plan import Change, FieldChange, Kind

LONG = "last_calendar_interaction"


def change(kind: Kind, **values: tuple[object, object]) -> Change:
    fields = tuple(FieldChange(attribute=slug, before=b, after=a) for slug, (b, a) in values.items())  # type: ignore[arg-type]  # any JSON
    return Change(kind=kind, stream="s", target="companies", key={"domains": ["acme.com"]}, fields=fields)


def printed(*some: Change, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(ChangeTable(some))
    return console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above


@pytest.mark.parametrize("width", [20, 30, 40, 52, 60, 80, 120])
@pytest.mark.parametrize("attribute", ["tier", LONG])
def test_no_terminal_is_too_narrow_for_both_sides(width: int, attribute: str) -> None:
    """What was and what becomes are there, broken between lines where need be, and no line is cut."""
    text = printed(change("update", **{attribute: ("B", "A"), "name": ("q" * 50, "z" * 50)}), width=width)
    whole = "".join(text.split())

    assert width >= max(map(len, text.splitlines()))
    assert ("acme.com" in whole, attribute in whole) == (True, True)
    assert (50, 50) == (text.count("q"), text.count("z"))


def test_a_wide_terminal_has_a_line_for_each_field() -> None:
    """With headings; the record stands beside its first field."""
    lines = printed(change("update", tier=("B", "A"), size=("1", "2")), width=80).splitlines()

    assert ["record", "attribute", "before", "after"] == lines[0].split()
    assert [["~", "acme.com", "tier", "B", "→", "A"], ["size", "1", "→", "2"]] == [
        one.split() for one in lines[1:]
    ]


@pytest.mark.parametrize("width", [30, 80])
def test_a_change_without_a_value_is_told_by_its_kind(width: int) -> None:
    """A deletion has none; an attribute that was and stays empty is no line."""
    deleted = printed(change("delete"), width=width)
    empty = printed(change("create", name=(None, "Acme"), team=(None, [])), width=width)

    assert ["-", "acme.com", "delete"] == deleted.split()[-3:]
    assert "team" not in empty
