"""What strangers can send to the web layer: nothing of it may be an error of ours."""

import asyncio
import string
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from attio_relay.store.runs import RunStore
from unit_tests.attio_relay.asking import Asked, a_relay

TEXT = st.characters(blacklist_categories=["Cs"], blacklist_characters="?#")
KNOWN_PATHS = """
/ // /%00 /sign-in /sign-out /admin/list /admin/pause /runs/x /metrics /hooks/acme /feeds/acme/changes
/oauth/start /oauth/callback /look.css /readyz
"""
PATHS = st.one_of(st.sampled_from(KNOWN_PATHS.split()), st.text(TEXT, max_size=20).map("/".__add__))
# What HTTP parsers let through in a header: bytes of Latin-1 without line ends and NUL.
VALUES = st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n\0"), max_size=60)
KNOWN_NAMES = """
cookie authorization content_type content_length attio_signature idempotency_key accept range if_none_match
x_forwarded_for x_forwarded_proto x_forwarded_host forwarded
"""
NAMES = st.sampled_from(KNOWN_NAMES.split())
# What a browser tells of where it is and where it comes from, and what others make of it.
SERVERS = st.sampled_from(
    ["relay.example.com", "[", "[::1", "h:port", "h:99999", "h:-1", "@", "", "ä", "null"]
)
PLACES = st.one_of(
    VALUES,
    SERVERS,
    st.builds("{}{}{}".format, st.sampled_from(["http://", "https://", "//", "a:", "://"]), SERVERS, VALUES),
)
FETCHES = st.one_of(st.sampled_from(["same-origin", "none", "cross-site", "same-site", "//"]), VALUES)
BROWSERS = st.fixed_dictionaries(
    {}, optional={"origin": PLACES, "host": PLACES, "referer": PLACES, "sec_fetch_site": FETCHES}
)
COOKIES = st.one_of(VALUES, VALUES.map('attio_relay="{}"'.format), VALUES.map("attio_relay={}; a=b".format))
TYPES = st.sampled_from(
    [
        "application/json",
        "application/json; charset=x",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        ";",
        "",
    ]
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(string.printable, max_size=100).map(lambda text: text.encode()),
    st.sampled_from(
        [b"token=a&token=b", b"[" * 3000, b"%ff=%", b"--b\r\n\r\n--b--", b'{"connection": null}']
    ),
)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    asked = a_relay(tmp_path_factory.mktemp("relay"))
    asked.relay.writer.start()
    yield asked
    asked.relay.close()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS"]),
    path=PATHS,
    query=st.text(string.ascii_letters + "=&%+;", max_size=30),
    headers=st.dictionaries(NAMES, VALUES, max_size=4),
    browser=BROWSERS,
    cookie=COOKIES,
    kind=TYPES,
    body=BODIES,
)
def test_nothing_that_a_stranger_sends_is_an_error_of_ours(  # noqa: PLR0913, PLR0917 (parts of a request)
    relay: Asked,
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    browser: dict[str, str],
    cookie: str,
    kind: str,
    body: bytes,
) -> None:
    """Every answer to odd paths, queries, headers, cookies and bodies is below 500, and orders nothing."""
    named = {"cookie": cookie, "content_type": kind} | headers | browser
    got = relay.ask(method, f"{path}?{query}", body, **named)

    assert got.status < 500
    assert not relay.relay.store.schedule_store.lines()[0].paused


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST"]),
    path=st.sampled_from(KNOWN_PATHS.split()),
    headers=st.dictionaries(NAMES.filter(lambda name: name != "cookie"), VALUES, max_size=2),
    browser=BROWSERS,
    body=st.sampled_from([b"connection=crm", b"connection=%ff", b""]),
)
@example(
    method="POST", path="/admin/pause", headers={}, browser={"origin": "http://["}, body=b"connection=crm"
)
@example(method="POST", path="/sign-in", headers={}, browser={"host": "["}, body=b"token=the-admins-token")
@example(method="GET", path="/look.css", headers={}, browser={"host": "["}, body=b"")
def test_nothing_beside_a_session_is_an_error_of_ours(
    relay: Asked, method: str, path: str, headers: dict[str, str], browser: dict[str, str], body: bytes
) -> None:
    """A cookie that is good brings nobody past the checks: no answer is 500, and no other site orders."""
    cookie = f"attio_relay={relay.relay.store.sessions.begin('the-admins-token')}"
    form = {"cookie": cookie, "content_type": "application/x-www-form-urlencoded"}
    got = relay.ask(method, path, body, **(form | headers | browser))
    paused = relay.relay.store.schedule_store.lines()[0].paused
    relay.relay.store.schedule_store.unblock("crm")

    assert got.status < 500
    assert not paused or browser.get("sec_fetch_site", "none") in {"same-origin", "none"}


def test_a_length_of_thousands_of_digits_is_refused(relay: Asked) -> None:
    """A header that announces an absurd length costs nothing and is no error of ours."""
    assert 413 == relay.ask("POST", "/hooks/acme", b"{}", content_length="9" * 5000).status


@pytest.mark.parametrize("header", ["host", "origin"])
@pytest.mark.parametrize("path", ["/", "//[", "/admin"])
def test_an_address_that_no_parser_takes_is_no_error_of_ours(relay: Asked, path: str, header: str) -> None:
    """`[` begins an IPv6 address in a URL; a Host or Origin with half of one is a stranger's mistake."""
    session = relay.relay.store.sessions.begin("the-admins-token")
    got = relay.ask("GET", path, cookie=f"attio_relay={session}", **{header: "http://["})

    assert got.status < 500


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/admin/list", 401), ("/admin/pause", 405)])
def test_a_browser_is_refused_by_a_page_and_a_program_by_json(relay: Asked, path: str, status: int) -> None:
    """Both get the same sentence; the page has the headers that keep other sites from using it."""
    page = relay.ask("GET", path, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    program = relay.ask("GET", path, accept="*/*")

    assert (status, status) == (page.status, program.status)
    assert f'role="alert">{program.json()["error"]}</p>' in page.body.decode()
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_an_error_of_ours_is_a_sentence_and_stays_an_error(
    relay: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer says that the log has it, and the error goes on to whoever logs it."""
    monkeypatch.setattr(RunStore, "run", None)
    session = relay.relay.store.sessions.begin("the-admins-token")
    said: list[bytes] = []

    async def send(message: Any) -> None:
        said.append(message.get("body", b""))

    head = [(b"cookie", f"attio_relay={session}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/runs/x", "query_string": b"", "headers": head}
    with pytest.raises(TypeError):
        asyncio.run(relay.relay.router(scope, None, send))  # type: ignore[arg-type] # no body is read

    assert b"its log says which" in b"".join(said)
