"""Organisations that sign in: consent at Attio, a token sealed in the store, webhooks made with it."""

import asyncio
import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from click.testing import CliRunner
from starlette.requests import Request
from starlette.responses import Response

from attio_relay.cli import main
from attio_relay.serving.oauth import STATE_LIFE, SignIns
from integration_tests.relay.running import RunningRelay
from integration_tests.relay.stores import KEY
from integration_tests.waiting import until

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

PUBLIC = "https://relay.example.com"
CALLBACK = f"{PUBLIC}/oauth/callback"
TEXT = """
[server]
admin_token = "the-admins-token"
public_url = "https://relay.example.com"
[attio]
api_url = "{url}"
authorize_url = "{url}/authorize"
oauth_token_url = "{url}/oauth/token"
client_id = "app"
client_secret = "app-secret"
[[routes]]
name = "acme"
"""
ADMIN = {"Authorization": "Bearer the-admins-token"}
RELAY_SCOPES = ["webhook:read-write", "object_configuration:read", "list_configuration:read"]

get = partial(requests.get, allow_redirects=False, timeout=60)


@pytest.fixture
def relay(attio: "RemoteEmulator", tmp_path: Path) -> Iterator[RunningRelay]:
    logging.disable(logging.ERROR)
    (tmp_path / "relay.toml").write_text(TEXT.format(url=attio.url))
    register(attio)
    running = RunningRelay(tmp_path, TEXT.format(url=attio.url), {"ATTIO_RELAY_KEY": KEY})
    yield running
    running.stop()
    logging.disable(logging.NOTSET)


def register(attio: "RemoteEmulator", scopes: list[str] = RELAY_SCOPES) -> None:
    """Make the app known, as its owner does in Attio's dashboard."""
    app = {"client_id": "app", "client_secret": "app-secret", "redirect_uris": [CALLBACK], "scopes": scopes}
    attio.control("POST", "apps", app)


def begin(relay: RunningRelay, headers: dict[str, str]) -> requests.Response:
    return get(f"{relay.url}/oauth/start?route=acme", headers=headers)


def consent(begun: requests.Response) -> dict[str, str]:
    """What Attio's page sends the browser back with."""
    agreed = get(begun.headers["Location"]).headers["Location"]
    assert agreed.startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(agreed).query).items()}


def come_back(relay: RunningRelay, brought: dict[str, str], cookie: str) -> requests.Response:
    headers = {"Cookie": f"attio_relay_sign_in={cookie}"}
    return get(f"{relay.url}/oauth/callback", params=brought, headers=headers)


def kept(folder: Path) -> bytes:
    """All that is on the disk."""
    return b"".join(path.read_bytes() for path in folder.glob("relay.db*"))


def test_an_organisation_signs_in_and_its_changes_arrive(
    relay: RunningRelay, attio: "RemoteEmulator", tmp_path: Path
) -> None:
    """Consent, token, `subscribe` with that token alone, and a change that is delivered and stored."""
    brought = consent(begin(relay, ADMIN))
    back = come_back(relay, brought, brought["state"])
    install = relay.relay.store.secret_store.install("acme")

    assert 303 == back.status_code
    assert install is not None
    assert install.token.encode() not in kept(tmp_path)
    assert install.token not in repr(install) + back.text + str(back.headers)
    arguments = ["subscribe", "--config", str(tmp_path / "relay.toml"), "--route", "acme", "--url", relay.url]
    environment = {"ATTIO_RELAY_KEY": KEY, "ATTIO_API_TOKEN": None}
    subscribed = CliRunner().invoke(main, arguments, env=environment)
    attio.create_record("companies", {"name": "Acme"})

    assert (0, True) == (subscribed.exit_code, "is created" in subscribed.output), subscribed.output
    assert until(lambda: relay.relay.store.delivery_store.counts()["deliveries"])
    assert 1 == relay.relay.store.delivery_store.counts()["deliveries"]


def test_without_a_sign_in_there_is_no_token_to_subscribe_with(relay: RunningRelay, tmp_path: Path) -> None:
    """`subscribe` says in one sentence what is missing."""
    arguments = ["subscribe", "--config", str(tmp_path / "relay.toml"), "--route", "acme", "--url", relay.url]
    refused = CliRunner().invoke(main, arguments, env={"ATTIO_RELAY_KEY": KEY, "ATTIO_API_TOKEN": None})

    assert 2 == refused.exit_code
    assert "No access token for route acme" in refused.output


