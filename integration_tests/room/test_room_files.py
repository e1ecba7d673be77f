"""The files that the room lists and takes: any name, and nothing that is not a file."""

from __future__ import annotations

import html
import os
import re
import resource
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from attio_sync.rows.readers import rows_of_file
from attio_sync.ui import drafts, work
from attio_sync.ui.guard import COOKIE, CSRF_HEADER
from attio_sync.ui.plans import KEPT_DAYS
from attio_sync.ui.screens import imports
from integration_tests.room.rooms import served
from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator
    from attio_sync.rows.form import Form
    from attio_sync.rows.rows import OnRead, Rows
    from attio_sync.ui.drafts import NewImport
    from integration_tests.room.rooms import Served

ROWS = "name,domains\nAcme,acme.com\n"
NAMES = [
    "fox \N{FOX FACE}.csv",
    "from right to left \u202egpj.csv",
    '<b>bold&".csv',
    "two\nlines.csv",
    "tab\t.csv",
    "100%2Fcent + &amp;.csv",
    "a" * 200 + ".csv",
]


@pytest.fixture
def room(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Served]:
    """The room of an empty folder."""
    with signed_in(attio.url, attio.token, tmp_path), served() as found:
        yield found


def offered(room: Served) -> list[str]:
    """The names in the form, as a browser sends them: with CR LF for a line end."""
    page = room.get("import").text
    found = re.findall(r'<input type="radio" name="file"[^>]*value="([^"]*)"', page)
    return [html.unescape(one).replace("\n", "\r\n") for one in found]


def chosen(room: Served, name: str) -> requests.Response:
    return room.post("import", {"file": name, "target": "companies"})


def dropped(room: Served, name: str, rows: str = ROWS) -> requests.Response:
    """Drop a file on the page, with an encoded name."""
    headers = {"cookie": f"{COOKIE}={room.room.door.session}", CSRF_HEADER: room.room.door.csrf}
    ours = {"origin": room.origin, "sec-fetch-site": "same-origin"}
    return requests.put(room.url(f"import/files/{name}"), data=rows, headers=headers | ours, timeout=60)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_leads_to_its_columns(room: Served, name: str) -> None:
    """Whatever characters are in it, the name comes back from the form as it is."""
    Path(name).write_text(ROWS)
    (sent,) = offered(room)
    begun = chosen(room, sent)
    columns = room.get(f"import/{begun.headers['location'].rpartition('/')[2]}")

    assert (303, 200) == (begun.status_code, columns.status_code)
    assert "1 row, 2 columns." in columns.text


def import_of(room: Served, name: str) -> NewImport:
    """Choose a file; returns its import."""
    draft = room.room.drafts.get(chosen(room, name).headers["location"].rpartition("/")[2])
    assert draft is not None
    return draft


def test_a_file_that_was_changed_after_it_was_chosen_is_chosen_anew(room: Served) -> None:
    """Its columns lead to the choice with the reason, and with the file and the target that were chosen."""
    Path("a.csv").write_text(ROWS)
    os.utime("a.csv", (1, 1))
    Path("newer.csv").write_text(ROWS)
    address = f"import/{import_of(room, 'a.csv').id}"
    Path("a.csv").write_text(ROWS + "Globex,globex.com\n")
    os.utime("a.csv", (2, 2))
    refused, looked_at = room.post(address, {"do": "compare"}), room.get(address)

    assert [(409, True), (404, True)] == [
        (one.status_code, f'action="/{room.room.door.part}/import"' in one.text)
        for one in (refused, looked_at)
    ]
    assert "&#39;a.csv&#39; was changed after it was chosen" in refused.text
    assert "or its file was changed" in looked_at.text
    assert 'value="a.csv" checked' in refused.text
    assert "<option selected>companies" in refused.text
    assert "2 rows, 2 columns." in room.get(f"import/{import_of(room, 'a.csv').id}").text


def test_a_file_that_is_changed_while_it_is_compared_is_chosen_anew(room: Served) -> None:
    """The page of the comparison says why it ended, and leads to the choice instead of the columns."""
    Path("a.csv").write_text(ROWS)
    draft = import_of(room, "a.csv")
    Path("a.csv").write_text(ROWS + "Globex,globex.com\n")
    job = work.compare(room.room, draft)
    room.ended()
    page = room.get(f"jobs/{job.id}").text

    assert "&#39;a.csv&#39; was changed after it was chosen" in page
    assert f'href="/{room.room.door.part}/import">Compare anew' in page


@pytest.mark.parametrize(("is_stopped", "end", "status"), [(False, "done", 303), (True, "stopped", 200)])
def test_a_file_that_is_read_for_long_shows_how_far_it_is(
    room: Served,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_stopped: bool,
    end: str,
    status: int,
) -> None:
    """As a job, beside others: it can be stopped, and leads to the columns or back to the choice."""
    gate = threading.Event()

    def slowly(path: Path, form: Form, on_read: OnRead) -> Rows:
        on_read(25, 100)
        assert gate.wait(30)
        return rows_of_file(path, form, on_read)

    Path("a.csv").write_text(ROWS)
    monkeypatch.setattr(imports, "_PATIENCE", 0)
    monkeypatch.setattr(drafts, "rows_of_file", slowly)
    address = chosen(room, "a.csv").headers["location"].split("/", 2)[2]
    (job,) = room.room.jobs.all()
    while not job.snapshot()["done"]:
        assert not job.ended.wait(0.01)
    shown = room.get(address).text
    if is_stopped:
        room.post(f"{address}/stop")
    gate.set()
    assert job.ended.wait(30)
    after = room.get(address)

    assert 'value="25"' in shown
    assert "bytes read" in shown
    assert (f"jobs/{job.id}", end, status) == (address, job.state, after.status_code)
    assert "/import/" in after.headers.get("location", "/import/")
    assert (f'href="/{room.room.door.part}/import">Choose a file' in after.text) is is_stopped


