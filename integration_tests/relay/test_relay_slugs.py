"""Objects and lists by their slugs: resolved to the ids that events carry."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from attio_api.client import AttioClient
from attio_relay.cli import main
from attio_relay.config import load
from attio_relay.events import ID
from attio_relay.store.store import open_store
from attio_relay.subscribing.slugs import known_to, resolved
from integration_tests.relay.stores import KEY, delivery, event

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

TEXT = """
[attio]
api_url = "{url}"
[[routes]]
name = "acme"
[[connections]]
name = "crm"
route = "acme"
objects = ["{slug}"]
[connections.target]
type = "command"
command = ["true"]
"""


UNKNOWN = "00000000-0000-4000-8000-000000000000"


def file(folder: Path, url: str, slug: str) -> Path:
    path = folder / "relay.toml"
    path.write_text(TEXT.format(url=url, slug=slug))
    return path


def check_config(path: Path, token: str | None, *options: str) -> Result:
    environment = {"ATTIO_API_TOKEN": token, "ATTIO_RELAY_KEY": KEY}
    return CliRunner().invoke(main, ["check-config", "--config", str(path), *options], env=environment)


def test_a_slug_is_resolved_to_its_id(attio: "RemoteEmulator", tmp_path: Path) -> None:
    """Events of that object matter, those of others do not."""
    config = load(file(tmp_path, attio.url, "companies"), {})
    client = AttioClient(attio.token, api_url=attio.url)
    ids = {found["api_slug"]: found["id"]["object_id"] for found in client.objects()}  # type: ignore[index, call-overload] # as Attio answers
    interest = resolved(config, lambda _: client).connections["crm"].interest

    assert interest.covers(event(ids["companies"]))
    assert not interest.covers(event(ids["people"]))


def test_while_attio_cannot_be_asked_every_event_matters(tmp_path: Path) -> None:
    """A sync too many loses nothing; the log says why."""
    logging.disable(logging.ERROR)
    config = load(file(tmp_path, "http://127.0.0.1:9", "companies"), {})
    found = resolved(config, lambda _: AttioClient("t" * 64, api_url="http://127.0.0.1:9", max_tries=1))
    logging.disable(logging.NOTSET)

    assert found.connections["crm"].interest.covers(event("any"))


def test_a_slug_that_never_fires_is_refused(attio: "RemoteEmulator", tmp_path: Path) -> None:
    """check-config names it and what was probably meant."""
    done = check_config(file(tmp_path, attio.url, "compnies"), attio.token)

    assert 2 == done.exit_code
    assert "the workspace has no object compnies" in done.output
    assert "Did you mean companies?" in done.output


@pytest.mark.parametrize(("token", "options"), [(None, []), ("t", ["--offline"])])
def test_what_cannot_be_looked_up_is_no_mistake(
    attio: "RemoteEmulator", tmp_path: Path, token: str | None, options: list[str]
) -> None:
    """Without a token, or told to ask nothing, check-config takes the file."""
    done = check_config(file(tmp_path, attio.url, "compnies"), token, *options)

    assert 0 == done.exit_code, done.output
    assert ("were not looked up" in done.output) == (not options)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--event", "task.created", "--event", "record.updatd"], "Did you mean record.updated?"),
        (["--object", "compnies"], "Did you mean companies?"),
        (["--list", "salse"], "the workspace has no list salse"),
        (["--object", UNKNOWN], f"the workspace has no object {UNKNOWN}"),
    ],
)
def test_a_webhook_that_would_never_send_anything_is_not_made(
    attio: "RemoteEmulator", tmp_path: Path, options: list[str], sentence: str
) -> None:
    """Attio takes a filter that fits nothing; `subscribe` names the mistake and makes no webhook."""
    done = subscribe(attio, tmp_path, *options)

    assert 2 == done.exit_code
    assert sentence in done.output
    assert [] == AttioClient(attio.token, api_url=attio.url).webhooks()


def test_a_webhook_can_be_for_a_kind_of_events(attio: "RemoteEmulator", tmp_path: Path) -> None:
    """As in the file, `record.*` stands for all of them; each is asked for by the id of the object."""
    done = subscribe(attio, tmp_path, "--event", "record.*", "--object", "companies")
    (made,) = AttioClient(attio.token, api_url=attio.url).webhooks()
    asked: Any = made["subscriptions"]

    assert 0 == done.exit_code, done.output
    assert {"record.created", "record.updated", "record.deleted", "record.merged"} == {
        each["event_type"] for each in asked
    }
    assert all(ID.fullmatch(each["filter"]["$and"][0]["value"]) for each in asked)


def test_an_id_in_capital_letters_is_an_id(attio: "RemoteEmulator", tmp_path: Path) -> None:
    """Events name it in small ones; a filter compares letter by letter, at Attio as here."""
    client = AttioClient(attio.token, api_url=attio.url)
    companies = known_to("acme", lambda _: client).objects["companies"]
    checked = check_config(file(tmp_path, attio.url, companies.upper()), attio.token)
    config = resolved(load(tmp_path / "relay.toml", {}), lambda _: client)
    subscribe(attio, tmp_path, "--event", "record.created", "--object", companies.upper())
    (made,) = client.webhooks()
    asked: Any = made["subscriptions"]

    assert 0 == checked.exit_code, checked.output
    assert config.connections["crm"].interest.covers(event(companies))
    assert companies == asked[0]["filter"]["$and"][0]["value"]


def test_ids_that_the_token_may_not_look_up_are_taken(attio: "RemoteEmulator", tmp_path: Path) -> None:
    """With a sentence that says so; the scopes of webhooks are enough for them."""
    token = attio.add_token("w" * 64, scopes=["webhook:read-write"])
    done = subscribe(attio, tmp_path, "--object", UNKNOWN, token=token)

    assert 0 == done.exit_code, done.output
    assert "were not looked up" in done.output


def test_a_command_that_replays_lets_connections_with_slugs_sync(
    attio: "RemoteEmulator", tmp_path: Path
) -> None:
    """It runs beside the relay, and must resolve the slugs itself; a change of another object counts not."""
    path = file(tmp_path, attio.url, "companies")
    ids = known_to("acme", lambda _: AttioClient(attio.token, api_url=attio.url)).objects
    store = open_store(load(path, {}))
    store.delivery_store.accept([delivery("k", event(ids["companies"]), event(ids["people"]))])
    arguments = ["replay", "--config", str(path), "--route", "acme", "--since", "1970-01-01"]
    done = CliRunner().invoke(main, arguments, env={"ATTIO_API_TOKEN": attio.token, "ATTIO_RELAY_KEY": KEY})
    (line,) = store.schedule_store.lines()
    store.database.close()

    assert "Of acme, 2 changes will be handed out once more.\n" == done.output
    assert 1 == line.seen


def subscribe(attio: "RemoteEmulator", folder: Path, *options: str, token: str = "") -> Result:
    path = file(folder, attio.url, "companies")
    arguments = ["subscribe", "--config", str(path), "--route", "acme", "--url", "http://127.0.0.1:9"]
    environment = {"ATTIO_API_TOKEN": token or attio.token, "ATTIO_RELAY_KEY": KEY}
    return CliRunner().invoke(main, [*arguments, *options], env=environment)
