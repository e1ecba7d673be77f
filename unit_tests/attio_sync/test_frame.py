from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from attio_sync.ui.frame import asked, at, form, form_lists, missing
from unit_tests.attio_sync.asgi import OURS, room_in, scope

if TYPE_CHECKING:
    from pathlib import Path

HERE = "http://127.0.0.1:8399"


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    made = Starlette()
    made.state.room = room_in(tmp_path)
    return made


def request(app: Starlette, method: str = "GET", path: str = "/rabc/runs/x", referer: str = "") -> Request:
    return Request(scope(method, path, [*OURS, ("referer", referer)]) | {"app": app})


def test_no_step_of_an_address_leads_elsewhere(app: Starlette) -> None:
    """Each is quoted whole."""
    assert "/rabc/tables/..%2F%3Fa%23b%2520/x?q=1" == at(
        request(app), "tables", "../?a#b%20", "x", query="?q=1"
    )


def test_a_form_is_read_as_it_was_filled(app: Starlette) -> None:
    """A line end is one character, and of a name with several values all are there."""
    sent = request(app, "POST")
    sent.state.form = [("file", "two\r\nlines.csv"), ("only", "a"), ("only", "b"), ("empty", "")]

    assert {"file": "two\nlines.csv", "only": "b", "empty": ""} == form(sent)
    assert ["a", "b"] == form_lists(sent)["only"]


def test_a_query_is_read_in_its_order(app: Starlette) -> None:
    """With values that are empty, and what is not UTF-8."""
    found = request(app)
    found.scope["query_string"] = b"kind=a&kind=b&q=&x=%ff"

    assert [("kind", "a"), ("kind", "b"), ("q", ""), ("x", "\ufffd")] == asked(found)


@pytest.mark.parametrize(
    ("method", "referer", "back"),
    [
        ("GET", f"{HERE}/rabc/runs?at=50", "/rabc/runs?at=50"),
        ("POST", f"{HERE}/rabc/runs/x", "/rabc/runs/x"),
        ("GET", f"{HERE}/rabc/runs/x", None),
        ("GET", f"{HERE}/other/runs", None),
        ("GET", "https://evil.example/rabc/runs", None),
        ("GET", "", None),
    ],
)
def test_a_page_of_trouble_leads_back_into_the_room_alone(
    app: Starlette, method: str, referer: str, back: str | None
) -> None:
    """To the page that asked; where there is none, or it is this one, to the list of the section."""
    page = bytes(missing(request(app, method, referer=referer), "No such run.", "runs").body).decode()
    links = page.partition('class="actions">')[2]

    assert (f'href="{back}">Back' if back else 'href="/rabc/runs">Runs') in links
