"""A token's identity, the scopes that it has and that each use needs, and the sign-in of an OAuth app.

`transport` sends the token with each request; the application keeps it safe.
"""

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self
from urllib.parse import urlencode

import requests

from attio_api import refusals
from attio_api.errors import Unreadable
from attio_api.failures import UNSENT, connection_failure
from attio_api.verdicts import verdict
from attio_api.wire import Json, as_object, decode, text_or_none

AUTHORIZE_URL: Final = "https://app.attio.com/authorize"
TOKEN_URL: Final = "https://app.attio.com/oauth/token"  # noqa: S105 (an address, not a secret)
_TIMEOUT: Final = (10.0, 30.0)

_RECORDS: Final = frozenset({"record_permission:read", "object_configuration:read"})
_ENTRIES: Final = frozenset({"list_entry:read", "list_configuration:read"})

SCOPES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        # what the source reads, by stream
        "objects": frozenset({"object_configuration:read"}),
        "attributes": frozenset({"object_configuration:read", "list_configuration:read"}),
        "select_options": frozenset({"object_configuration:read", "list_configuration:read"}),
        "statuses": frozenset({"object_configuration:read", "list_configuration:read"}),
        "lists": frozenset({"list_configuration:read"}),
        "views": frozenset({"object_configuration:read", "list_configuration:read"}),
        "webhooks": frozenset({"webhook:read"}),
        "workspace": frozenset(),
        "workspace_members": frozenset({"user_management:read"}),
        "records": _RECORDS,
        "entries": _ENTRIES,
        "attribute_values_history": _RECORDS,
        "deleted_records": _RECORDS,
        "notes": _RECORDS | {"note:read"},
        "tasks": _RECORDS | {"task:read", "user_management:read"},
        "comments": _RECORDS | _ENTRIES | {"comment:read"},
        "meetings": frozenset({"meeting:read", "record_permission:read"}),
        "call_recordings": frozenset({"meeting:read", "call_recording:read", "record_permission:read"}),
        # what the destination writes, by target
        "write_records": frozenset({"record_permission:read-write", "object_configuration:read"}),
        "write_entries": frozenset({"list_entry:read-write", "list_configuration:read"}) | _RECORDS,
        "write_notes": _RECORDS | {"note:read-write"},
        "write_tasks": _RECORDS | {"task:read-write", "user_management:read"},
        "create_options": frozenset({"object_configuration:read-write"}),
        "create_list_options": frozenset({"list_configuration:read-write"}),
        # what the relay needs
        "relay": frozenset({"webhook:read-write", "object_configuration:read", "list_configuration:read"}),
    }
)
"""The scopes that each use of Attio needs; a plain `:read` is included in `:read-write`."""

