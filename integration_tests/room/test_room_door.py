"""Nobody gets into the room who was not let in, and nothing from outside runs or is done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from integration_tests.room.rooms import approved, plan_of

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.room.rooms import Served


def test_a_key_lets_one_browser_in(room: Served) -> None:
    """Its address works once; the cookie it leaves opens the room, and nothing else does."""
    entrance = room.room.door.entrance
    first = requests.get(entrance, timeout=60, allow_redirects=False)
    cookie = first.headers["set-cookie"].partition(";")[0]

    assert 303 == first.status_code
    assert 403 == requests.get(entrance, timeout=60).status_code
    assert 200 == requests.get(room.url(""), headers={"cookie": cookie}, timeout=60).status_code
    assert 401 == requests.get(room.url(""), timeout=60).status_code
    assert 404 == requests.get(room.origin + "/", timeout=60).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"host": "evil.example"}, 421),
        ({"host": "["}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"cookie": "attio_room=guess"}, 401),
    ],
)
def test_what_another_page_sends_is_not_done(room: Served, headers: dict[str, str], status: int) -> None:
    """The same form, once from the room and then from elsewhere; nor without the room's own token."""
    plan_id = plan_of(room)
    assert 403 == room.post(f"plans/{plan_id}/discard", {"csrf": "guess"}).status_code
    answer = room.post(f"plans/{plan_id}/discard", **headers)

    assert status == answer.status_code
    assert (room.room.plans.get(plan_id) is None) == (status == 303)


def test_every_answer_protects_itself(room: Served) -> None:
    """Pages, refusals and files alike: nothing from elsewhere runs, frames or reads them, or keeps them."""
    for answer in (room.get(""), requests.get(room.url(""), timeout=60), room.get("nothing/here")):
        assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert "same-origin" == answer.headers["cross-origin-resource-policy"]
        assert "no-store" == answer.headers["cache-control"]
        assert "access-control-allow-origin" not in answer.headers


def test_no_text_from_outside_becomes_markup(attio: RemoteEmulator, room: Served) -> None:
    """Names of records and columns are escaped, and what turns the direction of writing around is shown."""
    plan_id = plan_of(room)
    text = room.get(f"plans/{plan_id}").text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "\u202e" not in text


def test_the_token_is_on_no_page(
    attio: RemoteEmulator, room: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor are rows in a log."""
    run_id = approved(room, plan_of(room))
    pages = [room.get(path).text for path in ("", "workspace", "runs", f"runs/{run_id}", "import", "plans")]

    assert not [page for page in pages if attio.token in page]
    assert "Acme" not in caplog.text


def test_what_was_not_done_leads_back_to_where_it_was_asked(room: Served) -> None:
    """The page for a word that was mistyped has a link to the plan; one from elsewhere has none."""
    plan = room.room.plans.get(plan_of(room))
    assert plan is not None
    from_plan = room.url(f"plans/{plan.id}?view=records")
    refused = room.post(f"plans/{plan.id}/approve", {"digest": "another"}, referer=from_plan)
    foreign = room.post(f"plans/{plan.id}/approve", {"digest": "another"}, referer="https://evil.example/x")

    assert (400, 400) == (refused.status_code, foreign.status_code)
    assert f'href="{from_plan.removeprefix(room.origin)}">Back' in refused.text
    assert "Back</a>" not in foreign.text


def test_a_refused_form_leads_back_to_its_own_page(room: Served) -> None:
    """Also where its page has the same address; what is missing leads to the list of its kind."""
    asked = room.post("import", {"file": "none.csv"}, referer=room.url("import"))
    missing = room.get("runs/none", referer=room.url("runs/none"))

    assert f'href="/{room.room.door.part}/import">Back' in asked.text
    assert f'href="/{room.room.door.part}/runs">Runs' in missing.text
    assert "Back</a>" not in missing.text


def test_an_address_of_an_earlier_room_says_where_the_new_one_is(room: Served) -> None:
    """A tab that is left from before a restart names the way in, and shows nothing of the room."""
    answer = requests.get(f"{room.origin}/r0123456789ab/plans", timeout=60)

    assert 404 == answer.status_code
    assert "printed in the terminal" in answer.text
    assert room.room.door.part not in answer.text
