"""The status page and the orders, over HTTP and in a real browser."""

import http.client
import json
import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import sync_playwright

from attio_relay.serving import app
from attio_relay.store.deliveries import Delivery
from attio_relay.store.webhooks import Webhook
from integration_tests.relay.running import RunningRelay
from integration_tests.relay.stores import delivery

TOKEN = "an-admin-token-of-32-characters."
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
TEXT = """
[server]
admin_token = "an-admin-token-of-32-characters."
[[routes]]
name = "acme"
[[connections]]
name = "crm to warehouse"
route = "acme"
debounce = "1h"
max_wait = "1h"
[connections.target]
type = "command"
command = ["echo", "<script>alert(1)</script>"]
""".replace("crm to warehouse", "crm-to-warehouse")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    logging.disable(logging.ERROR)
    running = RunningRelay(tmp_path, TEXT, {"ATTIO_RELAY_KEY": KEY})
    store = running.relay.store
    store.delivery_store.accept([delivery("k", name="crm-to-warehouse", at=time.time())])
    store.delivery_store.accept(
        [
            Delivery(
                route="acme",
                webhook_id="hook",
                idempotency_key="dead",
                received_at=time.time(),
                problem="<b>bad</b>",
                body=b"{",
            )
        ]
    )
    store.secret_store.keep_webhook(
        Webhook(
            webhook_id="hook",
            route="acme",
            workspace_id="w",
            secret="s",
            target_url="https://relay.example.com",
            subscriptions="[]",
            status="degraded",
            created_at=time.time(),
            checked_at=time.time(),
            not_after=None,
        )
    )
    yield running
    running.stop()
    logging.disable(logging.NOTSET)


def ask(
    relay: RunningRelay, method: str, path: str, body: dict[str, str] | str | None = None, **headers: str
) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, dict):
        body, named = urlencode(body), {"Content-Type": "application/x-www-form-urlencoded"} | named
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.getheader("Set-Cookie") or ""
    connection.close()
    return found


def signed_in(relay: RunningRelay) -> str:
    return ask(relay, "POST", "/sign-in", {"token": TOKEN})[2].partition(";")[0]


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


def test_an_order_from_another_site_is_refused(relay: RunningRelay) -> None:
    """A stranger's page cannot use the browser's session."""
    cookie = signed_in(relay)
    about = {"connection": "crm-to-warehouse"}

    assert 401 == ask(relay, "POST", "/admin/pause", about, Cookie=cookie, Sec_Fetch_Site="cross-site")[0]
    assert 303 == ask(relay, "POST", "/admin/pause", about, Cookie=cookie, Sec_Fetch_Site="same-origin")[0]
    assert relay.relay.store.schedule_store.lines()[0].paused


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.example.com", 401), ("null", 401), ("http://127.0.0.1:{port}", 303)]
)
def test_the_origin_of_an_order_is_checked(relay: RunningRelay, origin: str, status: int) -> None:
    """A browser that tells no more than where a form came from is refused when that is another page."""
    cookie, about = signed_in(relay), {"connection": "crm-to-warehouse"}
    named = origin.format(port=relay.port)

    assert status == ask(relay, "POST", "/admin/pause", about, Cookie=cookie, Origin=named)[0]


def test_signing_out_ends_the_session(relay: RunningRelay) -> None:
    """A copy of the cookie is worth nothing after the sign-out, and another session goes on."""
    cookie, other = signed_in(relay), signed_in(relay)
    ask(relay, "POST", "/sign-out", {}, Cookie=cookie)

    assert 401 == ask(relay, "GET", "/admin/list", Cookie=cookie)[0]
    assert 200 == ask(relay, "GET", "/admin/list", Cookie=other)[0]