_BY_ENDPOINT: Final[tuple[tuple[str, str, str], ...]] = (
    # method, path, uses; the first match counts
    ("POST", "/v2/objects/*/records/query", "records"),
    ("POST", "/v2/objects/records/search", "records"),
    ("POST", "/v2/sql", "records"),
    ("POST", "/v2/lists/*/entries/query", "entries"),
    ("GET", "/v2/objects/*/records/*/entries", "records entries"),
    ("GET", "/v2/objects/*/records/*", "records"),
    ("*", "/v2/objects/*/records*", "write_records"),
    ("GET", "/v2/lists/*/entries/*", "entries"),
    ("*", "/v2/lists/*/entries*", "write_entries"),
    ("GET", "/v2/objects*", "objects"),
    ("*", "/v2/objects*", "create_options"),
    ("GET", "/v2/lists*", "lists"),
    ("*", "/v2/lists*", "create_list_options"),
    ("GET", "/v2/workspace_members*", "workspace_members"),
    ("GET", "/v2/notes*", "notes"),
    ("*", "/v2/notes*", "write_notes"),
    ("GET", "/v2/tasks*", "tasks"),
    ("*", "/v2/tasks*", "write_tasks"),
    ("GET", "/v2/threads*", "comments"),
    ("GET", "/v2/comments*", "comments"),
    ("GET", "/v2/meetings/*/call_recordings*", "call_recordings"),
    ("GET", "/v2/meetings*", "meetings"),
    ("GET", "/v2/webhooks*", "webhooks"),
    ("*", "/v2/webhooks*", "relay"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Attio's answer of `/v2/self` about a token: whether it is active, its scopes and its workspace."""

    active: bool
    scopes: frozenset[str] = frozenset()
    workspace_id: str | None = None
    workspace_name: str | None = None
    workspace_slug: str | None = None
    client_id: str | None = None

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Read the answer; for a revoked token it is 200 with only `active: false`.

        Raises Unreadable for an answer that does not say whether the token is active: nothing is known of it.
        """
        facts = as_object(raw, "the token's identity")
        if not isinstance(facts.get("active"), bool):
            raise Unreadable("Attio's answer does not say whether the token is active.")
        text = {name: text_or_none(value) for name, value in facts.items()}
        return cls(
            active=facts.get("active") is True,
            scopes=frozenset((text.get("scope") or "").split()),
            workspace_id=text.get("workspace_id"),
            workspace_name=text.get("workspace_name"),
            workspace_slug=text.get("workspace_slug"),
            client_id=text.get("client_id"),
        )


def missing_scopes(identity: Identity, needed: Iterable[str]) -> list[str]:
    """Return the needed scopes that the token lacks, sorted; `:read-write` includes `:read`."""
    held = identity.scopes | {scope.removesuffix("-write") for scope in identity.scopes}
    return sorted(set(needed) - held)


def needed_by(*uses: str) -> frozenset[str]:
    """Return the scopes that several uses (keys of `SCOPES`) need; `:read-write` replaces `:read`."""
    scopes = frozenset[str]().union(*(SCOPES[use] for use in uses))
    return frozenset(scope for scope in scopes if f"{scope}-write" not in scopes)


def scopes_for(method: str, path: str) -> frozenset[str]:
    """Return the scopes that an endpoint needs; empty when it needs none or is not known."""
    for verb, pattern, uses in _BY_ENDPOINT:
        if verb in {"*", method.upper()} and fnmatch.fnmatchcase(path, pattern):
            return needed_by(*uses.split())
    return frozenset()


def require_active(identity: Identity) -> Identity:
    """Return the identity of an active token; raises BadToken for one that Attio calls inactive."""
    if not identity.active:
        raise refusals.DEAD_TOKEN()
    return identity


def require_scopes(identity: Identity, needed: Iterable[str], so: str = "") -> None:
    """Raise MissingScope, naming the scopes that the token lacks; `so` ends the sentence with the effect."""
    if lacking := missing_scopes(identity, needed):
        raise refusals.LACKING_SCOPES(scopes=" and ".join(lacking), so=so)


def authorize_url(
    client_id: str, redirect_uri: str, state: str, *, authorize_url: str = AUTHORIZE_URL
) -> str:
    """Return the address of the consent page; the app's settings in Attio decide the scopes."""
    query = {"client_id": client_id, "response_type": "code", "redirect_uri": redirect_uri, "state": state}
    return f"{authorize_url}?{urlencode(query)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """An OAuth app as registered with Attio; its secret stays out of reprs."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """The answer of a sign-in; Attio's tokens do not expire today, so the last two are None."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in: float | None = None


def exchange_code(
    app: App, code: str, *, session: requests.Session | None = None, token_url: str = TOKEN_URL
) -> Token:
    """Exchange the code of a consent for an access token; raises BadToken when Attio refuses it."""
    form = {"grant_type": "authorization_code", "code": code}
    place = {"redirect_uri": app.redirect_uri} if app.redirect_uri else {}
    return _token(app, form | place, session, token_url)


def renew(
    app: App, refresh_token: str, *, session: requests.Session | None = None, token_url: str = TOKEN_URL
) -> Token:
    """Exchange a refresh token for an access token; Attio gives no refresh tokens today."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token(app, form, session, token_url)


def _token(app: App, form: dict[str, str], session: requests.Session | None, token_url: str) -> Token:
    secrets = {"client_id": app.client_id, "client_secret": app.client_secret, **form}
    post = session.post if session else requests.post
    try:
        answer = post(token_url, data=secrets, timeout=_TIMEOUT, allow_redirects=False)
    except UNSENT as trouble:
        failure = connection_failure(trouble, token_url)
    else:
        return _read_token(answer)
    # Raised outside the handler, so that it has no context: the library's own error holds the secrets.
    raise failure


def _read_token(answer: requests.Response) -> Token:
    if answer.status_code in {400, 401, 403}:
        raise refusals.SIGN_IN_REFUSED(status=answer.status_code)
    if answer.status_code != requests.codes.ok:
        raise verdict(answer.status_code)
    facts = as_object(decode(answer.content), "the token")
    token, expires_in = facts.get("access_token"), facts.get("expires_in")
    if not isinstance(token, str) or not token:
        raise Unreadable("Attio's sign-in answered without an access token.")
    return Token(
        access_token=token,
        refresh_token=text_or_none(facts.get("refresh_token")),
        expires_in=expires_in if isinstance(expires_in, int | float) else None,
    )
