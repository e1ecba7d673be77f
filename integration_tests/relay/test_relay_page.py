"""The status page and the orders, over HTTP and in a real browser."""

import http.client
import json
import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from attio_relay.store.deliveries import Delivery
from attio_relay.store.secrets import Webhook
from integration_tests.relay.running import RunningRelay
from integration_tests.relay.stores import delivery

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
TEXT = """
[server]
admin_token = "the-admins-token"
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
    store.inbox.accept([delivery("k", name="crm-to-warehouse", at=time.time())])
    store.inbox.accept(
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
    store.vault.keep_webhook(
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
    relay: RunningRelay, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=10)
    form = urlencode(body) if isinstance(body, dict) else body
    connection.request(method, path, form, {name.replace("_", "-"): value for name, value in headers.items()})  # type: ignore[arg-type] # a form or text
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.getheader("Set-Cookie") or ""
    connection.close()
    return found


def signed_in(relay: RunningRelay) -> str:
    return ask(relay, "POST", "/sign-in", {"token": "the-admins-token"})[2].partition(";")[0]


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


def test_an_order_from_another_site_is_refused(relay: RunningRelay) -> None:
    """A stranger's page cannot use the browser's session."""
    cookie = signed_in(relay)
    about = {"connection": "crm-to-warehouse"}

    assert 401 == ask(relay, "POST", "/admin/pause", about, Cookie=cookie, Sec_Fetch_Site="cross-site")[0]
    assert 303 == ask(relay, "POST", "/admin/pause", about, Cookie=cookie, Sec_Fetch_Site="same-origin")[0]
    assert relay.relay.store.ledger.lines()[0].paused


def test_programs_order_with_the_token(relay: RunningRelay) -> None:
    """Every action answers in one sentence; what does not exist is named."""
    bearer = {"Authorization": "Bearer the-admins-token", "Content_Type": "application/json"}
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
    named = ask(relay, "GET", "/metrics", Authorization="Bearer the-admins-token")[1]

    assert "attio_relay_connection_waiting 1\n" in open_to_all
    assert 'attio_relay_connection_waiting{connection="crm-to-warehouse"} 1\n' in named
    assert "attio_relay_dead_letters 1\n" in open_to_all


def test_health_and_readiness(relay: RunningRelay) -> None:
    """The process answers, and says whether it can store."""
    ready = ask(relay, "GET", "/readyz")[0]
    with relay.relay.store.database.transaction() as transaction:
        transaction.run("DROP TABLE connections")

    assert (200, 200, 503) == (ready, ask(relay, "GET", "/healthz")[0], ask(relay, "GET", "/readyz")[0])


def browse(profile: Path, address: str, *options: str) -> str:
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    done = subprocess.run(
        [*command, *options, address], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_signs_in_and_sees_the_page(relay: RunningRelay, tmp_path: Path) -> None:
    """A real browser signs in by the form, is remembered, and shows connections without any script."""
    form = (
        '<form method=post action="{}/sign-in"><input name=token value=the-admins-token></form>'
        "<script>document.forms[0].submit()</script>"
    )
    (tmp_path / "form.html").write_text(form.format(relay.url))
    browse(
        tmp_path / "profile", (tmp_path / "form.html").as_uri(), "--virtual-time-budget=3000", "--dump-dom"
    )
    shown = browse(tmp_path / "profile", relay.url, "--dump-dom")
    browse(tmp_path / "profile", relay.url, f"--screenshot={tmp_path / 'page.png'}", "--window-size=390,1400")
    browse(
        tmp_path / "profile",
        relay.url,
        f"--screenshot={tmp_path / 'dark.png'}",
        "--window-size=1200,1000",
        "--blink-settings=preferredColorScheme=0",
    )

    assert "crm-to-warehouse" in shown
    assert "degraded" in shown
    assert 10_000 < (tmp_path / "page.png").stat().st_size
