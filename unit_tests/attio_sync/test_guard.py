from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attio_sync.ui.guard import COOKIE, Door

DOOR = Door(port=8399, part="rabc", session="secret", csrf="token", key="key")
HERE = "http://127.0.0.1:8399"
LOOKING = {"host": "127.0.0.1:8399", "cookie": f"other=1; {COOKIE}=secret"}
SENDING = LOOKING | {"origin": HERE, "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}


def status(method: str, path: str, headers: dict[str, str]) -> int | None:
    refusal = DOOR.refusal(method, path, headers)
    return refusal.status if refusal else None


@pytest.mark.parametrize("host", ["127.0.0.1:8399", "localhost:8399"])
def test_a_browser_that_was_let_in_may_look_and_send(host: str) -> None:
    """The control: what the room's own pages do gets through, by either name of this machine."""
    assert status("GET", "/rabc/plans", LOOKING | {"host": host}) is None
    assert status("POST", "/rabc/plans", SENDING | {"host": host, "origin": f"http://{host}"}) is None
    assert status("GET", "/enter", {"host": host}) is None


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8399", "[::1]:8399"]
)
def test_another_name_for_this_machine_is_not_answered(host: str) -> None:
    """A name of the web that points at this machine reaches nothing, not even the way in."""
    assert 421 == status("GET", "/rabc/", LOOKING | {"host": host})
    assert 421 == status("GET", "/enter", {"host": host})


@pytest.mark.parametrize(
    "cookie", ["", "x", f"{COOKIE}=", f"{COOKIE}=wrong", f"{COOKIE}=\u00e9", f"{COOKIE}x=secret", ";;=;"]
)
def test_a_browser_that_was_not_let_in_sees_nothing(cookie: str) -> None:
    """Without the cookie every address of the room is closed, also for sending."""
    assert 401 == status("GET", "/rabc/", LOOKING | {"cookie": cookie})
    assert 401 == status("GET", "/rabc", LOOKING | {"cookie": cookie})
    assert 401 == status("POST", "/rabc/plans", SENDING | {"cookie": cookie})


@pytest.mark.parametrize(
    "cookies", ['j={{"a": "1"}}; {0}', "{name}=other; {0}", "{0}; {name}=other", "=;;; {0};", 'x="; {0}']
)
def test_cookies_of_other_programs_of_this_machine_do_not_hide_the_rooms(cookies: str) -> None:
    """Cookies know no ports, so others may stand beside it, also malformed ones and one of its name."""
    cookie = cookies.format(f"{COOKIE}=secret", name=COOKIE)

    assert status("GET", "/rabc/", LOOKING | {"cookie": cookie}) is None


def test_at_the_port_that_browsers_do_not_name_the_room_is_found() -> None:
    """On port 80, Host and Origin are without a port."""
    door = Door(port=80, part="rabc", session="secret")
    headers = SENDING | {"host": "127.0.0.1", "origin": "http://127.0.0.1"}

    assert door.refusal("POST", "/rabc/plans", headers) is None
    assert door.refusal("POST", "/rabc/plans", headers | {"origin": "http://127.0.0.1:8080"}) is not None


@pytest.mark.parametrize(
    "foreign",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9000", "sec-fetch-site": "same-site"},
        {"origin": "http://localhost:8399"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": ""},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_another_page_sends_is_not_done(method: str, foreign: dict[str, str]) -> None:
    """Neither from another site, nor from another port of this machine, though its cookies come along."""
    assert 403 == status(method, "/rabc/plans", SENDING | foreign)


def test_another_page_reads_nothing_either() -> None:
    """A picture, a script or a fetch from elsewhere is refused; a link that somebody follows is not."""
    assert 403 == status(
        "GET", "/rabc/", LOOKING | {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}
    )
    assert (
        status("GET", "/rabc/", LOOKING | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
        is None
    )


def test_a_key_lets_one_browser_in() -> None:
    """The second use of an address is refused; the next one is another."""
    door = Door(port=1)
    first = door.key

    assert (True, False) == (door.turn(first), door.turn(first))
    assert door.turn(door.key)
    assert not door.turn("")
    assert not door.turn("\u00e9")


def test_the_cookie_goes_to_the_room_alone() -> None:
    """No script reads it, no other site sends it, and no other program of this machine gets it."""
    assert f"{COOKIE}=secret; Path=/rabc; HttpOnly; SameSite=Strict" == DOOR.cookie()


def test_secrets_are_in_no_representation() -> None:
    """A door in a log or a traceback gives nothing away."""
    assert not {"secret", "token", "key'"} & set(repr(DOOR).replace("=", " ").replace(",", " ").split())
    assert "secret" not in repr(DOOR)


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS"]),
    st.text(max_size=30),
    st.dictionaries(
        st.sampled_from(["host", "cookie", "origin", "sec-fetch-site", "sec-fetch-mode"]),
        st.text(max_size=40),
    ),
)
def test_whatever_comes_is_judged(method: str, path: str, headers: dict[str, str]) -> None:
    """No header and no path breaks the guard; nothing of them opens the room."""
    assert status(method, "/rabc/" + path, headers) in {401, 403, 421}
