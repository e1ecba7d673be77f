"""`attio-sync pull`: bring a DuckDB file up to date with Attio, and say what that changed."""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table as Grid

from attio_api.auth import SCOPES, require_scopes
from attio_sync import config, workspace
from attio_sync.failures import DONE, FAILED
from attio_sync.loading.warehouse import Loaded, opened
from attio_sync.push_options import read_settings
from attio_sync.show.terminal import Ticker, number, remarks, results
from source_attio.cdk_import import lean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attio_sync.config import Connection
    from attio_sync.loading.extraction import Pulled
    from attio_sync.loading.warehouse import Warehouse


_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("pull")
@click.option(
    "--to", "path", required=True, type=click.Path(path_type=Path, dir_okay=False), help="DuckDB file."
)
@click.option("--stream", "streams", multiple=True, metavar="NAME", help="Only this stream; may be repeated.")
@click.option("--full", is_flag=True, help="Read everything again and replace the tables.")
@click.option(
    "--settings", type=_FILE, help="More settings of the source, as YAML or JSON (docs/sources/attio.md)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def command(path: Path, streams: tuple[str, ...], settings: Path | None, *, full: bool, as_json: bool) -> int:
    """Load Attio into a DuckDB file: one typed table for each object, list and other stream.

    The second pull reads what changed since the first; records that were deleted or merged in Attio leave
    their table. The file remembers how far it is, so it can be stopped, moved and copied at any time.
    """
    connection = config.connection()
    ticker = Ticker(remarks())
    given = read_settings(settings) if settings else {}
    with brought_up_to_date(connection, path, ticker, settings=given, streams=streams, full=full) as (
        pulled,
        warehouse,
        name,
    ):
        if as_json:
            click.echo(json.dumps(summary(pulled, warehouse)))
        else:
            _show(pulled, warehouse, name)
    for stream, reason in pulled.failed.items():
        ticker.note(f"Error: {stream}: {reason}")
    return FAILED if pulled.failed else DONE


@contextmanager
def brought_up_to_date(
    connection: Connection,
    path: Path,
    ticker: Ticker,
    *,
    settings: Mapping[str, Any],
    streams: tuple[str, ...] = (),
    full: bool = False,
) -> Iterator[tuple[Pulled, Warehouse, str]]:
    """Pull into the file; yields the outcome, the open file and the workspace."""
    who = workspace.identity(connection)
    require_scopes(who, SCOPES["records"], ", so no record can be read")
    with lean():
        from attio_sync.loading import extraction  # noqa: PLC0415 -- the CDK takes seconds to import

    source = {**settings, **connection.connector_config()}
    request = extraction.WhatToPull(config=source, streams=streams, anew=full)
    with _file(path) as (warehouse, spool):
        warehouse.claim(who.workspace_id or "", who.workspace_name or "")
        with ticker.running("asking Attio what there is"):
            pulled = extraction.pull(request, extraction.EngineSource(), warehouse, spool, ticker)
        warehouse.remember_pull(str(uuid.uuid4()), pulled.loaded)
        yield pulled, warehouse, who.workspace_name or "Attio"


@contextmanager
def _file(path: Path) -> Iterator[tuple[Warehouse, Path]]:
    """The open database and a folder beside it for waiting rows; a new file that gets no table is removed."""
    spool = path.with_name(f"{path.name}.incoming")
    was_there = path.exists()
    empty = not was_there
    try:
        with opened(path) as warehouse:
            # Only the holder of the database uses the folder, so its content is left from a killed run.
            shutil.rmtree(spool, ignore_errors=True)
            spool.mkdir()
            try:
                yield warehouse, spool
            finally:
                empty = not was_there and not warehouse.tables()
                shutil.rmtree(spool, ignore_errors=True)
    finally:
        if empty:
            path.unlink(missing_ok=True)


def summary(pulled: Pulled, warehouse: Warehouse) -> dict[str, object]:
    """The outcome as JSON."""
    return {
        "streams": {
            stream: {
                "rows_read": loaded.rows,
                "added": loaded.added,
                "changed": loaded.changed,
                "deleted": loaded.deleted,
                "rows_in_table": warehouse.count(stream),
            }
            for stream, loaded in pulled.loaded.items()
        },
        "failed": pulled.failed,
    }


def _show(pulled: Pulled, warehouse: Warehouse, name: str) -> None:
    click.echo(f"{name} → {warehouse.path}")
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column("table")
    for heading in ("rows", "read", "added", "changed", "deleted"):
        grid.add_column(heading, justify="right")
    total = Loaded()
    for stream, loaded in sorted(pulled.loaded.items()):
        grid.add_row(stream, number(warehouse.count(stream)), *_figures(loaded))
        total += loaded
    grid.add_section()
    rows = sum(warehouse.count(stream) for stream in pulled.loaded)
    grid.add_row("in all", number(rows), *_figures(total), style="bold")
    results().print(grid)


def _figures(loaded: Loaded) -> list[str]:
    counts = (loaded.rows, loaded.added, loaded.changed, loaded.deleted)
    return [number(count) if count else "·" for count in counts]
