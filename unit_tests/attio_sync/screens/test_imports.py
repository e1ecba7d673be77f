from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from attio_sync import workspace
from attio_sync.mapping import memory
from attio_sync.ui import work
from attio_sync.ui.jobs import Job
from unit_tests.attio_sync.asgi import room_in, seen
from unit_tests.attio_sync.test_choices import attribute

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.drafts import NewImport
    from attio_sync.ui.room import Room

FORM = {"to-0": "name", "to-1": "domains", "to-2": "", "match": "domains", "mode": "upsert"}


@pytest.fixture
def room(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room beside a file of companies and a workspace with three attributes."""
    (tmp_path / "a.csv").write_text("Name,Domain,Since\nAcme,acme.com,01/02/2026\n")
    attributes = [attribute("name"), attribute("domains", "domain", is_unique=True), attribute("day", "date")]
    monkeypatch.setattr(workspace, "targets", lambda _: ["companies", "lists/deals"])
    monkeypatch.setattr(workspace, "attributes", lambda *_: attributes)
    return room


@pytest.fixture
def compared(room: Room, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The imports that were compared, in place of the comparison."""
    found: list[str] = []

    def compare(_: Room, draft: NewImport) -> Job:
        found.append(draft.id)
        return Job("compare", "x")

    monkeypatch.setattr(work, "compare", compare)
    return found


def begun(room: Room) -> str:
    """Choose the file; returns the address of its columns."""
    return seen(room, "import", {"file": "a.csv", "target": "companies"}).leads_to


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose a file."),
        ({"file": "b.csv", "target": "companies"}, "no file &#39;b.csv&#39;"),
        ({"file": "../a.csv", "target": "companies"}, "no file &#39;../a.csv&#39;"),
        ({"file": "a.csv", "target": "company"}, "&#39;company&#39; is not an object or list"),
    ],
)
def test_what_the_page_does_not_list_is_refused(room: Room, form: dict[str, str], said: str) -> None:
    """A file by its path, and a target that the workspace lacks."""
    page = seen(room, "import", form)

    assert (400, True) == (page.status, said in page.text)


def test_the_newest_file_is_chosen_but_not_that_of_the_pulled_tables(room: Room) -> None:
    """Each pull writes it; it can be chosen all the same."""
    room.warehouse = room.folder / "crm.duckdb"
    room.warehouse.touch()
    os.utime(room.folder / "a.csv", (1, 1))
    page = seen(room, "import").text

    assert 1 == page.count(" checked>")
    assert 'value="a.csv" checked>' in page
    assert 'value="crm.duckdb">' in page


def test_without_a_token_no_file_is_asked_for(tmp_path: Path) -> None:
    """The page says what to do first."""
    page = seen(room_in(tmp_path), "import")

    assert (200, True, False) == (page.status, "attio-sync login" in page.text, "<form" in page.text)


def test_columns_stay_as_they_were_decided(room: Room, compared: list[str]) -> None:
    """Saving starts nothing, and what is compared is remembered beside the file."""
    place = begun(room)
    assert place == seen(room, place, FORM | {"do": "save"}).leads_to
    assert ([], False) == (compared, (room.folder / "a.csv.attio.yaml").exists())
    assert seen(room, place, FORM | {"do": "compare"}).leads_to.startswith("jobs/")

    saved = memory.read(room.folder / "a.csv.attio.yaml")
    assert 1 == len(compared)
    assert ["name", "domains"] == [one["attribute"] for one in saved["fields"]]
    assert "by_person" == saved["confirmed"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mode": "mirror"}, "Say that the file holds all records"),
        ({"to-2": "day"}, "Say first how these columns are written: &#39;Since&#39;"),
        ({"to-2": "nmae"}, "the page does not offer &#39;nmae&#39;"),
    ],
)
def test_nothing_is_compared_before_all_is_decided(
    room: Room, compared: list[str], changed: dict[str, str], said: str
) -> None:
    """The page names what is missing."""
    page = seen(room, begun(room), FORM | changed | {"do": "compare"})

    assert (400, True, []) == (page.status, said in page.text, compared)


def test_a_file_without_a_unique_attribute_is_matched_by_what_somebody_chooses(
    room: Room, compared: list[str]
) -> None:
    """The page says what is missing, and offers the attributes that columns go to."""
    (room.folder / "a.csv").write_text("Name,Fax\nAcme,1\n")
    place = begun(room)
    page = seen(room, place)
    assert (200, True) == (page.status, "Nothing tells the records apart yet" in page.text)
    assert '<option value="" selected>nothing chosen' in page.text
    form = {"to-0": "name", "to-1": "", "mode": "upsert"}
    refused = seen(room, place, form | {"match": "", "do": "compare"})
    assert (400, True, []) == (refused.status, "which record a row means" in refused.text, compared)

    seen(room, place, form | {"match": "name", "do": "save"})
    page = seen(room, place)
    assert "Nothing tells the records" not in page.text
    assert '<option value="name" selected>name (not unique)' in page.text
    assert seen(room, place, form | {"match": "name", "do": "compare"}).leads_to.startswith("jobs/")
    assert 1 == len(compared)


def test_entries_are_told_apart_by_their_parents(room: Room) -> None:
    """Nothing has to be chosen for them."""
    (room.folder / "a.csv").write_text("Name,Fax\nAcme,1\n")
    page = seen(room, seen(room, "import", {"file": "a.csv", "target": "lists/deals"}).leads_to)

    assert (200, False) == (page.status, "Nothing tells the records apart yet" in page.text)
    assert '<option value="" selected>the parent record' in page.text


def test_a_file_that_changed_is_chosen_again(room: Room, compared: list[str]) -> None:
    """The import is forgotten, and the form has the same file and target."""
    place = begun(room)
    (room.folder / "a.csv").write_text("Name,Domain,Since\nGlobex,globex.com,\n")
    page = seen(room, place, FORM | {"do": "compare"})

    assert (409, []) == (page.status, compared)
    assert "was changed after it was chosen" in page.text
    assert "selected>companies" in page.text
    assert 404 == seen(room, place).status


def test_the_usual_way_to_write_a_date_is_offered_once(room: Room) -> None:
    """Where the file's cells show it, and where nothing is said."""
    (room.folder / "a.csv").write_text("Name,Domain,Day\nAcme,acme.com,2026-11-26\n")
    page = seen(room, begun(room)).text

    assert 1 == page.count(">as in 2026-11-26<")
    assert ">iso<" not in page
