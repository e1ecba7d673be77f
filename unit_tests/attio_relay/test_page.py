"""What the status page makes of what the relay knows."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest

from attio_relay.serving import page
from attio_relay.store.runs import Outcome, Run
from unit_tests.attio_relay.asking import CONFIG, Asked, Got, a_relay


@pytest.mark.parametrize("outcome", Outcome)
def test_every_way_in_which_a_run_ends_can_be_shown(outcome: Outcome) -> None:
    """A run that was cancelled or refused is a row like any other, and takes no page down."""
    shown = page.run(
        Run(
            run_id="r",
            connection="crm",
            changes=1,
            intent_at=0.0,
            started_at=None,
            ended_at=1.0,
            job=None,
            outcome=outcome,
            detail=None,
        ),
        None,
    )

    assert f" {outcome.value}</span>" in shown


PREFIX = "https://relay.example.com/behind"
BROWSER = {"accept": "text/html", "content_type": "application/x-www-form-urlencoded"}


def pages(relay: Asked) -> Iterator[tuple[str, Got]]:
    """Every kind of page with its path, as a browser meets them in turn."""

    def asked(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[str, Got]:
        return path, relay.ask(method, path, body, **BROWSER, **headers)

    yield asked("GET", "/")
    yield asked("POST", "/sign-in", b"token=wrong")
    path, came_in = asked("POST", "/sign-in", b"token=the-admins-token")
    yield path, came_in
    cookie = came_in.headers["set-cookie"].partition(";")[0]
    yield asked("POST", "/admin/pause", b"connection=crm", cookie=cookie)
    yield asked("POST", "/admin/pause", b"connection=none", cookie=cookie)
    relay.relay.store.schedule_store.claim(
        relay.relay.store.schedule_store.lines()[0], run_id="r", baseline=None, target="t", now=1.0
    )
    yield asked("GET", "/", cookie=cookie)
    yield asked("GET", "/runs/r", cookie=cookie)
    yield asked("GET", "/nothing/at/all")
    relay.relay.store.database.close()
    relay.relay.config.storage.path.unlink()
    yield asked("GET", "/", cookie=cookie)
    yield asked("GET", "/runs/r", cookie=cookie)


def test_a_proxy_may_serve_the_relay_under_a_prefix(relay: Asked) -> None:
    """No page leaves the prefix: its style sheets, forms and links, and where an order leads back to."""
    met = Counter[int]()
    for path, got in pages(relay):
        met[got.status] += 1
        links = re.findall(r'(?:href|action)="(?!data:)([^"]+)"', got.body.decode())
        targets = [urljoin(PREFIX + path, link) for link in [*links, got.headers.get("location", "")]]

        assert all(target.startswith(f"{PREFIX}/") for target in targets), (path, targets)
        assert links or "location" in got.headers
        assert not links or f"{PREFIX}/look.css" in targets

    assert {200: 3, 401: 1, 303: 2, 404: 2, 503: 2} == met


def test_a_browser_brings_the_state_of_a_sign_in_back_under_the_prefix(tmp_path: Path) -> None:
    """Attio sends it to `public_url`, and a cookie of another path would stay behind."""
    text = CONFIG.replace("https://relay.example.com", PREFIX) + '[attio]\nclient_id = "app"\n'
    relay = a_relay(tmp_path, text)
    begun = relay.ask("GET", "/oauth/start?route=acme", authorization="Bearer the-admins-token")
    relay.relay.store.database.close()

    assert f"redirect_uri={quote(f'{PREFIX}/oauth/callback', safe='')}" in begun.headers["location"]
    assert "Path=/behind/oauth;" in begun.headers["set-cookie"]
