"""A mapping on a terminal: each line can be changed, what was chosen is written and remembered, no is no."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from integration_tests.sync.commands import Terminal, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

ROWS = """Name,Domain,Foundation date,Remark
Alpha,alpha.example.com,05/06/2020,from the file
Beta,beta.example.com,07/08/2021,from the file
"""
PUSH = ("push", "--from", "companies.csv", "--object", "companies")
MAPPING = "to change a line) [y]"


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in; Attio has a description of one of the companies already."""
    attio.create_record(
        "companies", {"name": "Alpha", "domains": ["alpha.example.com"], "description": "from Attio"}
    )
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        Path("companies.csv").write_text(ROWS)
        yield commands


def remembered() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path("companies.csv.attio.yaml").read_text())
    return found


def held(attio: RemoteEmulator) -> dict[str, tuple[str, str]]:
    """Domain to description and day of foundation."""
    found = [record["values"] for record in attio.records("companies")]
    return {
        one["domains"][0]["domain"]: (one["description"][0]["value"], one["foundation_date"][0]["value"])
        for one in found
    }


def answered(terminal: Terminal, *answers: tuple[str, str]) -> None:
    """Wait for each question, then type its answer."""
    for question, answer in answers:
        terminal.reads(question)
        terminal.types(answer)
        terminal.forgets()


def test_each_line_can_be_changed_and_is_remembered_so(attio: RemoteEmulator, sync: Commands) -> None:
    """Another attribute, another merge rule and another order of day and month, each from the keyboard."""
    terminal = Terminal(*PUSH)
    answered(
        terminal,
        ("Which is it? (dmy, mdy)", "dmy"),
        (MAPPING, "4"),
        ("'Remark' goes to", "description"),
        ("When Attio holds something", "set_if_empty"),
        (MAPPING, "3"),
        ("'Foundation date' goes to", ""),
        ("When Attio holds something", ""),
        ("Dates are", "mdy"),
        (MAPPING, "y"),
        ("[y/N]", "y"),
    )
    said = terminal.ends()
    fields = {one["column"]: one for one in remembered()["fields"]}

    assert 0 == said.code, said.out
    assert {
        "alpha.example.com": ("from Attio", "2020-05-06"),
        "beta.example.com": ("from the file", "2021-07-08"),
    } == held(attio)
    assert "by_person" == remembered()["confirmed"]
    assert ("description", "set_if_empty") == (fields["Remark"]["attribute"], fields["Remark"]["merge"])
    assert "mdy" == fields["Foundation date"]["read"]["date"]
    assert {"unchanged": 2} == {
        fate: count
        for fate, count in sync.done(*PUSH, "--json").json()["counts"].items()
        if count and fate != "rows"
    }


def test_an_attribute_that_is_none_or_taken_changes_nothing(attio: RemoteEmulator, sync: Commands) -> None:
    """A misspelt slug is answered with those that there are, a taken one with how to free it."""
    terminal = Terminal(*PUSH, "--dates", "dmy")
    answered(
        terminal,
        (MAPPING, "4"),
        ("'Remark' goes to", "descriptoin"),
        ("There is no attribute 'descriptoin'", "4"),
        ("'Remark' goes to", "name"),
        ("Another column goes to 'name'", "4"),
        ("'Remark' goes to", "-"),
        (MAPPING, "y"),
        ("[y/N]", "n"),
    )
    said = terminal.ends()

    assert 130 == said.code, said.out
    assert [{"column": "Remark", "reason": "left out by you"}] == remembered()["left_out"]
    assert 1 == len(attio.records("companies"))


def test_no_is_kept_as_no(attio: RemoteEmulator, sync: Commands) -> None:
    """A mapping that somebody refused is not written with by a run that nobody watches."""
    terminal = Terminal(*PUSH, "--dates", "dmy")
    answered(terminal, (MAPPING, "n"))
    said = terminal.ends()
    later = sync(*PUSH, "--dates", "dmy")

    assert 130 == said.code, said.out
    assert "refused" == remembered()["confirmed"]
    assert 2 == later.code
    assert "was refused" in later.err
    assert 1 == len(attio.records("companies"))


def test_columns_can_be_read_on_a_narrow_terminal(sync: Commands) -> None:
    """Name and cells, attribute, type, form and doubts of each column stand there in whole words."""
    Path("companies.csv").write_text(ROWS + "Gamma,gamma.example.com,soon,\n")
    terminal = Terminal(*PUSH, columns=80)
    seen = terminal.reads("Which is it? (dmy, mdy)")
    terminal.types("dmy")
    terminal.forgets()
    again = terminal.reads(MAPPING)
    terminal.types("n")
    terminal.ends()
    asked, answered = " ".join(seen.split()), " ".join(again.split())

    assert all(len(line) <= 80 for line in (seen + again).splitlines() if "→" in line)
    assert "Foundation date → foundation_date 05/06/2020, 07/08/2021, soon date '05/06/2020' and" in asked
    assert "Alpha, Beta, Gamma" in asked
    assert "would be rejected" not in asked
    assert "date; day/month/year 1 of the first 3 different cells would be rejected, as 'soon'" in answered
