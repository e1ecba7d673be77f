"""What is sent, what is read of an answer, and what errors and logs say of it."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any

import pytest
import requests
import requests_mock

from attio_api import errors
from attio_api.client import AttioClient
from unit_tests.attio_api.fake_clock import FakeClock
from unit_tests.attio_api.network import (
    BUSY,
    CUT,
    DONE,
    DOWN,
    PAGE,
    QUERY,
    RECORD,
    RESET,
    TOKEN,
    URL,
    refusal,
)


def test_the_token_and_the_body_are_sent(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A request carries the token, its JSON and its parameters; parameters without a value are left out."""
    attio.post(URL + QUERY, **DONE)
    client.call("post", QUERY, json={"limit": 1}, params={"a": True, "b": None, "c": 2})
    sent = attio.request_history[0]

    assert f"Bearer {TOKEN}" == sent.headers["Authorization"]
    assert {"limit": 1} == sent.json()
    assert "a=true&c=2" == sent.query
    assert "application/json" == sent.headers["Content-Type"]


def test_a_request_without_a_body_has_no_type(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A GET says nothing about a body that it does not have."""
    attio.get(f"{URL}/v2/objects", json={"data": []})
    client.objects()

    assert "Content-Type" not in attio.request_history[0].headers
    assert attio.request_history[0].body is None


def test_a_netrc_file_does_not_replace_the_token(
    client: AttioClient, attio: requests_mock.Mocker, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Credentials that lie about on the machine are not sent to Attio."""
    (tmp_path / "netrc").write_text("machine attio.test login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    attio.get(f"{URL}/v2/objects", json={"data": []})
    client.objects()

    assert f"Bearer {TOKEN}" == attio.request_history[0].headers["Authorization"]


def test_the_token_is_not_carried_elsewhere(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A redirect is not followed, because the token would go along."""
    attio.get(f"{URL}/v2/objects", status_code=302, headers={"Location": "https://elsewhere.test/"})

    with pytest.raises(errors.Misconfigured, match="redirected") as refused:
        client.objects()
    assert 1 == attio.call_count
    assert "api_url" in str(refused.value.remedy)


@pytest.mark.parametrize(
    "trouble", [OSError("TOPSECRET/bundle.pem"), ValueError("TOPSECRET")], ids=["certificates", "address"]
)
def test_what_the_library_raises_bare_is_an_error_of_ours(
    client: AttioClient, attio: requests_mock.Mocker, trouble: Exception
) -> None:
    """Certificates that are not there and an address of no shape are said at once, and not tried again."""
    attio.get(f"{URL}/v2/objects", exc=trouble)

    with pytest.raises(errors.Misconfigured) as refused:
        client.objects()
    assert 1 == attio.call_count
    assert "TOPSECRET" not in f"{refused.value} {refused.value.remedy}"


def test_a_proxy_that_asks_for_a_password_is_not_attio(
    client: AttioClient, attio: requests_mock.Mocker
) -> None:
    """Its answer may be of any kind; Attio itself never answers so."""
    attio.get(f"{URL}/v2/objects", status_code=407, text="who are you?")

    with pytest.raises(errors.Gatekeeper):
        client.objects()


def test_a_missing_scope_is_named(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A refusal for want of a scope says which one the endpoint needs."""
    attio.get(f"{URL}/v2/notes", **refusal(403, "unauthorized"))

    with pytest.raises(errors.MissingScope) as refused:
        client.notes()
    assert "note:read" in str(refused.value.remedy)
    assert ["note:read", "object_configuration:read", "record_permission:read"] == refused.value.details[
        "scopes"
    ]


def test_an_answer_without_a_body_is_an_answer(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """Deleting a call recording answers 204 with nothing, which is success."""
    path = "/v2/meetings/m/call_recordings/c"
    attio.delete(URL + path, status_code=204)

    assert client.call("DELETE", path) is None


def test_raw_bodies_are_complete(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """An undecoded body is checked for its length before it is handed out."""
    attio.get(URL + RECORD, [CUT, {"content": b'{"data":{}}', "headers": {"Content-Length": "11"}}])

    assert b'{"data":{}}' == client.raw("GET", RECORD)


def test_an_answer_is_received_and_read_behind_the_door(
    attio: requests_mock.Mocker, clock: FakeClock
) -> None:
    """The door is held until the body has been read, and by nobody who waits to ask again."""
    happened: list[str] = []

    class Door(AbstractContextManager[None]):
        def __enter__(self) -> None:
            happened.append("in")

        def __exit__(self, *_: object) -> None:
            happened.append("out")

    def read(body: bytes) -> bytes:
        happened.append("read")
        return body

    def sleep(seconds: float) -> None:
        happened.append("wait")
        clock.sleep(seconds)

    attio.get(URL + RECORD, [BUSY, DOWN, CUT, {"text": "{}"}])
    client = AttioClient(TOKEN, api_url=URL, clock=clock, sleep=sleep, receiving=Door())

    assert b"{}" == client.fetch("GET", RECORD, read)
    assert 3 * ["in", "out", "wait"] + ["in", "read", "out"] == [each for each, _ in groupby(happened)]


def test_a_compressed_body_is_not_measured(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """The announced length of a compressed answer is not that of its content."""
    headers = {"Content-Length": "3", "Content-Encoding": "identity"}
    attio.get(URL + RECORD, content=b'{"data":{}}', headers=headers)

    assert {} == client.data("GET", RECORD)


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.one("GET", RECORD),
        lambda client: client.create_record("people", {"name": "row-content"}),
    ],
)
@pytest.mark.parametrize(
    "trouble", [RESET, DOWN, refusal(401, "unauthorized"), refusal(400, "value_not_found")]
)
def test_secrets_stay_out_of_errors_and_logs(
    client: AttioClient,
    attio: requests_mock.Mocker,
    caplog: pytest.LogCaptureFixture,
    ask: Callable[[AttioClient], Any],
    trouble: dict[str, Any],
) -> None:
    """Neither the token nor a row shows up in what is raised, what caused it, or what is logged."""
    attio.register_uri(requests_mock.ANY, requests_mock.ANY, **trouble)
    with caplog.at_level(logging.DEBUG), pytest.raises(errors.AttioError) as failure:
        ask(client)
    causes: list[BaseException | None] = [failure.value, failure.value.__cause__, failure.value.__context__]
    told = caplog.text + "".join(f"{cause!r}{vars(cause) if cause else ''}" for cause in causes)

    assert TOKEN not in told
    assert "row-content" not in told


@pytest.mark.parametrize("token", ["", "  ", "with space", "line\nbreak", "ümlaut"])
def test_a_token_that_is_none_is_refused_at_once(token: str) -> None:
    """A token with characters that no token has is refused before it gets into a header, and not quoted."""
    with pytest.raises(errors.BadToken) as refused:
        AttioClient(token)

    assert not token.strip() or token not in str(refused.value)


@pytest.mark.parametrize("address", ["", "api.attio.com", "ftp://attio.test"])
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    """An address without http or https is a mistake in the configuration."""
    with pytest.raises(errors.Misconfigured, match="api_url"):
        AttioClient(TOKEN, api_url=address)


def test_values_that_json_cannot_hold_are_refused(client: AttioClient) -> None:
    """A value that JSON has no form for is refused here, not sent in a form that only Python reads."""
    with pytest.raises(errors.InvalidValue):
        client.create_record("people", {"number": float("nan")})


@pytest.mark.parametrize("status", [400, 401, 402, 403, 409])
def test_a_web_page_is_no_answer_of_attios(
    client: AttioClient, attio: requests_mock.Mocker, status: int
) -> None:
    """A firewall's page in place of an answer passes: what may be asked again is, and a create is unknown."""
    attio.put(f"{URL}/v2/objects/people/records", [{"status_code": status, **PAGE}, DONE])
    attio.post(f"{URL}/v2/objects/people/records", [{"status_code": status, **PAGE}, DONE])

    assert {"id": {}} == client.upsert_record("people", "email_addresses", {})
    with pytest.raises(errors.OutcomeUnknown):
        client.create_record("people", {})


@pytest.mark.parametrize(
    "answer",
    [
        PAGE,
        {"text": "default backend - 404", "headers": {"Content-Type": "text/plain"}},
        {"json": {"message": "no Route matched with those values"}},
        {"json": {"code": 404}},
        {"text": ""},
    ],
)
def test_a_404_without_attios_code_buries_nothing(
    client: AttioClient, attio: requests_mock.Mocker, answer: dict[str, Any]
) -> None:
    """A gateway that does not find its way to Attio says nothing of the record: it is asked for again."""
    attio.get(f"{URL}/v2/tasks/one", [{"status_code": 404, **answer}, DONE])

    assert {"id": {}} == client.one("GET", "/v2/tasks/one")


def test_a_page_that_stays_is_named(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """When a firewall lets nothing through, the error says that the answer did not come from Attio."""
    attio.get(f"{URL}/v2/objects", status_code=403, text="\n <!DOCTYPE html>")

    with pytest.raises(errors.Gatekeeper, match="did not come from Attio"):
        client.objects()


def test_a_missing_scope_is_attios_own_word(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A 403 in JSON is Attio's, and is not asked again."""
    attio.get(f"{URL}/v2/objects", **refusal(403, "unauthorized"))

    with pytest.raises(errors.MissingScope):
        client.objects()
    assert 1 == attio.call_count


REVOKED: dict[str, Any] = refusal(401, "unauthorized")


def test_a_token_that_was_accepted_is_refused_in_error(
    client: AttioClient, attio: requests_mock.Mocker
) -> None:
    """Under load Attio refuses a valid token now and then: the request, even a create, is sent once more."""
    attio.get(f"{URL}/v2/self", json={"active": True})
    attio.post(f"{URL}/v2/objects/people/records", [REVOKED, DONE])
    client.call("GET", "/v2/self")

    assert {"id": {}} == client.create_record("people", {})


@pytest.mark.parametrize(("accepted", "asked"), [(0, 1), (1, 2)])
def test_a_token_that_attio_does_not_accept_ends_it(
    client: AttioClient, attio: requests_mock.Mocker, accepted: int, asked: int
) -> None:
    """One that it never accepted is not asked about again, and one that was revoked meanwhile once."""
    attio.get(f"{URL}/v2/tasks/one", [*[DONE] * accepted, REVOKED])
    for _ in range(accepted):
        client.one("GET", "/v2/tasks/one")

    with pytest.raises(errors.BadToken):
        client.one("GET", "/v2/tasks/one")
    assert accepted + asked == attio.call_count


def test_attio_finds_no_token(client: AttioClient, attio: requests_mock.Mocker) -> None:
    """A value that /v2/self misses is the token: no row and no attribute is meant."""
    attio.get(f"{URL}/v2/self", **refusal(400, "missing_value"))

    with pytest.raises(errors.BadToken, match="not an Attio token"):
        client.whoami()


@pytest.mark.parametrize("trouble", [RESET, {"exc": requests.exceptions.InvalidURL}])
def test_a_password_in_the_address_is_not_shown(attio: requests_mock.Mocker, trouble: dict[str, Any]) -> None:
    """An error names the address without the user and the password in it."""
    attio.get(requests_mock.ANY, **trouble)
    client = AttioClient("a" * 64, api_url="https://someone:canary@attio.test", sleep=lambda _: None)

    with pytest.raises(errors.AttioError) as raised:
        client.objects()
    assert "canary" not in f"{raised.value} {raised.value.remedy} {raised.value.details}"
