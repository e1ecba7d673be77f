from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from attio_emulator.calls.request import Request
from attio_emulator.calls.routing import Answer
from attio_emulator.contract.wire import loads
from attio_emulator.model.oauth import App, returning
from unit_tests.attio_emulator.calling import Api

ASK = {
    "client_id": "emulator-client",
    "response_type": "code",
    "redirect_uri": "http://127.0.0.1:4000/back",
    "state": "s1",
}


def authorize(api: Api, **changes: str) -> Answer:
    answer: Answer = api.raw("GET", f"/authorize?{urlencode({**ASK, **changes})}", token="")
    return answer


def carried(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def trade(api: Api, **form: str) -> tuple[int, Any]:
    usual = {
        "client_id": "emulator-client",
        "client_secret": "emulator-secret",
        "grant_type": "authorization_code",
    }
    body = urlencode({**usual, **form}).encode()
    answer = api.emulator.handle(Request(method="POST", path="/oauth/token", body=body)).answer
    return answer.status, loads(answer.body)


def code(api: Api) -> str:
    return carried(authorize(api).headers["location"])["code"][0]


def test_a_browser_is_sent_back_with_code_and_state(api: Api) -> None:
    """Consent is given at once: 302 to the address the app named, with a code and the state it sent."""
    answer = authorize(api)
    location = answer.headers["location"]

    assert (302, ["s1"]) == (answer.status, carried(location)["state"])
    assert location.startswith("http://127.0.0.1:4000/back?code=")


def test_consent_can_be_asked_for(api: Api) -> None:
    """With `consent=ask` a page shows both ways on."""
    page = authorize(api, consent="ask").body.decode()

    assert 200 == authorize(api, consent="ask").status
    assert ("code=" in page, "error=access_denied" in page) == (True, True)


def test_a_code_buys_one_token(api: Api) -> None:
    """The token works, acts as an app, and the code is spent; there is no refresh token and no expiry."""
    spent = code(api)
    status, answer = trade(api, code=spent)
    token = answer["access_token"]

    assert (200, {"access_token": token, "token_type": "Bearer"}) == (status, answer)
    note = api("GET", "/v2/self", token=token)
    assert (True, None) == (note["active"], note["exp"])
    assert note == api("POST", "/oauth/introspect", token=token)
    record = api("POST", "/v2/objects/people/records", {"data": {"values": {}}}, token=token)["data"]
    assert "app" == record["values"]["created_by"][0]["referenced_actor_type"]
    assert (400, "invalid_grant") == (trade(api, code=spent)[0], trade(api, code=spent)[1]["error"])


def test_a_code_spoils_after_ten_minutes(api: Api) -> None:
    """A code that was not traded in time is worth nothing."""
    late = code(api)
    api.emulator.clock.advance(600)

    assert "invalid_grant" == trade(api, code=late)[1]["error"]


@pytest.mark.parametrize(
    ("expected", "form"),
    [
        ((401, "invalid_client"), {"client_secret": "wrong"}),
        ((401, "invalid_client"), {"client_id": "unknown"}),
        ((400, "unsupported_grant_type"), {"grant_type": "refresh_token"}),
        ((400, "invalid_grant"), {"code": "made up"}),
    ],
)
def test_a_wrong_trade_is_refused(api: Api, expected: tuple[int, str], form: dict[str, str]) -> None:
    """The endpoint answers in the words of RFC 6749."""
    status, answer = trade(api, **{"code": code(api), **form})

    assert expected == (status, answer["error"])


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "unknown"},
        {"redirect_uri": "https://evil.example.com/"},
        {"redirect_uri": "http://[bad"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_a_browser_is_never_sent_to_a_stranger(api: Api, changes: dict[str, str]) -> None:
    """Without a known app and an address of its own there is a page, and no redirection."""
    answer = authorize(api, **changes)

    assert (400, None) == (answer.status, answer.headers.get("location"))


def test_another_response_type_is_an_error_for_the_app(api: Api) -> None:
    """The app learns of it at its own address."""
    assert ["unsupported_response_type"] == carried(
        authorize(api, response_type="token").headers["location"]
    )["error"]


def test_registered_addresses_are_exact() -> None:
    """An app that registered addresses may return to these alone."""
    app = App(client_id="a", client_secret="s", redirect_uris=("https://example.com/back",))

    assert (True, False) == (
        app.may_return_to("https://example.com/back"),
        app.may_return_to("https://example.com/back?x=1"),
    )
    assert "https://example.com/back?x=1&code=c" == returning(
        "https://example.com/back?x=1", code="c", state=""
    )


def test_scopes_in_the_address_are_ignored(api: Api) -> None:
    """A token has the scopes of its app, whatever the browser asked for."""
    granted = [
        trade(api, code=carried(answer.headers["location"])["code"][0])[1]["access_token"]
        for answer in (authorize(api), authorize(api, scope="note:read"))
    ]
    scopes = [api("GET", "/v2/self", token=token)["scope"] for token in granted]

    assert scopes[0] == scopes[1] != "note:read"
