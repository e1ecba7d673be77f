"""Tokens: what each may do, and the actor that it writes as."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.wire import JsonObject

TOKEN_LENGTH = 64
RESOURCES: Mapping[str, str] = {
    "user_management": "User management",
    "record_permission": "Records",
    "object_configuration": "Object configuration",
    "list_entry": "List entries",
    "list_configuration": "List configuration",
    "public_collection": "Public collections",
    "private_collection": "Private collections",
    "comment": "Comments",
    "task": "Tasks",
    "note": "Notes",
    "meeting": "Meetings",
    "call_recording": "Call recordings",
    "webhook": "Webhooks",
    "file": "Files",
    "email": "Emails",
    "activity_configuration": "Activity configuration",
    "activity_record": "Activity records",
    "sequence_unsubscribe": "Sequence unsubscribes",
}
ALL_SCOPES = tuple(f"{resource}:read-write" for resource in RESOURCES)
DEFAULT_TOKEN = "emulator-token"  # noqa: S105 - printed at start, opens nothing but the emulator


@dataclass(frozen=True, kw_only=True)
class Token:
    """An access token of one workspace; `actor_type` is `api-token`, or `app` for those made by OAuth."""

    token: str
    workspace_id: str
    token_id: str
    scopes: tuple[str, ...] = ALL_SCOPES
    active: bool = True
    level: str = "workspace"
    member_id: str | None = None
    actor_type: str = "api-token"
    issued_at: int = 1767225600

    def actor(self) -> JsonObject:
        """Who is named in what this token writes; a user token writes as its member."""
        if self.level == "user":
            return {"type": "workspace-member", "id": self.member_id}
        return {"type": self.actor_type, "id": self.token_id}

    def allows(self, scope: str) -> bool:
        """Whether the token carries a scope, or its stronger form."""
        return scope in self.scopes or scope.removesuffix(":read") + ":read-write" in self.scopes


def bearer(headers: Mapping[str, str]) -> str | None:
    """The token of a request: `Bearer`, or `Basic` with the token as the user name."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(rest.strip(), validate=True).decode()
    except ValueError:
        return None
    return decoded.partition(":")[0] or None


def authenticate(tokens: Mapping[str, Token], headers: Mapping[str, str]) -> Token:
    """The live token of a request; 401 when there is none."""
    if "authorization" not in headers:
        raise refuse("unauthorized", "The request has no Authorization header.")
    given = bearer(headers) or ""
    token = tokens.get(given)
    if token is None and len(given) != TOKEN_LENGTH:
        message = f"The API key has the wrong length. API keys have {TOKEN_LENGTH} characters."
        raise refuse("unauthorized", message)
    if token is None or not token.active:
        raise refuse("unauthorized", "The API key could not be found. Most commonly it has been revoked.")
    return token


def authorise(token: Token, scopes: tuple[str, ...], *, hides_configuration: bool = False) -> None:
    """403 when the token lacks any of the scopes; 404 for a write of a definition, where switched on."""
    lacking = [scope for scope in scopes if not token.allows(scope)]
    if hides_configuration and any(scope.endswith("_configuration:read-write") for scope in lacking):
        raise refuse("not_found", "The resource does not exist or you do not have permission to change it.")
    if lacking:
        listed = ", ".join(map(in_words, lacking))
        message = (
            f"The API key is not authorized to perform the requested action; it requires scopes: {listed}."
        )
        raise refuse("unauthorized", message, status=403)


def in_words(scope: str) -> str:
    """A scope as the settings page names it."""
    resource, _, access = scope.partition(":")
    return f"{'Read-Write' if access == 'read-write' else 'Read'} access to the {RESOURCES[resource]} scope"
