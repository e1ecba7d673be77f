"""`attio-sync check`: which workspace a token belongs to, and what the token may do there."""

from __future__ import annotations

import json

import click
from rich.table import Table as Grid

from attio_api.auth import Identity, missing_scopes, needed_by
from attio_sync import config, workspace
from attio_sync.failures import DONE, WRONG_USAGE
from attio_sync.show.terminal import results

# what a person wants to do -> the uses of Attio it takes (keys of attio_api.auth.SCOPES)
USES = {
    "pull objects": ("objects", "records"),
    "pull lists": ("lists", "entries", "attributes"),
    "pull tasks": ("tasks",),
    "pull notes": ("notes",),
    "pull members": ("workspace_members",),
    "push records": ("write_records",),
    "push list entries": ("write_entries",),
    "push notes": ("write_notes",),
    "push tasks": ("write_tasks",),
    "webhooks for the relay": ("relay",),
}
_NEEDED = "pull objects"


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(*, as_json: bool) -> int:
    """Say which workspace the token opens, and what it may read and write."""
    who = workspace.identity(config.connection())
    lacking = {use: missing_scopes(who, needed_by(*keys)) for use, keys in USES.items()}
    if as_json:
        click.echo(json.dumps({"workspace": who.workspace_name, "missing_scopes": lacking}))
    else:
        _show(who, lacking)
    return WRONG_USAGE if lacking[_NEEDED] else DONE


def _show(who: Identity, lacking: dict[str, list[str]]) -> None:
    click.echo(f"The token works: workspace '{who.workspace_name}' ({who.workspace_slug}).")
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=False)
    for use, scopes in lacking.items():
        grid.add_row("✗" if scopes else "✓", use, f"needs {', '.join(scopes)}" if scopes else "")
    results().print(grid)
    if any(lacking.values()):
        click.echo("Grant missing scopes in Attio: Workspace settings → Developers → the token.")
