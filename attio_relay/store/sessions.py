"""Sessions of people who signed in to the status page; they are stored, so that signing out ends them.

The store holds a hash of each session's token, keyed with the admin token. So nobody can sign in with a copy
of the store, and a new admin token ends every session.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from attio_relay.store.database import Database

LIFE = 12 * 3600


class Sessions:
    """Begins, recognises and ends sessions."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], float],
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_token = new_token

    def begin(self, admin_token: str) -> str:
        """Begin a session and return its token, valid for `LIFE` seconds; expired sessions are deleted."""
        token, now = self._new_token(), self._clock()
        with self._database.transaction() as transaction:
            transaction.run("DELETE FROM sessions WHERE ends_at <= :now", {"now": now})
            transaction.run(
                "INSERT INTO sessions (token_hash, ends_at) VALUES (:hash, :ends)",
                {"hash": _hashed(token, admin_token), "ends": now + LIFE},
            )
        return token

    def known(self, token: str, admin_token: str) -> bool:
        """Whether the token belongs to a session that has not ended."""
        with self._database.reading() as transaction:
            found = transaction.rows(
                "SELECT ends_at FROM sessions WHERE token_hash = :hash",
                {"hash": _hashed(token, admin_token)},
            )
        return bool(found) and float(found[0]["ends_at"]) > self._clock()

    def end(self, token: str, admin_token: str) -> None:
        """End a session; nothing happens for an unknown one."""
        with self._database.transaction() as transaction:
            transaction.run(
                "DELETE FROM sessions WHERE token_hash = :hash", {"hash": _hashed(token, admin_token)}
            )


def _hashed(token: str, admin_token: str) -> str:
    return hmac.new(admin_token.encode(), token.encode(), hashlib.sha256).hexdigest()
