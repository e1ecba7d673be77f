"""Who may see and order: sessions, cookies, guesses, and orders that other sites send."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from integration_tests.relay.admin_pages import KEY, TEXT, TOKEN, admin_relay, ask, signed_in
from integration_tests.relay.running import RunningRelay


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    with admin_relay(tmp_path) as running:
        yield running


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
