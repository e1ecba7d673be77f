"""`attio-sync export`: one object or list as a file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click
import duckdb

from attio_sync import files, workspace
from attio_sync.failures import DONE, Failed, WrongUsage, first_sentence
from attio_sync.loading.warehouse import Warehouse, opened
from attio_sync.show.terminal import Ticker, counted, remarks
from attio_sync.sql import Verbatim, compose, literal
from source_attio.cdk_import import lean

# DuckDB's option for each file ending; formats without nesting get nested values as JSON text.
FORMATS = {
    ".csv": "(FORMAT csv, HEADER)",
    ".parquet": "(FORMAT parquet)",
    ".json": "(FORMAT json, ARRAY true)",
    ".jsonl": "(FORMAT json)",
}
_FLAT = {".csv"}
_NESTED = ("STRUCT", "JSON")


@click.command("export")
@click.argument("stream", metavar="OBJECT")
@click.option(
    "--to", "path", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file."
)
def command(stream: str, path: Path) -> int:
    """Write one object or list to a CSV, Parquet or JSON file, as Attio holds it now.

    OBJECT is a slug such as 'companies', or LIST_entries for a list.
    """
    if path.suffix.lower() not in FORMATS:
        raise WrongUsage(f"{path} ends in none of {', '.join(FORMATS)}, so its format is unknown.")
    files.need_folder(path)
    connection = workspace.connected()
    with lean():
        from attio_sync.loading import extraction  # noqa: PLC0415 -- the CDK takes seconds to import

    ticker = Ticker(remarks())
    request = extraction.WhatToPull(config=connection.connector_config(), streams=[stream])
    with (
        TemporaryDirectory(prefix="attio-sync-") as folder,
        opened(Path(folder) / "export.duckdb") as warehouse,
    ):
        with ticker.running("asking Attio what there is"):
            pulled = extraction.pull(request, extraction.EngineSource(), warehouse, Path(folder), ticker)
        for name, reason in pulled.failed.items():
            raise Failed(f"{name}: {reason}")
        rows = write(warehouse, stream, path)
    click.echo(f"{path}: {counted(rows, 'row')} of {stream}.")
    return DONE


def write(warehouse: Warehouse, table: str, path: Path) -> int:
    """Write a table to a file, whole or not at all; returns the number of rows."""
    flat = path.suffix.lower() in _FLAT
    columns = [_column(name, kind, flat=flat) for name, kind in (warehouse.shape(table) or {}).items()]
    with files.whole(path) as part:
        statement = compose(
            "COPY (SELECT {columns} FROM {table}) TO {file} {form}",
            columns=columns,
            table=table,
            file=literal(str(part)),
            form=Verbatim(FORMATS[path.suffix.lower()]),
        )
        try:
            answer = warehouse.whole(lambda inside: inside.execute(statement).fetchone())
        except duckdb.Error as error:
            raise Failed(f"{path} cannot be written: {first_sentence(str(error))}") from error
    return int(answer[0]) if answer else 0


def _column(name: str, kind: str, *, flat: bool) -> Verbatim:
    nested = kind.endswith("[]") or kind.startswith(_NESTED)
    return compose("to_json({name}) AS {name}" if flat and nested else "{name}", name=name)
