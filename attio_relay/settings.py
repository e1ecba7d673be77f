"""The relay's settings as frozen values whose text shows no secret; each class is one table of the file.

`config` reads the file; `reading` holds what all tables share.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, ValidationInfo, model_validator

from attio_api.installed import is_installed
from attio_relay.api_target import ApiTarget
from attio_relay.durations import Seconds, SomeSeconds
from attio_relay.events import Interest, known_actor, known_pattern, lowered
from attio_relay.peers import (
    Address,
    AlertsConfig,
    ExactAddress,
    NeededAddress,
    Peer,
    check_signing,
    database_address,
    without_user,
)
from attio_relay.reading import Beside, NeededSecret, Origin, Secret, Table, named, origin, written, wrong

DAY = 86400.0
# Attio retries for about three days (docs.attio.com/rest-api/guides/webhooks); people redeliver later still.
LEAST_RETENTION = 4 * DAY
# A token opens the relay to whoever guesses it, and is copied, not remembered, so it can be long.
LEAST_TOKEN = 16

Name = Annotated[str, AfterValidator(named)]
EventPattern = Annotated[str, AfterValidator(known_pattern)]
ActorLabel = Annotated[str, AfterValidator(known_actor)]
SlugOrId = Annotated[str, Field(min_length=1), AfterValidator(lowered)]
Id = Annotated[str | None, AfterValidator(lambda given: lowered(given) if given else None)]


def _program(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a command; raises ValueError when the system could not start it."""
    if not words or not words[0].strip():
        raise ValueError("must begin with the name of a program")
    if any("\0" in word for word in words):
        raise ValueError("holds a character that no argument may have")
    if sys.platform == "win32":
        raise ValueError("needs Linux or macOS; use a target of another type on Windows")
    return words


def _hard_to_guess(name: str, token: str | None) -> None:
    """Raise an error for a token that a stranger could find by trying."""
    if token is not None and len(token) < LEAST_TOKEN:
        raise wrong(
            f"{name} must have at least {LEAST_TOKEN} characters, not {len(token)};"
            " `openssl rand -hex 16` makes a good one."
        )


class ServerConfig(Table):
    """Where the relay listens and how much it puts up with."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: StrictInt = Field(default=8378, ge=0, le=65535)
    public_url: Address = ""
    admin_token: Secret = None
    body_limit: StrictInt = Field(default=256 * 1024, ge=1024)
    body_deadline: SomeSeconds = written("5s")
    header_deadline: SomeSeconds = written("10s")
    queue: StrictInt = Field(default=2000, ge=1)
    max_connections: StrictInt = Field(default=1000, ge=1)

    @model_validator(mode="after")
    def _opens_to_few(self) -> Self:
        _hard_to_guess("admin_token", self.admin_token)
        return self


class StorageConfig(Table):
    """A SQLite file, or a Postgres that replicas share."""

    path: Beside = written("relay.db")
    url: Annotated[Secret, AfterValidator(database_address)] = None
    shared: StrictBool = False
    """Whether other relays may work on the same store; those on Postgres may unless the file says no."""

    @model_validator(mode="before")
    @classmethod
    def _shared_on_postgres(cls, given: Any) -> Any:  # noqa: ANN401 (what a file holds)
        on_postgres = isinstance(given, dict) and (given.get("url") or given.get("url_env"))
        return {"shared": True} | given if on_postgres else given

    @model_validator(mode="after")
    def _driver_is_installed(self) -> Self:
        if self.url and not is_installed("psycopg"):
            raise wrong("url needs the driver of Postgres: pip install 'airbyte-attio[relay,postgres]'.")
        return self


class SecretsConfig(Table):
    """Where the keys are that seal secrets in the store; the environment wins over the file."""

    key_file: Beside | None = None
    keys: tuple[str, ...] = Field(default=(), repr=False)

    @model_validator(mode="before")
    @classmethod
    def _keys_of_the_environment(cls, given: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 (as above)
        if not isinstance(info.context, Origin) or not isinstance(given, dict):
            return given
        if "keys" in given:
            raise wrong("keys is unknown: a key belongs in key_file or in ATTIO_RELAY_KEY.")
        keys = info.context.environment.get("ATTIO_RELAY_KEY", "").replace(",", " ").split()
        return given | {"keys": keys}


class RetentionConfig(Table):
    """How long, in seconds, things are kept."""

    deliveries: Seconds = written("14d")
    changes: Seconds = written("14d")
    runs: Seconds = written("90d")

    @model_validator(mode="after")
    def _longer_than_repeats(self) -> Self:
        if self.deliveries < LEAST_RETENTION:
            raise wrong("deliveries must be at least 4d, since Attio repeats a message for three days.")
        return self


class AttioConfig(Table):
    """How the relay talks to Attio: to make webhooks, to watch them, to sign organisations in."""

    api_url: NeededAddress = "https://api.attio.com"
    token: Secret = None
    authorize_url: ExactAddress = "https://app.attio.com/authorize"
    oauth_token_url: ExactAddress = "https://app.attio.com/oauth/token"  # noqa: S105 (an address)
    client_id: Secret = None
    client_secret: Secret = None
    watch_every: SomeSeconds = written("15m")
    downtime: Seconds = written("1h")
    """How long no relay may run before messages count as given up."""

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_the_environment(cls, given: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 (as above)
        if not isinstance(given, dict):
            return given
        found = {name: origin(info).environment.get(variable) for name, variable in VARIABLES.items()}
        written = {name for name in VARIABLES if given.get(name) or given.get(f"{name}_env")}
        return given | {name: value for name, value in found.items() if value and name not in written}


VARIABLES = {
    "api_url": "ATTIO_API_URL",
    "token": "ATTIO_API_TOKEN",
    "client_id": "ATTIO_OAUTH_CLIENT_ID",
    "client_secret": "ATTIO_OAUTH_CLIENT_SECRET",
}


class RouteConfig(Table):
    """One URL that Attio posts to: one workspace, one or two secrets."""

    name: Name
    workspace_id: Id = None
    webhook_id: Id = None
    secret: Secret = None
    old_secret: Secret = None
    query_secret: Secret = None
    feed_token: Secret = None
    token: Secret = None

    @model_validator(mode="after")
    def _opens_to_few(self) -> Self:
        _hard_to_guess("feed_token", self.feed_token)
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that sign for this route: the present one, then the old one; both are valid."""
        return tuple(secret for secret in (self.secret, self.old_secret) if secret)


