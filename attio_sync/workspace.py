"""The workspace behind a token: who it is, and the client that talks to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_api.client import AttioClient
from attio_api.errors import BadToken

if TYPE_CHECKING:
    from attio_api.auth import Identity
    from attio_sync.config import Connection


def client(connection: Connection) -> AttioClient:
    """Talk to Attio."""
    return AttioClient(connection.token, api_url=connection.api_url)


def identity(attio: AttioClient) -> Identity:
    """Who the token is; a dead one ends it here, for Attio answers even that with 200."""
    found = attio.whoami()
    if not found.active:
        raise BadToken
    return found
