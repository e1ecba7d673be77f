"""The pages and calls of OAuth: `/authorize`, `/oauth/token`, `/oauth/introspect`.

docs.attio.com/docs/oauth/authorize. Consent is given at once; with `consent=ask` in the address
a page asks for it, so that a person can see the step.
"""

from html import escape
from urllib.parse import parse_qsl

from attio_emulator.calls.routing import Answer, Call, Route, json_answer
from attio_emulator.model.ids import named
from attio_emulator.model.oauth import App, OAuthError, returning
from attio_emulator.routes.identity import identify

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Connect to Attio (emulator)</title></head>
<body style="font: 16px/1.5 system-ui; max-width: 32rem; margin: 4rem auto; padding: 0 1rem">
<h1>Connect “{client_id}”</h1>
<p>This app asks for access to the workspace “{workspace}” of this local emulator.</p>
<p><a href="{allow}">Allow access</a> &nbsp; <a href="{deny}">Deny</a></p>
</body></html>"""


def html(body: str, status: int = 200) -> Answer:
    """A page."""
    return Answer(status=status, body=body.encode(), headers={"content-type": "text/html; charset=utf-8"})


def authorize(call: Call) -> Answer:
    """Redirect back with a code; with `consent=ask` answer with a page that asks for consent first."""
    query = call.query
    redirect_uri, state = query.get("redirect_uri", ""), query.get("state", "")
    try:
        app = call.server.oauth.app(query.get("client_id", ""), redirect_uri)
    except OAuthError as trouble:
        return html(f"<h1>{escape(trouble.error)}</h1><p>{escape(trouble.description)}</p>", 400)
    if query.get("response_type") != "code":
        return sent_to(returning(redirect_uri, error="unsupported_response_type", state=state))
    code = call.server.oauth.grant(app, call.workspace.ids.secret, call.server.clock.now_ns())
    allowed = returning(redirect_uri, code=code, state=state)
    if query.get("consent") == "ask":
        return html(consent(call, app, allowed, returning(redirect_uri, error="access_denied", state=state)))
    return sent_to(allowed)


def consent(call: Call, app: App, allow: str, deny: str) -> str:
    """The consent page."""
    return PAGE.format(
        client_id=escape(app.client_id),
        workspace=escape(call.workspace.name),
        allow=escape(allow),
        deny=escape(deny),
    )


def sent_to(address: str) -> Answer:
    """Redirect the browser."""
    return Answer(status=302, headers={"location": address})


def token(call: Call) -> Answer:
    """Exchange a code for a token that never expires."""
    try:
        app = traded(call, dict(parse_qsl(call.raw.decode(), strict_parsing=True)))
    except ValueError:
        return failed(OAuthError("invalid_request", "The body must be form-encoded."))
    except OAuthError as trouble:
        return failed(trouble)
    secret = call.workspace.ids.secret()
    call.server.add_token(secret, token_id=named("app", app.client_id), scopes=app.scopes, actor_type="app")
    return json_answer({"access_token": secret, "token_type": "Bearer"})


def traded(call: Call, form: dict[str, str]) -> App:
    """The app of a token request; uses up its code."""
    if form.get("grant_type") != "authorization_code":
        raise OAuthError("unsupported_grant_type", "The grant_type must be authorization_code.")
    credentials = [form.get(name, "") for name in ("client_id", "client_secret", "code")]
    return call.server.oauth.trade(*credentials, now=call.server.clock.now_ns())


def failed(trouble: OAuthError) -> Answer:
    """The error answer of RFC 6749."""
    status = 401 if trouble.error == "invalid_client" else 400
    return json_answer({"error": trouble.error, "error_description": trouble.description}, status)


ROUTES = (
    Route("GET", "/authorize", authorize, public=True),
    Route("POST", "/oauth/token", token, public=True),
    Route("POST", "/oauth/introspect", identify, public=True),
)
