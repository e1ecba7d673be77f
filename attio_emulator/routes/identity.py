"""Who the caller is: docs.attio.com/rest-api/endpoint-reference/meta/identify."""

from attio_emulator.calls.routing import Answer, Call, Route, json_answer
from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.tokens import TOKEN_LENGTH, Token, bearer
from attio_emulator.model.workspace import Workspace


def describe(token: Token, workspace: Workspace) -> JsonObject:
    """A live token; the same members that introspection shows."""
    described: JsonObject = {
        "active": True,
        "scope": " ".join(token.scopes),
        "client_id": token.token_id,
        "token_type": "Bearer",
        "exp": None,
        "iat": token.issued_at,
        "sub": workspace.id,
        "aud": token.token_id,
        "iss": "attio.com",
        "token_level": token.level,
        "workspace_id": workspace.id,
        "workspace_name": workspace.name,
        "workspace_slug": workspace.slug,
        "workspace_logo_url": None,
    }
    if token.member_id is not None:
        described["authorized_by_workspace_member_id"] = token.member_id
    return described


def identify(call: Call) -> Answer:
    """Describe the caller's token; one that is dead, revoked or unknown is 200 and not active.

    A text that cannot be a token, or none, is 400 here; other endpoints answer 401.
    """
    given = bearer(call.headers) or ""
    token = call.server.tokens.get(given)
    if token is None and len(given) != TOKEN_LENGTH:
        raise refuse("missing_value", "Token was not recognised. Send it as Authorization: Bearer <token>.")
    if token is None or not token.active:
        return json_answer({"active": False})
    return json_answer(describe(token, call.server.workspaces[token.workspace_id]))


ROUTES = (Route("GET", "/v2/self", identify, public=True),)
