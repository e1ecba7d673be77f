"""The configuration: what is understood, and what is said about mistakes."""

import base64
import sys
import tomllib
from pathlib import Path

import pytest

from attio_relay.config import load, parse
from attio_relay.reading import ConfigError
from attio_relay.settings import AirbyteTarget, CommandTarget, HttpTarget

CANARY = base64.b64encode(b"canary" * 5).decode()
COMMAND = '[connections.target]\ntype = "command"\ncommand = ["true"]\n'
ROUTE = '[[routes]]\nname = "acme"\n'
CONNECTION = '[[connections]]\nname = "crm"\nroute = "acme"\n'
NO_ADDRESS = "must be an address such as https://host.example.com or http://10.0.0.5:8080."
NO_DATABASE = (
    "must be an address such as postgresql://relay:PASSWORD@db.example.com:5432/relay, with / as %2F and @ as"
    " %40 in the password."
)

MISTAKES = {
    "[server]\nprot = 1": "server: prot is unknown. Did you mean port?",
    '[server]\nport = "1"': "server: port: must be a valid integer.",
    "[server]\nport = true": "server: port: must be a valid integer.",
    "[server]\nport = 99999": "server: port: must be less than or equal to 65535.",
    '[server]\nheader_deadline = "0s"': "server: header_deadline: must be longer than 0.",
    '[attio]\nwatch_every = "40000d"': ("attio: watch_every: is too long; the longest duration is 36500d."),
    '[server]\nadmin_token = "a"': (
        "server: admin_token must have at least 16 characters, not 1;"
        " `openssl rand -hex 16` makes a good one."
    ),
    '[[routes]]\nname = "acme"\nfeed_token = "fifteen letters"': (
        "routes[0]: feed_token must have at least 16 characters, not 15;"
        " `openssl rand -hex 16` makes a good one."
    ),
    '[server]\nhost = ""': "server: host: must not be empty.",
    '[server]\nadmin_token = "bbbbbbbbbbbbbbbb"\nadmin_token_env = "SET"': (
        "server: admin_token and admin_token_env are both given; one of them must go."
    ),
    "server = 1": "server: must be a table.",
    '[secrets]\nkeys = ["k"]': "secrets: keys is unknown: a key belongs in key_file or in ATTIO_RELAY_KEY.",
    '[server]\nprot = 1\n[storage]\nshared = "yes"': (
        "server: prot is unknown. Did you mean port? storage: shared: must be a valid boolean."
    ),
    "[[routes]]\n": "routes[0] needs name.",
    '[[routes]]\nname = "a b"': (
        "routes[0]: name: may hold letters, digits, dot, dash and underscore, not 'a b'."
    ),
    ROUTE + ROUTE: "There are two routes called acme.",
    CONNECTION + COMMAND: "connection crm: there is no route acme.",
    ROUTE + CONNECTION: "connections[0] needs target.",
    ROUTE + CONNECTION + '[connections.target]\ntype = "mail"': (
        "connections[0].target: type must be one of 'command', 'airbyte', 'http', 'api', not 'mail'."
    ),
    ROUTE + CONNECTION + 'debounce = "2m"\n' + COMMAND: (
        "connections[0]: debounce must not be longer than max_wait."
    ),
    ROUTE + CONNECTION + 'debounce = "soon"\n' + COMMAND: (
        "connections[0]: debounce: 'soon' is not a duration; write for example 500ms, 10s, 5m, 2h or 14d."
    ),
    ROUTE + CONNECTION + 'poll = "0s"\n' + COMMAND: "connections[0]: poll: must be longer than 0.",
    ROUTE + CONNECTION + COMMAND + 'timeout = "0ms"\n': (
        "connections[0].target: timeout: must be longer than 0."
    ),
    ROUTE + CONNECTION + 'ignore_actors = ["system:", "workspace_member:w"]\n' + COMMAND: (
        "connections[0]: ignore_actors[1]: must be a type (api-token, app, system, workspace-member), a colon"
        " and the id, or system: alone, not 'workspace_member:w'."
    ),
    ROUTE + CONNECTION + 'events = ["deal.won"]\n' + COMMAND: (
        "connections[0]: events[0]: deal.won is not an event of Attio. There are for example record.updated"
        " and task.*."
    ),
    ROUTE + CONNECTION + 'events = ["record.*", "record.updatd"]\n' + COMMAND: (
        "connections[0]: events[1]: record.updatd is not an event of Attio. Did you mean record.updated?"
    ),
    ROUTE + CONNECTION + 'objects = [""]\n' + COMMAND: "connections[0]: objects[0]: must not be empty.",
    ROUTE + CONNECTION + '[connections.target]\ntype = "command"\ncommand = [""]': (
        "connections[0].target: command: must begin with the name of a program."
    ),
    ROUTE + CONNECTION + '[connections.target]\ntype = "command"\ncommand = ["a", "b\\u0000"]': (
        "connections[0].target: command: holds a character that no argument may have."
    ),
    ROUTE + CONNECTION + '[connections.target]\ntype = "command"\ncommand = "true"': (
        "connections[0].target: command: must be a list."
    ),
    ROUTE + CONNECTION + '[connections.target]\ntype = "http"\nsecret = "s"\nurl = "http://far.example"': (
        "connections[0].target: url is not https; set allow_http = true if the network is trusted."
    ),
    ROUTE + CONNECTION + '[connections.target]\ntype = "airbyte"\nconnection_id = "c"': (
        "connections[0].target needs client_id and client_secret, or token."
    ),
    ROUTE
    + CONNECTION
    + '[connections.target]\ntype = "airbyte"\nconnection_id = "c"\ntoken = "t"\nurl = "https://u:p@far"': (
        "connections[0].target: url must not hold a user and password; a target of type api can send them,"
        " in a header Authorization."
    ),
    '[server]\npublic_url = "http://["': f"server: public_url: {NO_ADDRESS}",
    '[server]\npublic_url = "relay.example.com"': f"server: public_url: {NO_ADDRESS}",
    '[server]\npublic_url = "https://relay example.com"': f"server: public_url: {NO_ADDRESS}",
    '[attio]\napi_url = "https://attio.example:port"': f"attio: api_url: {NO_ADDRESS}",
    '[attio]\noauth_token_url = ""': f"attio: oauth_token_url: {NO_ADDRESS}",
    '[alerts]\nheartbeat_url = "https://:443/ping"': f"alerts: heartbeat_url: {NO_ADDRESS}",
    ROUTE + CONNECTION + '[connections.target]\ntype = "http"\nsecret = "s"\nurl = "https://x:99999"': (
        f"connections[0].target: url: {NO_ADDRESS}"
    ),
    ROUTE + CONNECTION + '[connections.target]\ntype = "airbyte"\nconnection_id = "c"\nurl = "//far"': (
        f"connections[0].target: url: {NO_ADDRESS}"
    ),
    '[retention]\ndeliveries = "1d"': (
        "retention: deliveries must be at least 4d, since Attio repeats a message for three days."
    ),
    '[[routes]]\nname = "acme"\nsecret_env = "NOT_SET"': (
        "routes[0]: secret_env names NOT_SET, which is not set."
    ),
    '[storage]\nurl = "postgresql://db/relay"\n' + ROUTE + CONNECTION + COMMAND: (
        "connection crm: a command runs only on the machine that started it, and other relays may share this"
        " store. Use an airbyte or http target, or set shared = false in [storage] when this relay is the"
        " only one."
    ),
    '[storage]\nurl = "postgresql://relay:canary@db:99999/relay"': f"storage: url: {NO_DATABASE}",
    '[storage]\nurl = "postgresql://a:5432,b:port/relay"': f"storage: url: {NO_DATABASE}",
    '[storage]\nurl = "mysql://db/relay"': f"storage: url: {NO_DATABASE}",
    '[storage]\nurl = "postgresql://relay:ca/na@ry@db:5432/relay"': f"storage: url: {NO_DATABASE}",
    '[storage]\nurl = "canary"': f"storage: url: {NO_DATABASE}",
    "[reten]": "the file: reten is unknown. Did you mean retention?",
}


