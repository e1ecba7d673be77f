"""What an order must name, and what happens to one that names something else."""

import json
from collections.abc import Mapping

import pytest
from click.testing import CliRunner

from attio_relay.cli import main
from attio_relay.serving.actions import ACTIONS, PARAMETERS, Actions, UnknownOrderError
from unit_tests.attio_relay.asking import Asked

TOKEN = {"authorization": "Bearer the-admins-token"}


@pytest.fixture
def actions(relay: Asked) -> Actions:
    """The actions of a relay that holds a dead letter."""
    relay.deliver(b'{"events": 1}', key="dead")
    return Actions(relay.relay.config, relay.relay.store, None, lambda: 0.0)  # type: ignore[arg-type] # nobody asks Attio


def test_every_action_says_what_it_takes() -> None:
    """A parameter that an action does not have is passed over by none."""
    assert ACTIONS.keys() == PARAMETERS.keys()


@pytest.mark.parametrize(
    ("action", "about", "said"),
    [
        ("replya", {}, "There is no action replya"),
        ("pause", {}, "The parameter connection is missing."),
        ("pause", {"connection": ""}, "The parameter connection is empty"),
        ("pause", {"conection": "crm"}, "pause has no parameter 'conection'.*Did you mean connection"),
        ("pause", {"connection": "crm", "route": "acme"}, "pause has no parameter 'route'"),
        ("scan", {"route": "acne"}, "There is no route 'acne'"),
        ("replay", {"kye": "dead"}, "Did you mean key"),
        ("replay", {"key": "other"}, "There is no such dead letter"),
        ("replay", {"key": ""}, "The parameter key is empty; give it a value, or leave it out"),
        ("replay", {"route": "acme", "since": "2026-11-26", "until": ""}, "The parameter until is empty"),
        ("replay", {"route": "acme"}, "replay takes key, or since and route"),
        ("replay", {"until": "2026-11-26"}, "replay takes key, or since and route"),
        ("replay", {"since": "2026-11-26", "key": "dead", "route": "acme"}, "replay takes key, or since"),
        ("replay", {"since": "2026-11-26"}, "The parameter route is missing"),
    ],
)
def test_an_order_that_cannot_be_meant_is_refused(
    actions: Actions, relay: Asked, action: str, about: Mapping[str, str], said: str
) -> None:
    """Its sentence names the parameter, and nothing was done: no dead letter is read in place of changes."""
    with pytest.raises(UnknownOrderError, match=said):
        actions.order(action, about)

    assert 1 == relay.relay.store.delivery_store.counts()["dead"]
    assert not relay.relay.store.schedule_store.lines()[0].paused


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b'{"key": "dead"', 400, "The body is not JSON."),
        (b'["key"]', 400, "The body must be a JSON object whose values are texts."),
        (b'{"key": null}', 400, "The body must be a JSON object whose values are texts."),
        (b'{"kye": "dead"}', 404, "replay has no parameter 'kye'; it has key, route, since, until."),
        (b'\xef\xbb\xbf{"key": "dead"}', 200, "0 of 1 dead letter could be read now."),
        (b"", 200, "0 of 1 dead letter could be read now."),
    ],
)
def test_a_program_is_told_what_is_wrong_with_its_order(
    actions: Actions, relay: Asked, body: bytes, status: int, said: str
) -> None:
    """JSON that cannot be read is no order for everything."""
    del actions
    got = relay.ask("POST", "/admin/replay", body, content_type="Application/JSON;charset=utf-8", **TOKEN)
    answer = json.loads(got.body)

    assert status == got.status
    assert str(answer.get("error") or answer.get("done")).startswith(said)


@pytest.mark.parametrize("headers", [{}, {"content_type": "text/json"}, {"content_type": "text/plain"}])
def test_an_order_of_another_type_is_no_order_for_everything(
    actions: Actions, relay: Asked, headers: Mapping[str, str]
) -> None:
    """Its parameters would be passed over; without a body there are none, of whatever type."""
    del actions
    refused = relay.ask("POST", "/admin/replay", b'{"key": "dead"}', **headers, **TOKEN)
    taken = relay.ask("POST", "/admin/replay", **headers, **TOKEN)

    assert (415, 200) == (refused.status, taken.status)
    assert "Content-Type" in refused.json()["error"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--connection", "crm", "--since", "2026-11-26"], "trigger has no parameter 'since'"),
        (["--key", ""], "The parameter key is empty"),
        (["--route", "acme"], "replay takes key, or since and route"),
        (["--until", "2026-11-26"], "replay takes key, or since and route"),
    ],
)
def test_a_command_passes_over_no_option(relay: Asked, options: list[str], said: str) -> None:
    """One that has no effect with the others is refused."""
    file = relay.relay.config.storage.path.with_name("relay.toml")
    file.write_text(
        '[[routes]]\nname = "acme"\n[[connections]]\nname = "crm"\nroute = "acme"\n'
        '[connections.target]\ntype = "command"\ncommand = ["true"]\n'
    )
    done = CliRunner().invoke(main, ["replay", "--config", str(file), *options])

    assert 2 == done.exit_code
    assert said in done.output
