"""What the room shows beside the changes: who else wrote, what is lost, what goes with a record."""

from __future__ import annotations

import html
import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attio_sync import cli
from attio_sync.show.wording import GONE
from attio_sync.ui.plans import SKIPPED
from destination_attio.model.plan import Plan
from destination_attio.model.skipped import Skipped
from integration_tests.room.rooms import served
from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.room.rooms import Served


FROM_COMPANIES = ("--from", "companies.csv", "--map", "companies.csv.attio.yaml", "--yes")


@pytest.fixture
def room(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Served]:
    """The room of an empty folder."""
    with signed_in(attio.url, attio.token, tmp_path), served() as found:
        yield found


def made(attio: RemoteEmulator, name: str, domain: str) -> str:
    """A company that Attio holds; returns its id."""
    record = attio.create_record("companies", {"name": name, "domains": [domain]})
    return str(record["id"]["record_id"])


def planned(room: Served, rows: str, mode: str = "upsert") -> str:
    """Compare a file of companies with Attio; returns the plan's page."""
    Path("companies.csv").write_text(f"name,domains\n{rows}")
    begun = room.post("import", {"file": "companies.csv", "target": "companies"})
    draft = begun.headers["location"].rpartition("/")[2]
    form = {"to-0": "name", "to-1": "domains", "match": "domains", "mode": mode, "do": "compare"}
    room.post(f"import/{draft}", form)
    room.ended()
    return waiting(room)


def printed(*command: str) -> str:
    """What a command says on its output."""
    with redirect_stdout(io.StringIO()) as out:
        cli.run(list(command))
    return out.getvalue()


def waiting(room: Served) -> str:
    return text_of(room.get(f"plans/{room.room.plans.waiting()[0].id}").text)


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def approved(room: Served) -> str:
    """Approve the plan that waits; returns the run's id."""
    kept = room.room.plans.waiting()[0]
    room.post(f"plans/{kept.id}/approve", {"digest": kept.digest, "word": kept.word})
    room.ended()
    written = room.room.plans.get(kept.id)
    assert written is not None
    return str(written.run_id)


def test_rows_of_one_key_that_differ_are_shown_side_by_side(room: Served) -> None:
    """What is lost with the earlier row stands beside what counts."""
    page = planned(room, "Acme Norge,acme.com\nGlobex,globex.com\nAcme Group,acme.com\n")

    assert "Row 3 has the same key and comes later, with other data." in page
    assert "was Acme Norge → becomes Acme Group" in page


def test_rows_of_one_key_are_shown_side_by_side_however_far_apart(room: Served) -> None:
    """On the plan's page, the saved page, the terminal and in the JSON, with the values that differ."""
    others = [f"Company {number},c{number}.com" for number in range(2_100)]
    lines = [
        *others[:2],
        "Acme,acme.com",
        *others[2:9],
        "Acme AS,acme.com",
        *others[9:],
        "Acme Group,acme.com",
    ]
    planned(room, "\n".join(lines) + "\n")
    plan = room.room.plans.waiting()[0].id
    listed = text_of(room.get(f"plans/{plan}?kind=superseded&view=records").text)
    saved = text_of(room.get(f"plans/{plan}/page").text)
    out = printed("plan", *FROM_COMPANIES)
    raw = json.loads(printed("plan", *FROM_COMPANIES, "--json"))
    superseded = [one for one in raw["changes"] if one["kind"] == "superseded"]

    for said in (listed, saved):
        assert "was Acme → becomes Acme Group" in said
        assert "was Acme AS → becomes Acme Group" in said
    assert re.search(r"attribute +this row +the row that counts\s+name +Acme +Acme Group", out)
    assert [(3, "Acme"), (11, "Acme AS")] == [
        (one["row_number"], one["fields"][0]["before"]) for one in superseded
    ]
    assert {"Acme Group"} == {one["fields"][0]["after"] for one in superseded}


def test_each_of_many_superseded_rows_is_on_some_page(room: Served) -> None:
    """Fifty on a page, and a way to the next one; the saved page has all of them."""
    rows = "".join(f"old {n},c{n}.com\nnew {n},c{n}.com\n" for n in range(60))
    first = planned(room, rows)
    plan = room.room.plans.waiting()[0].id
    pages = [
        text_of(room.get(f"plans/{plan}?kind=superseded&view=records{at}").text) for at in ("", "&at=50")
    ]
    saved = text_of(room.get(f"plans/{plan}/page").text)

    assert "All 60 superseded rows" in first
    assert ["of 60 · next", "of 60 · previous"] == [re.findall(r"of 60 · \w+", page)[0] for page in pages]
    assert [50, 10] == [page.count("was old") for page in pages]
    assert 60 == saved.count("was old")


