"""Renames tables whose object or list was renamed in Attio; a table is found by the object's id.

A table whose object no stream reads any more stays, and is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync.failures import WrongUsage
from attio_sync.sql import compose

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    from airbyte_cdk.models import AirbyteStream

    from attio_sync.loading.log_capture import Listener
    from attio_sync.loading.warehouse import Warehouse

_ON_THE_WAY = "{name} (being renamed)"
_REGISTERS = (("tables", "name"), ("columns", "name"), ("state", "stream"), ("deleted", "stream"))


def follow_renames(
    warehouse: Warehouse, streams: Iterable[AirbyteStream], listener: Listener, *, everything: bool
) -> None:
    """Rename the tables of renamed objects; with `everything`, report tables without an object."""
    names = {stream.name for stream in streams}
    by_id = {str(stream.json_schema["attio_id"]): stream.name for stream in streams if _has_id(stream)}
    known = _targets(warehouse)
    moves = {
        table: by_id[target] for table, target in known.items() if target in by_id and by_id[target] != table
    }
    _refuse_taken(warehouse, moves)
    for table, name in moves.items():
        _rename(warehouse, table, _ON_THE_WAY.format(name=name))
    for table, name in moves.items():
        _rename(warehouse, _ON_THE_WAY.format(name=name), name)
        listener.note(f"'{table}' is called '{name}' in Attio now, and so is its table.")
    for table in known if everything else ():
        if table not in names and table not in moves:
            listener.note(
                f"The table '{table}' is not brought up to date any more: its object or list is gone from "
                "Attio, hidden from the token, or left out by the settings. Drop it if it is not needed."
            )


def _has_id(stream: AirbyteStream) -> bool:
    return "attio_id" in stream.json_schema


def _targets(warehouse: Warehouse) -> dict[str, str]:
    """The id of the object or list in each table, from the stream's state."""
    found: dict[str, str] = {}
    for table, state in warehouse.states().items():
        stream = state.get("stream")
        facts = stream.get("stream_state") if isinstance(stream, dict) else None
        target = facts.get("target_id") if isinstance(facts, dict) else None
        if isinstance(target, str) and target != table:
            found[table] = target
    return found


def _refuse_taken(warehouse: Warehouse, moves: dict[str, str]) -> None:
    own = set(warehouse.tables())
    for name in moves.values():
        if name not in moves and name not in own and warehouse.shape(name) is not None:
            raise WrongUsage(
                f"{warehouse.path} has a table '{name}' that is not from Attio, and an object is called so "
                "now. Rename your table, then pull again."
            )


def _rename(warehouse: Warehouse, table: str, name: str) -> None:
    """Rename a table, also where the warehouse refers to it by name."""
    state = warehouse.states().get(table)

    def rename(inside: duckdb.DuckDBPyConnection) -> None:
        if warehouse.shape(name) is not None:
            # The table that had the new name before belongs to an object that is gone.
            inside.execute(compose("DROP TABLE {name}", name=name))
        inside.execute(compose("ALTER TABLE {table} RENAME TO {name}", table=table, name=name))
        for register, column in _REGISTERS:
            parts = {"register": register, "column": column}
            if register != "deleted":
                inside.execute(compose("DELETE FROM _attio.{register} WHERE {column} = ?", **parts), [name])
            update = compose("UPDATE _attio.{register} SET {column} = ? WHERE {column} = ?", **parts)
            inside.execute(update, [name, table])
        stream = state.get("stream") if state else None
        if state and isinstance(stream, dict):
            warehouse.save_state(name, {**state, "stream": {**stream, "stream_descriptor": {"name": name}}})

    warehouse.whole(rename)
