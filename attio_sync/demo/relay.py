"""The settings of the relay that the demo runs; the relay itself runs only as a program of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FEED_TOKEN: Final = "token-of-the-demos-feed"  # noqa: S105 -- opens nothing but this demo's relay
ADMIN_TOKEN: Final = "ATTIO_RELAY_ADMIN_TOKEN"  # noqa: S105 -- the name of a variable


def configuration(program: str, database: Path) -> str:
    """The relay's settings: one webhook address, and the pull to run when events arrive."""
    command = [program, "pull", "--to", str(database), "--settings", "pull.json", "--json"]
    return f"""\
[server]
admin_token_env = "{ADMIN_TOKEN}"
[storage]
path = "relay.db"
[secrets]
key_file = "relay.key"
[[routes]]
name = "demo"
feed_token = "{FEED_TOKEN}"
[[connections]]
name = "crm"
route = "demo"
debounce = "500ms"
max_wait = "3s"
min_interval = "0s"
poll = "100ms"
[connections.target]
type = "command"
command = {json.dumps(command)}
directory = "."
"""