def test_windows_runs_no_command_as_a_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is said when the file is read, and not when the first sync is due."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ConfigError) as raised:
        parse(tomllib.loads(ROUTE + CONNECTION + COMMAND), {}, folder=Path())

    assert str(raised.value) == (
        "connections[0].target: command: needs Linux or macOS; use a target of another type on Windows."
    )


@pytest.mark.parametrize(("text", "sentence"), MISTAKES.items())
def test_a_mistake_is_named_in_one_sentence(text: str, sentence: str) -> None:
    """Each mistake is found at start, with its place and what to write instead."""
    with pytest.raises(ConfigError) as raised:
        parse(tomllib.loads(text), {"SET": "a" * 16}, folder=Path())

    assert sentence == str(raised.value)


def test_an_empty_file_is_a_configuration() -> None:
    """Everything has a default."""
    config = parse({}, {}, folder=Path("/etc/relay"))

    assert ("127.0.0.1", 8378) == (config.server.host, config.server.port)
    assert Path("/etc/relay/relay.db") == config.storage.path
    assert 14 * 86400 == config.retention.deliveries


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://relay:p%40ss@[2001:db8::1]:5432/relay?sslmode=require",
        "postgres://a.example.com:5432,b.example.com/relay?target_session_attrs=read-write",
        "postgresql:///relay?host=/var/run/postgresql",
        "host=db port=5432 dbname=relay",
    ],
)
def test_every_form_of_a_databases_address_is_taken(url: str) -> None:
    """Several hosts, a socket, and words instead of a URL."""
    config = parse({"storage": {"url": url}}, {}, folder=Path())

    assert (url, True) == (config.storage.url, config.storage.shared)


