"""Decides for each request whether the room answers it; pure.

Whoever can send requests to the room can write with the user's token. So the room answers only under its
address on this machine, only to browsers that came with a one-time key, and only forms that it made itself.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

COOKIE: Final = "attio_room"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-room-csrf"
LOOKING: Final = frozenset({"GET", "HEAD"})
_KEY_BYTES: Final = 32
_UNNAMED_PORT: Final = 80
"""The port that browsers leave out of Host and Origin."""
_PART_BYTES: Final = 6
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Not `no-referrer`: with it a browser sends forms without an origin, and such forms are refused.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Denial:
    """The refusal of a request: an HTTP status and a sentence."""

    status: int
    sentence: str
    title: str = "Not let in"


@dataclass(kw_only=True, slots=True)
class Door:
    """The room's secrets. Addresses begin with a random `part`; browsers send the cookie only to these."""

    port: int
    part: str = field(default_factory=lambda: f"r{secrets.token_hex(_PART_BYTES)}")
    session: str = field(default_factory=lambda: secrets.token_urlsafe(_KEY_BYTES), repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(_KEY_BYTES), repr=False)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(_KEY_BYTES), repr=False)

    @property
    def hosts(self) -> tuple[str, str]:
        """The Host headers that the room answers; any other name may be an attacker's that leads here."""
        port = "" if self.port == _UNNAMED_PORT else f":{self.port}"
        return f"127.0.0.1{port}", f"localhost{port}"

    @property
    def entrance(self) -> str:
        """The address that lets one browser in; it works once."""
        return f"http://127.0.0.1:{self.port}/enter?key={self.key}"

    def turn(self, key: str) -> bool:
        """Whether a key is right; a right one is replaced, so that it works once."""
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            return False
        self.key = secrets.token_urlsafe(_KEY_BYTES)
        return True

    def cookie(self) -> str:
        """The cookie by which the room knows the browser that it let in."""
        return f"{COOKIE}={self.session}; Path=/{self.part}; HttpOnly; SameSite=Strict"

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> Denial | None:
        """Why a request is refused; None where it is not. `headers` have names in lower case."""
        if headers.get("host", "") not in self.hosts:
            return Denial(
                status=421,
                title="Another address",
                sentence=f"The room answers at http://{self.hosts[0]} and http://{self.hosts[1]} only.",
            )
        if method not in LOOKING and not self._is_from_here(headers):
            return Denial(
                status=403,
                title="Not done",
                sentence="Another page asked for this, so it was not done.",
            )
        site, mode = headers.get("sec-fetch-site", "none"), headers.get("sec-fetch-mode", "navigate")
        if site in {"cross-site", "same-site"} and mode != "navigate":
            return Denial(status=403, sentence="Another page asked for this, so it is not answered.")
        if not self._is_inside(path):
            return None
        return None if self._knows(headers.get("cookie", "")) else _UNKNOWN

    def is_form_ours(self, token: str) -> bool:
        """Whether a form's token is the room's."""
        return hmac.compare_digest(token.encode(), self.csrf.encode())

    def _is_inside(self, path: str) -> bool:
        return path == f"/{self.part}" or path.startswith(f"/{self.part}/")

    def _is_from_here(self, headers: Mapping[str, str]) -> bool:
        """Whether a page of the room sent the request; pages on other ports have another origin."""
        origin = headers.get("origin", "")
        return headers.get("sec-fetch-site") == "same-origin" and origin == f"http://{headers.get('host')}"

    def _knows(self, cookies: str) -> bool:
        """Whether one of the cookies is the room's; other programs of this machine may set any beside it."""
        parted = (one.strip().partition("=") for one in cookies.split(";"))
        return any(
            hmac.compare_digest(value.encode(), self.session.encode())
            for name, _, value in parted
            if name == COOKIE
        )


_UNKNOWN: Final = Denial(
    status=401,
    sentence="This browser was not let in. Open the address that 'attio-sync ui' printed in the terminal. "
    "If you came here by a link of another page, follow the link below.",
)
