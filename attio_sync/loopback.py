"""Waits on this machine for the browser that returns from Attio's consent page with a code.

A code is accepted once, within ten minutes, and only with the state that was sent out; `login` exchanges it
for a token.
"""

from __future__ import annotations

import hmac
import secrets
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from attio_sync.failures import Failed, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
PATH = "/callback"
SECONDS = 600.0
_LOOK_EVERY = 0.25
_PAGE = (
    "<!doctype html><meta charset=utf-8><title>attio-sync</title>"
    "<body style='font:16px/1.5 system-ui;margin:20vh auto;max-width:30rem'>"
    "<h1 style='font-size:1.3rem'>{}</h1><p>{}"
)


@dataclass(slots=True)
class Consent:
    """The state that the browser has to bring, and the code or refusal that it brought."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    code: str | None = field(default=None, repr=False)
    refusal: str | None = None

    def answer(self, query: str) -> tuple[int, str, str]:
        """Check the browser's query; returns the status, title and text of the page to show."""
        facts = {name: values[0] for name, values in parse_qs(query).items()}
        if not hmac.compare_digest(facts.get("state", "").encode(), self.state.encode()) or self.code:
            return (
                400,
                "This sign-in is not the one that was asked for.",
                "Start again with attio-sync login.",
            )
        if facts.get("error") or not facts.get("code"):
            self.refusal = facts.get("error_description") or facts.get("error") or "no code came back"
            return 400, "Attio did not sign you in.", "Look at the terminal for the reason."
        self.code = facts["code"]
        return 200, "You are signed in.", "This window can be closed; the terminal goes on."


class Loopback:
    """A local server that ends after one answer."""

    def __init__(self, port: int) -> None:
        self.consent = Consent()
        try:
            self._server = _Server((HOST, port), _handler(self.consent))
        except OSError as error:
            raise WrongUsage(f"Port {port} is taken by another program; choose one with --port.") from error
        self._server.timeout = _LOOK_EVERY

    @property
    def address(self) -> str:
        """The redirect address, which the app must have registered in exactly these characters."""
        return f"http://{HOST}:{self._server.server_port}{PATH}"

    def wait(self, clock: Callable[[], float]) -> str:
        """The code, once the browser has brought it; raises Failed after ten minutes or a refusal."""
        deadline = clock() + SECONDS
        try:
            while self.consent.code is None:
                if self.consent.refusal:
                    raise Failed(f"Attio did not sign you in: {self.consent.refusal}.")
                if clock() >= deadline:
                    raise Failed("Nobody signed in within ten minutes. Start again with 'attio-sync login'.")
                self._server.handle_request()
        finally:
            self._server.server_close()
        return self.consent.code


class _Server(HTTPServer):
    # On Windows the option lets two programs listen on one port, so that the other one may get the code.
    allow_reuse_address = sys.platform != "win32"


def _handler(consent: Consent) -> type[BaseHTTPRequestHandler]:
    class Callback(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path != PATH:
                self.send_error(404)
                return
            status, title, text = consent.answer(query)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(_PAGE.format(title, text).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's signature
            """Log nothing, since the address holds the code."""

    return Callback
