"""The screens beside the story are for everybody: jobs, refusals, errors, one change, saved pages."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attio_sync.ui.jobs import Job
from integration_tests.room.browsers import BROWSER, chromium, let_in, look_around
from integration_tests.room.rooms import served
from integration_tests.sync.commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from attio_emulator.remote import RemoteEmulator
    from attio_sync.ui.jobs import State
    from integration_tests.room.rooms import Served
    from integration_tests.sync.commands import Commands

pytestmark = BROWSER
ELSEWHERE = "room.example.com"
LONG = "A very helpful company of many words. " * 20


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for which another name is this machine too."""
    with chromium(f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1") as started:
        yield started


@pytest.fixture
def commands(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """A folder with a file that creates and changes records, and has a rejected and two superseded rows."""
    attio.create_record("companies", {"name": "Old", "domains": ["a.com"], "description": "Short."})
    rows = [f"New,a.com,{LONG}", "x,no domain,", "One,b.com,", "Two,b.com,", "Two,b.com,", "'=1+1,c.com,"]
    with signed_in(attio.url, attio.token, tmp_path) as made:
        Path("companies.csv").write_text("\n".join(["name,domains,description", *rows]) + "\n")
        yield made


@pytest.fixture
def room(commands: Commands) -> Iterator[Served]:
    """The room of that folder."""
    with served() as found:
        yield found


@pytest.fixture
def page(browser: Browser, room: Served) -> Iterator[Page]:
    """A page that was let in."""
    with let_in(browser, room) as opened:
        yield opened


def planned(page: Page, mode: str = "upsert") -> None:
    """From the overview to a plan."""
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("companies.csv").check()
    page.get_by_role("button", name="Read it").click()
    page.locator("#mode").select_option(mode)
    page.get_by_role("button", name="Compare with Attio").click()
    page.wait_for_url(re.compile("/plans/"))


def test_one_change_and_what_is_not_written(page: Page) -> None:
    """A long text in full; rejected rows, and superseded ones beside the row that counts."""
    planned(page)
    look_around(page, name="plan-of-each")
    page.get_by_role("link", name="whole text").click()
    look_around(page, name="change")


def test_pages_that_are_sent(commands: Commands, page: Page) -> None:
    """The saved page of a plan with each kind of row, and of deletions."""
    for mode in ("upsert", "delete"):
        saved = (
            "--from",
            "companies.csv",
            "--object",
            "companies",
            "--mode",
            mode,
            "--html",
            "p.html",
            "--yes",
        )
        commands("plan", *saved)
        page.goto(Path("p.html").resolve().as_uri())
        look_around(page, name=f"saved-{mode}")


@pytest.mark.parametrize("state", ["done", "failed", "stopped"])
def test_a_job_while_it_runs_is_asked_to_stop_and_is_over(room: Served, page: Page, state: State) -> None:
    """With its figures, its button and its last word."""
    may_end = threading.Event()

    def work(job: Job) -> None:
        job.tell(done=1_200, total=3_400, counts={"create": 1_000, "update": 150, "rejected": 50})
        assert may_end.wait(300)
        job.end(state, f"{LONG} That is all.", leads_to=("runs",))

    job = room.room.jobs.start(Job("push", f"Write {'a_long_name_' * 12}.csv → companies"), work)
    try:
        page.goto(room.url(f"jobs/{job.id}"))
        page.locator("[data-fact=done]").filter(has_text="1,200").wait_for()
        look_around(page, name="job")
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Stopping…").wait_for()
        look_around(page, name="job-stopping")
    finally:
        may_end.set()
    page.get_by_text("That is all.").or_(page.get_by_role("heading", name="Runs")).first.wait_for()
    look_around(page, name=f"job-{state}")


def test_files_that_are_chosen_on_the_page(page: Page, tmp_path: Path) -> None:
    """All of them are taken; one that is not stays named with the reason, also where the cookie is gone."""
    files = {name: tmp_path / "elsewhere" / name for name in ("a.csv", "b.csv", "c.exe")}
    for file in files.values():
        file.parent.mkdir(exist_ok=True)
        file.write_text("name,domains\nA,a.com\n")
    page.get_by_role("link", name="Import", exact=True).click()
    page.locator("#file").set_input_files([files["a.csv"], files["b.csv"]])
    page.get_by_label("b.csv").wait_for()
    assert 1 == page.get_by_label("a.csv").count()

    page.locator("#file").set_input_files(files["c.exe"])
    page.get_by_text("c.exe was not taken: 'c.exe' ends in none of").wait_for()
    look_around(page, name="import-refused")
    page.context.clear_cookies()
    page.locator("#file").set_input_files(files["a.csv"])
    page.get_by_text("a.csv was not taken: the room does not know this page any more").wait_for()


def test_refusals_of_the_room(room: Served, page: Page, browser: Browser) -> None:
    """Nothing at an address, a word that was not typed, a key that was used, no cookie, another host."""
    for path in ("nothing", "plans/20260101dead"):
        page.goto(room.url(path))
        look_around(page, name=path.replace("/", "-"))
    planned(page, mode="delete")
    page.get_by_label("Type").fill("no")
    page.get_by_role("button", name="Approve and write").click()
    look_around(page, name="not-done")
    page.goto(room.room.door.entrance)
    other = browser.new_context().new_page()
    addresses = (room.url(""), f"{room.origin}/enter?key=x", room.url("").replace("127.0.0.1", ELSEWHERE))
    for number, address in enumerate(addresses):
        other.goto(address)
        look_around(other, name=f"refusal-{number}")
    other.context.close()