def test_a_sign_in_begins_with_the_admin_and_a_fresh_state(relay: RunningRelay) -> None:
    """Strangers cannot begin one; the browser goes to Attio with a state that only this browser holds."""
    refused, begun = begin(relay, {}), begin(relay, ADMIN)
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)

    assert (401, 303) == (refused.status_code, begun.status_code)
    assert [CALLBACK] == asked["redirect_uri"]
    assert asked["state"][0] in begun.headers["Set-Cookie"]
    assert begun.headers["Set-Cookie"].endswith("; HttpOnly; Max-Age=600; Path=/oauth; SameSite=lax; Secure")


def test_a_state_works_once_and_only_in_its_browser(relay: RunningRelay) -> None:
    """Another browser is refused, and a state that was shown once is spent, whatever came of it."""
    first, second = (consent(begin(relay, ADMIN)) for _ in range(2))

    assert 400 == come_back(relay, first, second["state"]).status_code
    assert 400 == come_back(relay, first, first["state"]).status_code
    assert 303 == come_back(relay, second, second["state"]).status_code
    assert 400 == come_back(relay, second, second["state"]).status_code


def test_a_state_that_nobody_began_is_refused(relay: RunningRelay) -> None:
    """A made-up state brings nothing into the store, even with a true code and the cookie to match."""
    brought = consent(begin(relay, ADMIN)) | {"state": "made-up"}

    assert 400 == come_back(relay, brought, "made-up").status_code
    assert relay.relay.store.secret_store.install("acme") is None


def request(address: str, query: str, cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode())]
    return Request({"type": "http", "path": address, "query_string": query.encode(), "headers": headers})


@pytest.mark.parametrize(("seconds", "status"), [(STATE_LIFE - 1, 303), (STATE_LIFE + 1, 400)])
def test_a_sign_in_must_end_within_ten_minutes(relay: RunningRelay, seconds: float, status: int) -> None:
    """Just before, it is taken; just after, it is refused although everything else fits."""
    now = [1000.0]

    async def anybody(_: Request) -> bool:
        return True

    sign_ins = SignIns(relay.config, relay.relay.store.secret_store, anybody, lambda: now[0])

    async def signed_in() -> Response:
        begun = await sign_ins.start(request("/oauth/start", "route=acme"))
        brought = urlsplit(get(begun.headers["Location"]).headers["Location"]).query
        now[0] += seconds
        cookie = begun.headers["Set-Cookie"].split(";")[0]
        return await sign_ins.come_back(request("/oauth/callback", brought, cookie))

    assert 600 == STATE_LIFE
    assert status == asyncio.run(signed_in()).status_code


def test_a_code_that_attio_refuses_installs_nothing(relay: RunningRelay) -> None:
    """A made-up code comes to nothing, and nothing of it or of the app's secret is said."""
    brought = consent(begin(relay, ADMIN)) | {"code": "made-up"}
    refused = come_back(relay, brought, brought["state"])

    assert 409 == refused.status_code
    assert "made-up" not in refused.text
    assert "app-secret" not in refused.text
    assert relay.relay.store.secret_store.install("acme") is None


def test_consent_for_another_workspace_is_refused(relay: RunningRelay) -> None:
    """A route that names its workspace takes no token of another one."""
    relay.config.routes["acme"] = relay.config.routes["acme"].model_copy(update={"workspace_id": "another"})  # type: ignore[index] # as if it had been in the file
    brought = consent(begin(relay, ADMIN))
    refused = come_back(relay, brought, brought["state"])

    assert 409 == refused.status_code
    assert "another workspace" in refused.text
    assert relay.relay.store.secret_store.install("acme") is None


def test_an_app_without_the_scopes_is_named(relay: RunningRelay, attio: "RemoteEmulator") -> None:
    """An app that may not make webhooks is refused at the sign-in, not when the first one is made."""
    register(attio, scopes=["object_configuration:read"])
    brought = consent(begin(relay, ADMIN))
    refused = come_back(relay, brought, brought["state"])

    assert 409 == refused.status_code
    assert "list_configuration:read, webhook:read-write" in refused.text
    assert relay.relay.store.secret_store.install("acme") is None