def test_a_database_without_its_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to install, before anything is started."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"pip install 'airbyte-attio\[relay,postgres\]'"):
        parse({"storage": {"url": "postgresql://db/relay"}}, {}, folder=Path())


@pytest.mark.parametrize("storage", ["", '[storage]\nurl = "postgresql://db/relay"\nshared = false\n'])
def test_a_command_needs_a_store_of_its_own(storage: str) -> None:
    """A SQLite file is one relay's; a Postgres is when the file says so."""
    config = parse(tomllib.loads(storage + ROUTE + CONNECTION + COMMAND), {}, folder=Path())

    assert not config.storage.shared


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ('type = "command"\ncommand = ["true"]', CommandTarget),
        ('type = "airbyte"\nconnection_id = "c"\ntoken_env = "T"', AirbyteTarget),
        ('type = "http"\nurl = "https://x.example"\nsecret_env = "T"', HttpTarget),
    ],
)
def test_targets_are_parsed_and_safe_to_print(target: str, kind: type) -> None:
    """Each kind of target is understood, and none shows its secret when printed."""
    text = f"{ROUTE}{CONNECTION}[connections.target]\n{target}"
    config = parse(tomllib.loads(text), {"T": CANARY}, folder=Path())

    assert isinstance(config.connections["crm"].target, kind)
    assert CANARY not in repr(config)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Some editors write one; another encoding than UTF-8 is named."""
    file = tmp_path / "relay.toml"
    file.write_text(ROUTE, encoding="utf-8-sig")
    routes = [*load(file, {}).routes]
    file.write_text(ROUTE, encoding="utf-16")

    assert ["acme"] == routes
    with pytest.raises(ConfigError, match=r"relay\.toml is not UTF-8; save it in that encoding\."):
        load(file, {})


def test_a_file_that_is_missing_or_broken_is_said_so(tmp_path: Path) -> None:
    """No traceback for a wrong path or a broken file."""
    (tmp_path / "broken.toml").write_text("[")
    for name in ("missing.toml", "broken.toml"):
        with pytest.raises(ConfigError):
            load(tmp_path / name, {})


def test_the_example_of_the_manual_is_a_configuration() -> None:
    """What docs/relay.md shows first can be used as it stands."""
    manual = (Path(__file__).parents[2] / "docs" / "relay.md").read_text()
    example = manual.split("```toml\n")[1].split("```")[0]
    environment = {"ATTIO_RELAY_ADMIN_TOKEN": "a" * 16, "ATTIO_RELAY_FEED_TOKEN": "f" * 16}
    config = parse(tomllib.loads(example), environment, folder=Path())

    assert "f" * 16 == config.routes["acme"].feed_token
    target = config.connections["crm"].target
    assert isinstance(target, CommandTarget)
    assert ("attio-sync", "pull", "--to", "crm.duckdb") == target.command


def test_a_unit_of_systemd_keeps_its_store_in_its_state_directory(tmp_path: Path) -> None:
    """A file in /etc, where a hardened unit cannot write, needs no absolute path."""
    file = tmp_path / "etc/relay.toml"
    file.parent.mkdir()
    file.write_text('[secrets]\nkey_file = "relay.key"\n')
    unit = load(file, {"STATE_DIRECTORY": f"{tmp_path}/var:{tmp_path}/other"})
    by_hand = load(file, {})

    assert (tmp_path / "var/relay.db", tmp_path / "var/relay.key") == (
        unit.storage.path,
        unit.secrets.key_file,
    )
    assert tmp_path / "etc/relay.db" == by_hand.storage.path


def test_a_secret_has_no_blanks_around_it() -> None:
    """A secret that was read from a file often ends with the end of its line, which no header can carry."""
    text = (
        f'[server]\nadmin_token_env = "TOKEN"\n{ROUTE}secret_env = "SIGNS"\n{CONNECTION}'
        '[connections.target]\ntype = "airbyte"\nconnection_id = "c"\ntoken_env = "TOKEN"\n'
    )
    environment = {
        "TOKEN": "an-admin-token-of-32-characters.\n",
        "SIGNS": " signing \n",
        "ATTIO_API_TOKEN": "t\n",
    }
    config = parse(tomllib.loads(text), environment, folder=Path())
    target = config.connections["crm"].target

    assert isinstance(target, AirbyteTarget)
    assert ["an-admin-token-of-32-characters."] * 2 == [config.server.admin_token, target.token]
    assert ("signing", "t") == (config.routes["acme"].secret, config.attio.token)
