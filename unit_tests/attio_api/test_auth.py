from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import requests_mock

from attio_api import auth, errors
from attio_api.auth import App, Identity, Token
from attio_api.wire import Json

APP = App(client_id="the-app", client_secret="the-secret", redirect_uri="http://127.0.0.1:8400/callback")


def identity(*scopes: str) -> Identity:
    return Identity(active=True, scopes=frozenset(scopes))


def test_writing_includes_reading() -> None:
    """A scope for reading and writing covers what needs reading alone, but not the other way round."""
    assert [] == auth.missing_scopes(identity("note:read-write"), ["note:read", "note:read-write"])
    assert ["note:read-write"] == auth.missing_scopes(identity("note:read"), ["note:read", "note:read-write"])


@pytest.mark.parametrize("answer", [{}, {"data": {}}, {"active": None}, {"active": "true"}])
def test_an_answer_that_does_not_say_whether_a_token_is_active_is_no_dead_token(answer: Json) -> None:
    """A gateway's empty answer is asked for again; it was told as a revoked token, which nobody can mend."""
    with pytest.raises(errors.Unreadable, match="whether the token is active"):
        Identity.parse(answer)


def test_needs_are_added_up() -> None:
    """Several uses need all their scopes together, each once."""
    assert {
        "object_configuration:read-write",
        "record_permission:read-write",
    } == auth.needed_by("records", "write_records", "create_options")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v2/objects/people/records/query", "record_permission:read"),
        ("POST", "/v2/objects/people/records", "record_permission:read-write"),
        ("PUT", "/v2/objects/people/records", "record_permission:read-write"),
        ("POST", "/v2/objects/people/records/merge", "record_permission:read-write"),
        ("GET", "/v2/objects/people/records/r/attributes/a/values", "record_permission:read"),
        ("GET", "/v2/objects/people/records/r/entries", "list_entry:read"),
        ("GET", "/v2/objects/people/attributes", "object_configuration:read"),
        ("POST", "/v2/objects/people/attributes/a/options", "object_configuration:read-write"),
        ("GET", "/v2/lists/sales/attributes/a/statuses", "list_configuration:read"),
        ("POST", "/v2/lists/sales/attributes/a/statuses", "list_configuration:read-write"),
        ("POST", "/v2/lists/sales/entries/query", "list_entry:read"),
        ("DELETE", "/v2/lists/sales/entries/e", "list_entry:read-write"),
        ("GET", "/v2/tasks", "task:read"),
        ("PATCH", "/v2/tasks/t", "task:read-write"),
        ("DELETE", "/v2/notes/n", "note:read-write"),
        ("GET", "/v2/threads", "comment:read"),
        ("GET", "/v2/meetings/m/call_recordings", "call_recording:read"),
        ("GET", "/v2/meetings", "meeting:read"),
        ("GET", "/v2/workspace_members", "user_management:read"),
        ("GET", "/v2/webhooks", "webhook:read"),
        ("POST", "/v2/webhooks", "webhook:read-write"),
    ],
)
def test_endpoints_know_their_scopes(method: str, path: str, scope: str) -> None:
    """A refused call can say which scope it needed."""
    assert scope in auth.scopes_for(method, path)


def test_an_unknown_endpoint_needs_nothing_we_know() -> None:
    """No scope is made up for an endpoint that is not in the table."""
    assert frozenset() == auth.scopes_for("GET", "/v2/self")


def test_a_dead_token_is_refused() -> None:
    """An identity that is not active becomes an error that says how to go on; a living one passes."""
    with pytest.raises(errors.BadToken) as refused:
        auth.require_active(Identity(active=False))

    assert "new token" in str(refused.value.remedy)
    assert identity() == auth.require_active(identity())


def test_consent_is_asked_for_in_the_browser() -> None:
    """The address names the app, the way back and the state, and no scopes: those are the app's."""
    url = urlsplit(auth.authorize_url("the-app", APP.redirect_uri or "", "one-time"))

    assert "https://app.attio.com/authorize" == f"{url.scheme}://{url.netloc}{url.path}"
    assert {
        "client_id": ["the-app"],
        "response_type": ["code"],
        "redirect_uri": ["http://127.0.0.1:8400/callback"],
        "state": ["one-time"],
    } == parse_qs(url.query)


def test_a_code_becomes_a_token(attio: requests_mock.Mocker) -> None:
    """The code is sent as a form, as Attio documents it, and the token comes back."""
    attio.post(auth.TOKEN_URL, json={"access_token": "t", "token_type": "Bearer"})
    token = auth.exchange_code(APP, "the-code")

    assert Token(access_token="t") == token
    assert {
        "client_id": ["the-app"],
        "client_secret": ["the-secret"],
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": ["http://127.0.0.1:8400/callback"],
    } == parse_qs(attio.request_history[0].text)


def test_a_token_that_expires_says_so(attio: requests_mock.Mocker) -> None:
    """Attio's tokens live for ever today; should one not, how to renew it is kept."""
    attio.post("http://127.0.0.1:1/token", json={"access_token": "t", "refresh_token": "r", "expires_in": 60})
    token = auth.renew(APP, "old", session=requests.Session(), token_url="http://127.0.0.1:1/token")

    assert Token(access_token="t", refresh_token="r", expires_in=60) == token
    assert ["refresh_token"] == parse_qs(attio.request_history[0].text)["grant_type"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_sign_in_says_what_to_do(attio: requests_mock.Mocker, status: int) -> None:
    """A wrong secret or a used code is a matter for the person who signs in."""
    attio.post(auth.TOKEN_URL, status_code=status, json={"error": "invalid_grant"})

    with pytest.raises(errors.BadToken) as refused:
        auth.exchange_code(APP, "used")
    assert "sign in again" in str(refused.value.remedy)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status_code": 503}, errors.ServerTrouble),
        ({"json": {"token_type": "Bearer"}}, errors.Unreadable),
        ({"text": "<html>"}, errors.Unreadable),
        ({"exc": requests.ConnectionError("the-secret")}, errors.ConnectionBroken),
    ],
)
def test_a_failed_sign_in_keeps_its_secrets(
    attio: requests_mock.Mocker, answer: dict[str, object], expected: type[Exception]
) -> None:
    """Whatever goes wrong, neither the secret nor the library's error with it is passed on."""
    attio.post(auth.TOKEN_URL, **answer)

    with pytest.raises(expected) as failure:
        auth.exchange_code(APP, "code")
    assert "the-secret" not in f"{failure.value!r}{failure.value.__context__!r}"


def test_secrets_are_not_shown() -> None:
    """Printing an app or a token shows neither secret nor token."""
    shown = repr(APP) + repr(Token(access_token="the-token", refresh_token="the-refresh"))

    assert not any(secret in shown for secret in ("the-secret", "the-token", "the-refresh"))
