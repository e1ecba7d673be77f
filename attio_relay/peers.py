"""Servers that the relay calls: addresses must be https, messages are signed as Standard Webhooks does."""

import base64
import hashlib
import hmac
import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, StrictBool, model_validator
from requests import Response, codes

from attio_relay.durations import Seconds
from attio_relay.reading import Secret, Table, written, wrong

# The sizes that Standard Webhooks allows for a symmetric secret, in bytes.
LEAST_KEY, LARGEST_KEY = 24, 64
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def leads_somewhere(url: str) -> str:
    """Return the address; raises ValueError when no request can be sent to it."""
    try:
        parts = urlsplit(url)
        # Reading `port` raises ValueError for an invalid port.
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in url):
        # The message leaves the address out, since it may hold a secret.
        raise ValueError("must be an address such as https://host.example.com or http://10.0.0.5:8080")
    return url


def database_address(url: str | None) -> str | None:
    """Return the address of a Postgres, as a URL or as `name=value` words; raises ValueError for another."""
    scheme, is_url, rest = (url or "").partition("://")
    hosts = re.split(r"[/?]", rest)[0].rpartition("@")[2].split(",")
    ports = [host.rpartition("]")[2].partition(":")[2] or "5432" for host in hosts]
    good = scheme in ("postgresql", "postgres") and all(map(_is_port, ports)) if is_url else "=" in scheme
    if url and not good:
        raise ValueError(
            "must be an address such as postgresql://relay:PASSWORD@db.example.com:5432/relay, with / as %2F"
            " and @ as %40 in the password"
        )
    return url


def _is_port(text: str) -> bool:
    return re.fullmatch("[0-9]{1,5}", text) is not None and 0 < int(text) < 2**16


ExactAddress = Annotated[str, AfterValidator(leads_somewhere)]
# A path is appended to these addresses.
NeededAddress = Annotated[ExactAddress, AfterValidator(lambda url: url.rstrip("/"))]
Address = Annotated[str, AfterValidator(lambda url: leads_somewhere(url).rstrip("/") if url else url)]


def safe(url: str, *, allow_http: bool) -> None:
    """Raise an error for a plain http address, unless it is local or the file allows http."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not (allow_http or parts.hostname in LOOPBACK):
        raise wrong("url is not https; set allow_http = true if the network is trusted.")


class Peer(Table):
    """A server that is called."""

    url: NeededAddress
    allow_http: StrictBool = False

    @model_validator(mode="after")
    def _safe_to_call(self) -> Self:
        safe(self.url, allow_http=self.allow_http)
        return self


def without_user(url: str, instead: str) -> None:
    """Raise an error for an address with a user: the password would be in the store, beside another login."""
    if urlsplit(url).username is not None:
        raise wrong(f"url must not hold a user and password; {instead}.")


class AlertsConfig(Table):
    """Where alerts are sent, and from when on something is worth one."""

    url: Address = ""
    allow_http: StrictBool = False
    secret: Secret = None
    heartbeat_url: Address = ""
    uncovered: Seconds = written("15m")
    silence: Seconds = written("12h")

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        for url in filter(None, (self.url, self.heartbeat_url)):
            safe(url, allow_http=self.allow_http)
        if self.url and not self.secret:
            raise wrong("url needs secret, to sign alerts with; `openssl rand -base64 32` makes a good one.")
        if self.secret:
            check_signing(self.secret)
        return self


def key_of(secret: str) -> bytes:
    """The key's bytes of a Standard Webhooks secret; raises ValueError when it is not base64."""
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def check_signing(secret: str) -> None:
    """Raise an error for a secret of a size that Standard Webhooks libraries do not accept."""
    try:
        size = len(key_of(secret))
    except ValueError:
        size = 0
    if not LEAST_KEY <= size <= LARGEST_KEY:
        raise wrong(
            f"secret must be whsec_ and {LEAST_KEY} to {LARGEST_KEY} bytes in base64 (Standard Webhooks);"
            " `openssl rand -base64 32` makes good ones."
        )


def is_success(answer: Response) -> bool:
    """Whether the status is 2xx; for requests a redirect that was not followed is `ok` as well."""
    return bool(codes.ok <= answer.status_code < codes.multiple_choices)


def signed(secret: str, name: str, body: bytes, *, now: float) -> dict[str, str]:
    """The three headers of a Standard Webhooks message; `name` is the message's id, equal for each repeat."""
    at = str(int(now))
    content = f"{name}.{at}.".encode() + body
    digest = hmac.new(key_of(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
