"""Webhooks that a person made in Attio: looked at like the relay's own, and said so when they are not."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from attio_relay.alerting.alerts import Alerting
from attio_relay.alerting.observer import Observer
from attio_relay.alerting.sending import Sender
from attio_relay.config import parse
from attio_relay.reading import ConfigError
from attio_relay.serving.overview import overview
from attio_relay.settings import RelayConfig
from attio_relay.store.changes import Question
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.store.store import Store
from attio_relay.subscribing.hand_made import HandMadeWatcher
from integration_tests.relay.stores import delivery, store_on

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

URL = "https://relay.example.com/hooks/acme"
FILE = """
[[routes]]
name = "acme"
secret = "s"
[[connections]]
name = "c"
route = "acme"
[connections.target]
type = "command"
command = ["true"]
"""


@dataclass
class Desk:
    """A relay whose webhook somebody made by hand."""

    attio: "RemoteEmulator"
    store: Store
    config: RelayConfig
    token: bool = True
    now: float = 1000.0

    def reads(self, text: str) -> None:
        self.config = parse(tomllib.loads(text), {}, folder=Path())

    def made(self, url: str = URL) -> str:
        subscriptions: list[Any] = [{"event_type": "task.created", "filter": None}]
        raw: Any = self.client("acme").create_webhook(url, subscriptions)
        return str(raw["id"]["webhook_id"])

    def client(self, route: str) -> AttioClient:
        if not self.token:
            raise ConfigError(f"No access token for route {route}.")
        return AttioClient(self.attio.token, api_url=self.attio.url, max_tries=1)

    def fate(self, webhook_id: str, status: str) -> None:
        if status == "missing":
            self.attio.api("DELETE", f"/v2/webhooks/{webhook_id}")
        else:
            self.attio.control("POST", f"webhooks/{webhook_id}", {"status": status})

    def look(self) -> tuple[str, str | None]:
        """Look once: how the webhook stands, and of what hole the readers of the feed are told since."""
        self.now += 60.0
        head = self.store.feed.head("acme")
        HandMadeWatcher(self.config, self.store, self.client, lambda: self.now).look()
        (facts,) = self.store.secret_store.webhook_facts()
        gap = self.store.feed.read(Question(route="acme", after=head, limit=0)).gap
        return facts.status, gap.reason.value if gap else None

    def alerts(self) -> list[str]:
        look = Observer(self.config, self.store, clock=lambda: self.now, steady=lambda: 0.0)
        Alerting(self.config.alerts, self.store.alerts, look, Sender(self.config.alerts)).round()
        return [each.sentence for each in self.store.alerts.open() if each.name == "webhook"]


@pytest.fixture
def desk(attio: "RemoteEmulator", tmp_path: Path) -> Iterator[Desk]:
    store = store_on(SqliteDatabase(tmp_path / "relay.db"))
    store.schedule_store.register({"c": "acme"})
    yield Desk(attio, store, parse(tomllib.loads(FILE), {}, folder=tmp_path))
    store.database.close()


@pytest.mark.parametrize("known_by", ["address", "file", "message"])
def test_it_is_known_by_its_address_its_id_or_its_messages(desk: Desk, known_by: str) -> None:
    """Whichever of the three there is."""
    made = desk.made(URL if known_by == "address" else "https://proxy.example.com/attio")
    if known_by == "file":
        desk.reads(FILE.replace('secret = "s"', f'secret = "s"\nwebhook_id = "{made}"'))
    if known_by == "message":
        desk.store.delivery_store.accept([replace(delivery("k"), webhook_id=made)])

    assert ("active", None) == desk.look()
    assert [] == desk.alerts()


@pytest.mark.parametrize(
    ("status", "reason"),
    [("degraded", "webhook_degraded"), ("inactive", "webhook_lost"), ("missing", "webhook_lost")],
)
def test_one_that_stops_is_told(desk: Desk, status: str, reason: str) -> None:
    """The feed has a gap, the connection syncs once, and the operator hears of it, once."""
    made = desk.made()
    well = desk.look()
    desk.fate(made, status)
    ill, again = desk.look(), desk.look()
    (sentence,) = desk.alerts()

    assert [("active", None), (status, reason), (status, None)] == [well, ill, again]
    assert 1 == desk.store.schedule_store.lines()[0].seen
    assert f"which a person made, is {status}" in sentence


def test_one_that_delivers_again_is_a_gap_once_more(desk: Desk) -> None:
    """What came between is read by the sync that the second mark asks for."""
    made = desk.made()
    desk.fate(made, "inactive")
    first = desk.look()
    desk.fate(made, "active")

    assert [("inactive", "webhook_lost"), ("active", "webhook_lost")] == [first, desk.look()]
    assert [] == desk.alerts()


def test_one_that_another_took_the_place_of_is_a_gap(desk: Desk) -> None:
    """Between the deletion of the one and the making of the other nothing came."""
    made = desk.made()
    desk.look()
    desk.fate(made, "missing")
    desk.made()

    assert ("active", "webhook_lost") == desk.look()


def test_one_that_cannot_be_watched_is_said_so(desk: Desk) -> None:
    """Without a token, or when several could be meant: an alert, and no guess."""
    for host in ("one", "two"):
        desk.made(f"https://{host}.example.com/hooks/acme")
    several = desk.look(), desk.alerts()
    desk.reads('[server]\npublic_url = "https://two.example.com"\n' + FILE)
    one = desk.look(), desk.alerts()
    desk.token = False
    known = desk.look(), desk.alerts()

    assert ("unwatched", None) == several[0]
    assert "is not watched" in several[1][0]
    assert (("active", None), []) == one == known


def test_a_look_that_fails_for_long_is_told(desk: Desk) -> None:
    """How it stood an hour ago says nothing of now."""
    desk.made()
    desk.look()
    desk.token = False
    desk.now += 4 * 900.0
    desk.look()

    assert ["not looked at for long"] == [
        said for said in ("not looked at for long",) if said in desk.alerts()[0]
    ]


def test_a_route_without_any_webhook_is_told(desk: Desk) -> None:
    """Nothing can arrive; the relay's own webhook ends that, and is looked at by another."""
    desk.reads(FILE.replace('secret = "s"', ""))
    status = desk.look()
    (sentence,) = desk.alerts()

    assert ("none", None) == status
    assert "attio-relay subscribe --route acme" in sentence
    with desk.store.database.transaction() as transaction:
        transaction.run(
            "INSERT INTO webhooks (webhook_id, route, workspace_id, sealed_secret, target_url, subscriptions,"
            " status, created_at, checked_at) VALUES ('own', 'acme', 'w', 's', 't', '[]', 'active', 1, :now)",
            {"now": desk.now},
        )
    found: Any = overview(desk.config, desk.store, now=desk.now).as_json()
    assert [] == desk.alerts()
    assert [("own", False)] == [(each["webhook_id"], each["hand_made"]) for each in found["webhooks"]]


def test_a_route_that_left_the_file_is_looked_at_no_more(desk: Desk) -> None:
    """Nobody waits for its events."""
    desk.made()
    desk.look()
    desk.config = parse({}, {}, folder=Path())
    HandMadeWatcher(desk.config, desk.store, desk.client, lambda: desk.now).look()

    assert [] == desk.store.secret_store.webhook_facts()