def test_a_name_that_is_no_text_is_listed_and_refused_with_what_to_do(room: Served) -> None:
    """Bytes that are not UTF-8 keep no page from being shown."""
    Path(os.fsdecode(b"bad\xff.csv")).write_text(ROWS)
    (sent,) = offered(room)
    answer = chosen(room, sent)

    assert ("bad?.csv", 400) == (sent, answer.status_code)
    assert "Rename the file, then import it." in answer.text


def test_what_is_no_file_is_not_offered(room: Served) -> None:
    """A folder, a pipe, a link to a file elsewhere and one to nothing."""
    Path("folder.csv").mkdir()
    os.mkfifo("pipe.csv")
    Path("link.csv").symlink_to("/etc/passwd")
    Path("dangling.csv").symlink_to("nowhere.csv")

    assert [] == offered(room)
    assert [400] * 4 == [
        chosen(room, f"{one}.csv").status_code for one in ("folder", "pipe", "link", "dangling")
    ]


@pytest.mark.parametrize("name", ["a%00b.csv", "%F0%9F%A6%8A" * 119 + ".csv", "..%5C..%5Cup.csv", "%FF.csv"])
def test_a_dropped_file_gets_a_name_that_a_file_can_have(room: Served, name: str) -> None:
    """It lies in the room's own folder, is offered under that name, and can be chosen."""
    answer = dropped(room, name)
    (sent,) = offered(room)

    assert (200, sent) == (answer.status_code, answer.json()["name"])
    assert 303 == chosen(room, sent).status_code
    assert [room.room.drafts.private] == [one.parent for one in room.room.drafts.files()]


def test_a_folder_in_place_of_the_journal_is_told(room: Served) -> None:
    """It is no empty journal."""
    room.room.journal.mkdir(parents=True)

    assert "There is no journal" in room.get("runs").text


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow beyond 100 kB, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_file_for_which_there_is_no_room_is_refused_once_it_was_sent(room: Served) -> None:
    """The answer is a sentence that a browser can read; no part of the file stays, and the room goes on."""
    with full_disk():
        answer = dropped(room, "large.csv", ROWS + "Acme,acme.com\n" * 100_000)
    after = dropped(room, "small.csv")

    assert (400, True) == (answer.status_code, "large.csv cannot be written: " in answer.json()["sentence"])
    assert 200 == after.status_code
    assert ["small.csv"] == [one.name for one in room.room.drafts.private.iterdir()]


def test_files_that_were_dropped_are_removed_after_two_weeks(room: Served) -> None:
    """The rows go; what was decided about their columns stays, and so do the files of the folder."""
    Path("mine.csv").write_text(ROWS)
    for name in ("old.csv", "new.csv"):
        dropped(room, name)
    drafts = room.room.drafts
    (drafts.private / "old.csv.attio.yaml").write_text("target: companies\n")
    now = drafts.now().timestamp()
    for old in (drafts.private / "old.csv", Path("mine.csv")):
        os.utime(old, (now, now - 15 * 86_400))
    drafts.tidy(KEPT_DAYS)

    assert {"mine.csv", "new.csv"} == {one.name for one in drafts.files()}
    assert (drafts.private / "old.csv.attio.yaml").is_file()


@pytest.mark.parametrize("name", ["a.csv.gz", "a.xlsx", "a.ods", "a.JSONL", "a.tsv"])
def test_the_room_takes_the_files_that_the_commands_read(room: Served, name: str) -> None:
    """Listed in the folder, and taken when it is dropped."""
    Path(name).write_text(ROWS)

    assert [name] == offered(room)
    assert 200 == dropped(room, name).status_code


@pytest.mark.parametrize(
    "name", ["../companies.csv", "%2Fetc%2Fpasswd", "companies.csv.attio.yaml", ".hidden.csv"]
)
def test_only_files_that_are_listed_are_read(room: Served, name: str) -> None:
    """A path is not a name, and a link to elsewhere is not a file of the folder."""
    Path("companies.csv").write_text(ROWS)
    Path("link.csv").symlink_to("companies.csv")
    Path(".hidden.csv").write_text("a\n1\n")

    for file in (name, "link.csv"):
        assert "There is no file" in room.post("import", {"file": file, "target": "companies"}).text


def test_a_dropped_file_is_kept_for_its_owner_alone(room: Served) -> None:
    """Its name loses its path, and it can be imported; one of another format is refused with a sentence."""
    ours = {
        "cookie": f"attio_room={room.room.door.session}",
        "origin": room.origin,
        "sec-fetch-site": "same-origin",
        "x-room-csrf": room.room.door.csrf,
    }
    put = requests.put(room.url("import/files/..%5Cdropped.csv"), data="Name\nx\n", headers=ours, timeout=60)
    bad = requests.put(room.url("import/files/x.exe"), data="x", headers=ours, timeout=60)
    foreign = requests.put(
        room.url("import/files/y.csv"), data="x", headers=ours | {"x-room-csrf": "guess"}, timeout=60
    )

    assert "dropped.csv" == put.json()["name"]
    assert 0o600 == room.room.drafts.file("dropped.csv").stat().st_mode & 0o777
    assert (400, True) == (bad.status_code, "format is unknown" in bad.json()["sentence"])
    assert 403 == foreign.status_code
    assert 303 == room.post("import", {"file": "dropped.csv", "target": "companies"}).status_code