class CommandTarget(Table):
    """Run a program on this machine."""

    type: Literal["command"] = "command"
    command: Annotated[tuple[str, ...], AfterValidator(_program)]
    directory: Beside = written(".")
    environment: Mapping[str, str] = Field(default={}, repr=False)
    pass_environment: tuple[str, ...] = ()
    timeout: SomeSeconds = written("6h")


class AirbyteTarget(Peer):
    """Start a sync job through Airbyte's public API."""

    type: Literal["airbyte"] = "airbyte"
    url: NeededAddress = "https://api.airbyte.com/v1"
    connection_id: str
    client_id: Secret = None
    client_secret: Secret = None
    token: Secret = None
    timeout: SomeSeconds = written("30s")
    settle: Seconds = written("2m")

    @model_validator(mode="after")
    def _signed_in(self) -> Self:
        if not self.token and not (self.client_id and self.client_secret):
            raise wrong("needs client_id and client_secret, or token.")
        without_user(self.url, "a target of type api can send them, in a header Authorization")
        return self


class HttpTarget(Peer):
    """Call a URL with a signed message."""

    type: Literal["http"] = "http"
    secret: NeededSecret
    timeout: SomeSeconds = written("30s")

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        check_signing(self.secret)
        return self


TargetConfig = CommandTarget | AirbyteTarget | HttpTarget | ApiTarget


class Timing(Table):
    """When a sync starts, in seconds."""

    debounce: Seconds = written("10s")
    max_wait: Seconds = written("60s")
    min_interval: Seconds = written("60s")
    poll: SomeSeconds = written("5s")
    patience: Seconds = written("6h")
    after_cancel: Seconds = written("15m")

    @model_validator(mode="after")
    def _waits_end(self) -> Self:
        if self.debounce > self.max_wait:
            raise wrong("debounce must not be longer than max_wait.")
        return self


class ConnectionConfig(Timing):
    """What is synced when events of a route come in, and when."""

    name: Name
    route: str
    events: tuple[EventPattern, ...] = ()
    objects: frozenset[SlugOrId] = frozenset()
    lists: frozenset[SlugOrId] = frozenset()
    ignore_actors: frozenset[ActorLabel] = frozenset()
    badge: Secret = None
    target: Annotated[TargetConfig, Field(discriminator="type")]

    def filtered(self, *, objects: frozenset[str], lists: frozenset[str]) -> "ConnectionConfig":
        """A copy with other objects and lists."""
        return self.model_copy(update={"objects": objects, "lists": lists})

    @property
    def interest(self) -> Interest:
        """The events that lead to a sync of this connection."""
        return Interest(
            events=self.events, objects=self.objects, lists=self.lists, ignore_actors=self.ignore_actors
        )


class ConfigFile(Table):
    """The file as a whole."""

    server: ServerConfig = written({})
    storage: StorageConfig = written({})
    secrets: SecretsConfig = written({})
    retention: RetentionConfig = written({})
    attio: AttioConfig = written({})
    alerts: AlertsConfig = written({})
    routes: tuple[RouteConfig, ...] = ()
    connections: tuple[ConnectionConfig, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RelayConfig:
    """Everything the relay was told; routes and connections by their names."""

    server: ServerConfig
    storage: StorageConfig
    secrets: SecretsConfig
    retention: RetentionConfig
    attio: AttioConfig
    alerts: AlertsConfig
    routes: Mapping[str, RouteConfig]
    connections: Mapping[str, ConnectionConfig]