def test_guessing_is_slowed_down_counted_and_ends_no_session(relay: RunningRelay) -> None:
    """After five wrong guesses a peer waits, whatever it brings; whoever is signed in goes on."""
    cookie = signed_in(relay)
    form = [ask(relay, "POST", "/sign-in", {"token": f"guess {n}"})[0] for n in range(5)]
    right = ask(relay, "POST", "/sign-in", {"token": TOKEN})[0]
    bearer = ask(relay, "GET", "/admin/list", Authorization=f"Bearer {TOKEN}")[0]

    assert ([401] * 5, 429, 429) == (form, right, bearer)
    assert 200 == ask(relay, "GET", "/admin/list", Cookie=cookie)[0]
    figures = ask(relay, "GET", "/metrics")[1]
    assert 'attio_relay_sign_ins_total{outcome="wrong"} 5\n' in figures
    assert 'attio_relay_sign_ins_total{outcome="throttled"} 2\n' in figures


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/json"])
def test_json_is_understood_with_every_parameter(relay: RunningRelay, kind: str) -> None:
    """HTTP clients of other languages add a charset to the content type."""
    named = {"Authorization": f"Bearer {TOKEN}", "Content_Type": kind}

    assert (
        200 == ask(relay, "POST", "/admin/pause", json.dumps({"connection": "crm-to-warehouse"}), **named)[0]
    )


@pytest.mark.parametrize(
    "cookie",
    [
        'attio_relay="².x"',
        "attio_relay=",
        "attio_relay=é",
        'a="\\777"; attio_relay="\\"',
        "=;;=",
        "attio_relay=" + "9" * 5000,
    ],
)
@pytest.mark.parametrize("path", ["/", "/admin/list", "/metrics", "/runs/x"])
def test_an_odd_cookie_is_no_session_and_no_error(relay: RunningRelay, cookie: str, path: str) -> None:
    """Whatever a stranger sends as a cookie, pages answer as to any stranger."""
    assert ask(relay, "GET", path)[0] == ask(relay, "GET", path, Cookie=cookie)[0] < 500


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


def test_a_clock_that_is_set_back_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After wrong tokens a peer waits twelve seconds, and not for the hours by which the clock was wrong."""
    real, ahead = time.time, [7200.0]
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])
    relay = RunningRelay(tmp_path, TEXT, {"ATTIO_RELAY_KEY": KEY})
    wrong = {"Authorization": "Bearer wrong"}
    for _ in range(5):
        requests.get(f"{relay.url}/admin/list", headers=wrong, timeout=10)
    ahead[0] = 0.0
    refused = requests.get(f"{relay.url}/admin/list", headers=wrong, timeout=10)
    relay.stop()

    assert (429, True) == (refused.status_code, int(refused.headers["Retry-After"]) <= 12)


def test_programs_order_with_the_token(relay: RunningRelay) -> None:
    """Every action answers in one sentence; what does not exist is named."""
    bearer = {"Authorization": f"Bearer {TOKEN}", "Content_Type": "application/json"}
    about = json.dumps({"connection": "crm-to-warehouse", "route": "acme"})
    statuses = {
        action: ask(relay, "POST", f"/admin/{action}", about, **bearer)[0]
        for action in ("pause", "resume", "trigger", "scan", "replay", "rotate", "dance")
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


def test_figures_name_connections_only_to_those_who_may(relay: RunningRelay) -> None:
    """Monitors without the token get the worst of all, with it each connection."""
    open_to_all = ask(relay, "GET", "/metrics")[1]
    named = ask(relay, "GET", "/metrics", Authorization=f"Bearer {TOKEN}")[1]

    assert "attio_relay_connection_waiting 1\n" in open_to_all
    assert 'attio_relay_connection_waiting{connection="crm-to-warehouse"} 1\n' in named
    assert "attio_relay_dead_letters 1\n" in open_to_all


def test_health_and_readiness(relay: RunningRelay, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process answers, and says whether the thread that stores deliveries can write."""
    monkeypatch.setattr(app, "PROVED_FOR", 0.0)
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