def pointing_at(attio: RemoteEmulator, company: str) -> None:
    """Somebody's person who points at the company."""
    backer = {"title": "Backer", "description": None, "api_slug": "backer", "type": "record-reference"}
    flags = {"is_required": False, "is_unique": False, "is_multiselect": False}
    config = {"record_reference": {"allowed_objects": ["companies"]}}
    attio.api("POST", "/v2/objects/people/attributes", {"data": {**backer, **flags, "config": config}})
    at = [{"target_object": "companies", "target_record_id": company}]
    attio.create_record("people", {"email_addresses": ["ada@example.com"], "backer": at})


def test_a_deletion_says_what_attio_takes_away_with_it(attio: RemoteEmulator, room: Served) -> None:
    """Counted before somebody decides; a record on which nothing hangs says nothing of it."""
    ids = [made(attio, one, f"{one}.com") for one in ("a", "b")]
    note = {"parent_object": "companies", "parent_record_id": ids[0], "title": "t", "format": "plaintext"}
    attio.api("POST", "/v2/notes", {"data": note | {"content": "c"}})
    pointing_at(attio, ids[0])
    page = planned(room, "a,a.com\nb,b.com\n", mode="delete")

    told = f"It has 1 note. 1 of 'people' points at it with 'backer'. {GONE}"
    saved = text_of(room.get(f"plans/{room.room.plans.waiting()[0].id}/page").text)
    terminal = " ".join(printed("plan", *FROM_COMPANIES).split())

    assert (1, 1) == (page.count(told), saved.count(told))
    assert "Deletes 2 in Attio. With a record go its notes" in saved
    assert "- a.com It has 1 note." in terminal
    assert "b.com It has" not in terminal


@pytest.mark.parametrize("mode", ["upsert", "delete"])
def test_a_record_that_is_there_has_a_link_before_anything_is_written(
    attio: RemoteEmulator, room: Served, mode: str
) -> None:
    """Its page in Attio is known once it was compared; a new record has none yet."""
    url = attio.create_record("companies", {"name": "Old", "domains": ["acme.com"]})["web_url"]
    planned(room, "New,acme.com\n" + ("Other,other.com\n" if mode == "upsert" else ""), mode=mode)
    plan = room.room.plans.waiting()[0].id
    pages = [room.get(f"plans/{plan}").text, room.get(f"plans/{plan}/page").text]

    assert [1, 1] == [page.count("In Attio <span") for page in pages]
    assert all(f'href="{url}"' in page for page in pages)


def test_a_revert_says_who_has_changed_a_value_and_when(attio: RemoteEmulator, room: Served) -> None:
    """Attio tells both with each value; the preview shows them before the yes."""
    record = made(attio, "Old", "acme.com")
    planned(room, "New,acme.com\n")
    run_id = approved(room)
    attio.api("PATCH", f"/v2/objects/companies/records/{record}", {"data": {"values": {"name": "Theirs"}}})
    room.post(f"runs/{run_id}/preview")
    room.ended()
    page = waiting(room)

    assert "was New → becomes Theirs" in page
    assert re.search(r"An API token wrote name on \d{4}-\d\d-\d\d at \d\d:\d\d UTC\.", page)
    assert 1 == page.count("Somebody has changed the value since")


LONG = "9" * 5000
HOSTILE = ("[", "%ff", "%00", "%2e%2e%2f", "9" * 25, LONG, "%ed%a0%80", "a'b\"c", "💥", "%5B::1")


def test_only_records_that_a_run_has_touched_lead_to_their_runs(attio: RemoteEmulator, room: Served) -> None:
    """A plan links the runs of a record where there are some, so that no link leads to nothing."""
    record, other = made(attio, "Old", "acme.com"), made(attio, "Other", "other.com")
    untouched = planned(room, "New,acme.com\n")
    approved(room)
    planned(room, "Newer,acme.com\nNewer,other.com\n")
    page = room.get(f"plans/{room.room.plans.waiting()[0].id}").text
    links = re.findall(r'href="([^"]*/records/[^"]*)"', page)

    assert "All runs of it" not in untouched
    assert [f"/{room.room.door.part}/records/{record}"] == links
    assert "New" in text_of(room.get(f"records/{record}").text)
    assert 404 == room.get(f"records/{other}").status_code


