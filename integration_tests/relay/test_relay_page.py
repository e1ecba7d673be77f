"""The status page and the orders, over HTTP and in a real browser."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from attio_relay.serving import readiness
from integration_tests.relay.admin_pages import TOKEN, admin_relay, ask, signed_in
from integration_tests.relay.running import RunningRelay

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    with admin_relay(tmp_path) as running:
        yield running


def test_the_page_shows_nothing_to_strangers(relay: RunningRelay) -> None:
    """Without the token there is a form and no name; a wrong token is refused, and so are orders."""
    status, shown, _ = ask(relay, "GET", "/")

    assert (200, False) == (status, "crm-to-warehouse" in shown)
    assert 401 == ask(relay, "POST", "/sign-in", {"token": "wrong"})[0]
    assert 401 == ask(relay, "POST", "/admin/pause", {"connection": "crm-to-warehouse"})[0]
    assert 401 == ask(relay, "GET", "/admin/list", Authorization="Bearer wrong")[0]


def test_what_came_from_outside_cannot_run(relay: RunningRelay) -> None:
    """Names, problems and outputs are shown as text, under a policy that allows no script."""
    shown = ask(relay, "GET", "/", Cookie=signed_in(relay))[1]

    assert "&lt;b&gt;bad&lt;/b&gt;" in shown
    assert "<b>bad" not in shown


def test_a_marked_connection_says_why(relay: RunningRelay) -> None:
    """The reason is on its card: an ill webhook, else how long its oldest change has waited."""
    store, cookie = relay.relay.store, signed_in(relay)
    ill = "The webhook of its route needs attention, so changes may be missing."
    waited = "Its oldest change has waited for"
    first = ask(relay, "GET", "/", Cookie=cookie)[1]
    with store.database.transaction() as transaction:
        transaction.run("UPDATE webhooks SET status = 'active'")
    well = ask(relay, "GET", "/", Cookie=cookie)[1]
    with store.database.transaction() as transaction:
        transaction.run("UPDATE connections SET first_at = 1000")
    late = ask(relay, "GET", "/", Cookie=cookie)[1]

    assert [(True, False), (False, False), (False, True)] == [
        (ill in shown, waited in shown) for shown in (first, well, late)
    ]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/json"])
def test_json_is_understood_with_every_parameter(relay: RunningRelay, kind: str) -> None:
    """HTTP clients of other languages add a charset to the content type."""
    named = {"Authorization": f"Bearer {TOKEN}", "Content_Type": kind}

    assert (
        200 == ask(relay, "POST", "/admin/pause", json.dumps({"connection": "crm-to-warehouse"}), **named)[0]
    )


def test_the_page_says_when_the_store_does_not_answer(relay: RunningRelay) -> None:
    """While the store is down the page is a sentence with 503, never a traceback."""
    cookie = signed_in(relay)
    with relay.relay.store.database.transaction() as transaction:
        transaction.run("DROP TABLE sessions")
    status, shown, _ = ask(relay, "GET", "/", Cookie=cookie)

    assert (503, True) == (status, "The store does not answer." in shown)
    assert 503 == ask(relay, "POST", "/sign-in", {"token": TOKEN})[0]


@pytest.mark.parametrize(
    "path", ["/admin/list", "/runs/x", "/metrics", "/oauth/start?route=acme", "/oauth/callback?state=x"]
)
def test_whatever_needs_the_store_is_answered_while_it_is_down(relay: RunningRelay, path: str) -> None:
    """503 and a sentence, never a traceback."""
    cookie = signed_in(relay)
    with relay.relay.store.database.transaction() as transaction:
        transaction.run("DROP TABLE sessions")
        transaction.run("DROP TABLE oauth_states")
    status, shown, _ = ask(relay, "GET", path, Cookie=cookie)

    assert (503, True) == (status, "The store does not answer" in shown)


def test_programs_order_with_the_token(relay: RunningRelay) -> None:
    """Every action answers in one sentence; what does not exist is named."""
    bearer = {"Authorization": f"Bearer {TOKEN}", "Content_Type": "application/json"}
    connection, route = {"connection": "crm-to-warehouse"}, {"route": "acme"}
    orders = {"pause": connection, "resume": connection, "trigger": connection}
    orders |= {"scan": route, "replay": {}, "rotate": route, "dance": {}}
    statuses = {
        action: ask(relay, "POST", f"/admin/{action}", json.dumps(about), **bearer)[0]
        for action, about in orders.items()
    }

    expected = {
        "pause": 200,
        "resume": 200,
        "trigger": 200,
        "scan": 200,
        "replay": 200,
        "rotate": 409,
        "dance": 404,
    }
    assert expected == statuses


def test_health_and_readiness(relay: RunningRelay, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process answers, and says whether the thread that stores deliveries can write."""
    monkeypatch.setattr(readiness, "PROVED_FOR", 0.0)
    ready = ask(relay, "GET", "/readyz")[0]
    with relay.relay.store.database.transaction() as transaction:
        transaction.run("DROP TABLE leases")

    assert (200, 200, 503) == (ready, ask(relay, "GET", "/healthz")[0], ask(relay, "GET", "/readyz")[0])


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt-get install chromium)")
def test_a_browser_signs_in_and_out(relay: RunningRelay) -> None:
    """A real browser signs in by the form, sees connections without any script, orders, and signs out."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(relay.url)
        page.get_by_label("Admin token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        signed_in = page.content()
        page.get_by_role("button", name="Pause").click()
        said = page.get_by_role("status").inner_text()
        page.get_by_role("button", name="Sign out").click()
        signed_out = page.content()
        browser.close()

    assert "crm-to-warehouse" in signed_in
    assert "degraded" in signed_in
    assert "crm-to-warehouse starts no more syncs until it is resumed." == said
    assert "crm-to-warehouse" not in signed_out
