"""The review room in a real browser: the whole story, by mouse and by keys, on a phone, in the dark, huge."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attio_sync.show.plan_store import PAGE
from destination_attio.model.plan import Change, FieldChange, Plan
from integration_tests.room.browsers import BROWSER, accessible, chromium, let_in, look_around
from integration_tests.room.rooms import served
from integration_tests.sync.commands import signed_in
from integration_tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from attio_emulator.remote import RemoteEmulator
    from attio_sync.ui.plans import Plans
    from integration_tests.room.rooms import Served
    from integration_tests.sync.commands import Commands

pytestmark = BROWSER
NASTY = "</h3><script>document.title='broken'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the system."""
    with chromium() as started:
        yield started


@pytest.fixture
def commands(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """A folder with forty companies in a file, half of which Attio knows by other names."""
    for number in range(20):
        attio.create_record("companies", {"name": f"Old {number}", "domains": [f"c{number}.com"]})
    rows = [f'"New {number}",c{number}.com,x' for number in range(39)] + [f'"{NASTY}",nasty.com,x']
    with signed_in(attio.url, attio.token, tmp_path) as made:
        Path("accounts.csv").write_text("\n".join(["Company name,Domain,Shoe size", *rows]) + "\n")
        yield made


@pytest.fixture
def room(commands: Commands) -> Iterator[Served]:
    """The room of that folder, with its tables."""
    commands.done("pull", "--to", "crm.duckdb", "--stream", "companies")
    with served(warehouse=Path("crm.duckdb")) as found:
        yield found


@pytest.fixture
def page(browser: Browser, room: Served) -> Iterator[Page]:
    """A page that was let in; an error in its script fails the test."""
    with let_in(browser, room) as opened:
        yield opened


def names(attio: RemoteEmulator) -> dict[str, str]:
    found = [record["values"] for record in attio.records("companies", limit=100)]
    return {one["domains"][0]["domain"]: one["name"][0]["value"] for one in found}


def hold_writes(attio: RemoteEmulator) -> None:
    """Let some writes through, and hold the others."""
    for method in ("PUT", "PATCH"):
        attio.fault("hold", method=method, path="/v2/objects/companies/records*", skip=3)


def imported(page: Page) -> None:
    """From the overview to a plan."""
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("accounts.csv").check()
    page.get_by_label("Write records of").select_option("companies")
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Compare with Attio").click()
    page.wait_for_url(re.compile("/plans/"))


def planned_and_looked_at(page: Page) -> None:
    """From the overview to the plan, with a look at each screen."""
    look_around(page, name="overview")
    page.get_by_role("link", name="Import a file").click()
    look_around(page, name="import")
    page.get_by_label("accounts.csv").check()
    page.get_by_label("Write records of").select_option("companies")
    page.get_by_role("button", name="Read it").click()
    assert "Shoe size" in page.inner_text("tr.left")
    look_around(page, name="columns")
    page.get_by_role("button", name="Compare with Attio").click()
    page.wait_for_url(re.compile("/plans/"))
    assert ["40", "20", "20"] == page.locator(".sum b").all_inner_texts()
    look_around(page, name="plan")
    page.get_by_role("link", name="Patterns").click()
    look_around(page, name="patterns")


def renamed_by_a_colleague(attio: RemoteEmulator) -> None:
    """Somebody changes a record in Attio after the push."""
    theirs = next(one for one in attio.records("companies", limit=100) if "c7.com" in str(one["values"]))
    path = f"/v2/objects/companies/records/{theirs['id']['record_id']}"
    attio.api("PATCH", path, {"data": {"values": {"name": "Colleague's"}}})


def undone_and_looked_at(page: Page) -> None:
    """From a run to its revert: what is left alone is seen first, and deletions are typed."""
    page.get_by_role("link", name="Undo…").click()
    look_around(page, name="undo")
    page.get_by_role("button", name="Look what it would do").click()
    page.wait_for_url(re.compile("/plans/"))
    assert "Colleague's" in page.inner_text(".left-alone")
    look_around(page, name="preview")
    page.get_by_label("Type").fill("delete 20")
    page.get_by_role("button", name="Undo it").click()
    page.wait_for_url(re.compile("/runs/"))
    look_around(page, name="undone")


def test_the_whole_story(attio: RemoteEmulator, room: Served, page: Page) -> None:
    """Import, plan, approve, a reload while it writes, the run; a colleague's edit; a look, and the undo."""
    before = names(attio)
    planned_and_looked_at(page)
    assert before == names(attio)

    page.get_by_role("button", name="Approve and write").click()
    page.wait_for_url(re.compile("/jobs/|/runs/"))
    page.reload()
    page.wait_for_url(re.compile("/runs/"))
    assert "New 7" == names(attio)["c7.com"]
    look_around(page, name="run")

    renamed_by_a_colleague(attio)
    undone_and_looked_at(page)
    assert before | {"c7.com": "Colleague's"} == names(attio)
    assert "broken" not in page.title()


def test_screens_that_only_tell(room: Served, page: Page) -> None:
    """Tables, one table, the workspace, the relay, the lists: for everybody, on any width."""
    for path in ("tables", "tables/companies", "workspace", "relay", "runs", "plans", "nothing-here"):
        page.goto(room.url(path))
        look_around(page, name=path.replace("/", "-"))


def test_the_same_with_keys_alone(attio: RemoteEmulator, room: Served, page: Page) -> None:
    """Sections by letters, the form by tab and enter; a word that was not typed approves nothing."""
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(re.compile("/import$"))
    page.get_by_label("accounts.csv").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Read it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/import/"))
    page.get_by_role("button", name="Compare with Attio").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/plans/"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert 1 == page.locator(".record.current").count()
    page.keyboard.press("/")
    page.keyboard.type("New 12")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=New"))
    assert "1 change listed" in page.inner_text(".listed")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert [] == accessible(page)


def test_a_closed_browser_stops_nothing(
    attio: RemoteEmulator, room: Served, page: Page, browser: Browser
) -> None:
    """The push goes on without anybody; another browser sees how it ended."""
    imported(page)
    hold_writes(attio)
    page.get_by_role("button", name="Approve and write").click()
    page.wait_for_url(re.compile("/jobs/"))
    assert until(attio.held)
    page.context.close()
    attio.clear_faults()
    room.ended()
    other = browser.new_context().new_page()
    other.goto(room.room.door.entrance)
    other.get_by_role("link", name="Runs", exact=True).click()

    assert "✓ done" in other.inner_text("table")
    assert "New 7" == names(attio)["c7.com"]
    other.context.close()


def test_two_tabs_approve_once(attio: RemoteEmulator, room: Served, page: Page) -> None:
    """The second tab, with the plan still on it, is led to the same run."""
    imported(page)
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_role("button", name="Approve and write").click()
    page.wait_for_url(re.compile("/runs/"))
    second.get_by_role("button", name="Approve and write").click()
    second.wait_for_url(re.compile("/runs/"))

    assert page.url == second.url
    assert 1 == len(room.get("runs").text.split("Push to companies")) - 1


def test_without_javascript_everything_works(attio: RemoteEmulator, room: Served, browser: Browser) -> None:
    """Pages lead on by forms; that of a running push renews itself."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(room.room.door.entrance)
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("accounts.csv").check()
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Compare with Attio").click()
    room.ended()
    page.reload()
    page.get_by_role("button", name="Approve and write").click()
    room.ended()
    page.reload()

    assert "/runs/" in page.url
    assert "New 7" == names(attio)["c7.com"]
    context.close()


def test_a_plan_of_twenty_thousand_changes(room: Served, page: Page) -> None:
    """It opens with its patterns; any change is found, and nothing is beyond reach."""
    fields = [("stage", "lead", "customer"), ("tier", "A", "B")]
    changes = tuple(
        Change(
            kind="update",
            stream="s",
            target="companies",
            key={"domains": f"d{number}.com"},
            row_number=number,
            record_id=f"r{number}",
            fields=(
                *tuple(FieldChange(attribute=a, before=b, after=c) for a, b, c in fields),
                FieldChange(attribute="score", before=number, after=number + 1),
            ),
        )
        for number in range(20_000)
    )
    workspace = room.room.standing().identity
    assert workspace is not None
    plans: Plans = room.room.plans
    kept = plans.keep(Plan(changes=changes, workspace_id=workspace.workspace_id), title="huge", by=None)
    page.goto(room.url(f"plans/{kept.id}"))
    assert "20,000" in page.inner_text("table")
    page.goto(room.url(f"plans/{kept.id}?q={'z' * 300}"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.goto(room.url(f"plans/{kept.id}"))
    look_around(page, name="huge")
    page.get_by_label("Search names, keys and values").fill("d19999.com")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Records").click()
    assert 1 == page.locator(".record").count()
    page.goto(room.url(f"plans/{kept.id}?view=records&at={20_000 - PAGE}"))
    assert PAGE == page.locator(".record").count()


def test_a_server_that_is_killed_leaves_a_run_that_can_be_settled(
    attio: RemoteEmulator, commands: Commands, browser: Browser
) -> None:
    """Kill -9 while it writes: the next start shows the run as broken off, and the next push settles it."""
    program = str(Path(sys.executable).parent / "attio-sync")
    hold_writes(attio)
    with subprocess.Popen([program, "ui", "--no-browser"], stdout=subprocess.PIPE, text=True) as killed:
        try:
            assert killed.stdout is not None
            page = browser.new_context().new_page()
            page.goto(killed.stdout.readline().split()[-1])
            imported(page)
            page.get_by_role("button", name="Approve and write").click()
            page.wait_for_url(re.compile("/jobs/"))
            page.locator("[data-fact=done]").filter(has_text=re.compile("[1-9]")).wait_for()
        finally:
            killed.send_signal(signal.SIGKILL)
        page.get_by_text("The room does not answer.").wait_for()
        page.context.close()
    attio.clear_faults()
    assert until(lambda: not attio.held())
    with served() as room:
        assert "✗ broke off" in room.get("runs").text
        assert [True] == [one.state == "stopped" and one.run_id is not None for one in room.room.plans.all()]
    again = commands("push", "--from", "accounts.csv", "--map", "accounts.csv.attio.yaml", "--yes")

    assert 0 == again.code, again.err
    assert "New 7" == names(attio)["c7.com"]