def test_a_journal_that_cannot_be_read_is_told_behind_the_link(attio: RemoteEmulator, room: Served) -> None:
    """The plan is shown all the same."""
    made(attio, "Old", "acme.com")
    room.room.journal.parent.mkdir(parents=True, exist_ok=True)
    planned(room, "New,acme.com\n")
    room.room.journal.write_bytes(b"no database")
    plan = room.get(f"plans/{room.room.plans.waiting()[0].id}")
    (link,) = re.findall(r'href="([^"]*/records/[^"]*)"', plan.text)

    assert 200 == plan.status_code
    assert "is not a DuckDB database" in text_of(room.get(link.split("/", 2)[2]).text)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,no domain\n", "No row would be written: it is rejected."),
        ("a,no domain\nb,x\n", "No row would be written: all are rejected."),
        (
            "Old,acme.com\nb,x\n",
            "No row would be written: 1 is rejected, and Attio already holds the others.",
        ),
        ("Old,acme.com\n", "Attio already holds all of it."),
    ],
)
def test_a_plan_without_writes_says_why(attio: RemoteEmulator, room: Served, rows: str, said: str) -> None:
    """A rejected row is no success; and a row without a name of its own is called by its number once."""
    made(attio, "Old", "acme.com")
    page = planned(room, rows)

    assert said in page
    assert "(row" not in page.replace("acme.com (row", "")


def test_a_plan_lists_the_columns_and_cells_that_are_left_out(room: Served) -> None:
    """Also a plan without an import of the room, like one that a command made: with the words of its page."""
    cells = tuple(
        Skipped(stream="s", row_number=n, column="Since", attribute="day", value="2013 (1888)", reason="No.")
        for n in range(1, SKIPPED + 3)
    )
    left = ({"column": "Fax", "reason": "no attribute of this name"}, {"column": "<b>", "reason": "empty"})
    kept = room.room.plans.keep(Plan(changes=(), left_out=left, skipped=cells), title="x", by=None)
    page = text_of(room.get(f"plans/{kept.id}").text)
    saved = text_of(room.get(f"plans/{kept.id}/page").text)

    assert "2 columns left out : Fax, <b> Column Why it goes nowhere Fax no attribute of this name" in page
    assert f"{SKIPPED + 2} cells left out of their rows , each with the reason Row Column Cell" in page
    for one in ("<b> empty", "1 Since 2013 (1888) No.", f"{SKIPPED} Since 2013 (1888) No."):
        assert one in page
        assert one in saved
    assert f"{SKIPPED + 1} Since" not in page
    assert f"{SKIPPED + 1} Since" in saved
    assert "… and 2 more, listed on the page to save" in page


@pytest.mark.parametrize("path", ["plans/{}", "runs/{}", "records/{}", "tables/{}", "jobs/{}", "import/{}"])
def test_no_address_is_an_error_of_the_room(room: Served, path: str) -> None:
    """Whatever stands in an address, a page says that there is nothing."""
    found = {one[:30]: room.get(path.format(one)).status_code for one in HOSTILE}

    assert {} == {one: status for one, status in found.items() if status >= 500}


def test_no_number_is_an_error_of_the_room(room: Served) -> None:
    """Numbers of changes, of rows and of events may be of any size."""
    planned(room, "Acme,acme.com\n")
    plan = room.room.plans.waiting()[0].id
    job = room.room.jobs.all()[0].id
    asked = [f"plans/{plan}/changes/{one}" for one in ("9" * 25, LONG)]
    asked += [
        f"plans/{plan}?at={one}&alike={one}&before=%ff&q=%00&kind=[" for one in ("9" * 25, LONG, "-1", "x")
    ]
    found = [room.get(one).status_code for one in asked]
    events = [
        room.get(f"jobs/{job}/events", **{"last-event-id": one}).status_code for one in ("9" * 25, LONG)
    ]

    assert [] == [one for one in (*found, *events) if one >= 500]
