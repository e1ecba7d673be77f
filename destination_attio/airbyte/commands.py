"""What `destination-attio` does for each of Airbyte's commands; raw lines in, raw lines out.

Nothing here needs the CDK, whose import costs two seconds and fifty megabytes, so that every command starts
at once; and `check` says in a sentence what the CDK would say in the words of a JSON schema.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from attio_api.auth import missing_scopes, needed_by
from attio_api.errors import AttioError, Transient
from destination_attio.airbyte.form import specification
from destination_attio.airbyte.intake import Intake, Lane
from destination_attio.airbyte.operations import operations
from destination_attio.airbyte.protocol import BadInput, lines_or_idle, log, messages, printer, trace
from destination_attio.airbyte.routing import route, streams_of
from destination_attio.airbyte.warnings import columns_of, idle_settings, remarks
from destination_attio.config import DestinationConfig
from destination_attio.engine.counts import check_sum
from destination_attio.model.plan import Counts
from destination_attio.model.targets import NOTES, TASKS
from destination_attio.rows import refused_runs
from destination_attio.rows.stream_order import ordered
from destination_attio.session import Session
from destination_attio.storage.journal import JournalError
from destination_attio.storage.rejects import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.airbyte.protocol import StreamKey
    from destination_attio.rows.binding import Binding

TROUBLE: Final = (AttioError, JournalError, StorageError, BadInput)
"""What is told in a sentence; anything else is a bug and keeps its traceback."""
_GO_ON: Final = "Rows after the last state come again with the next run."
_IDLE: Final = 2.0
_TRIES_OF_A_CHECK: Final = 2
"""Somebody is waiting for the answer."""
_NONE: Final = Counts()
_USES: Final = {
    "objects": "write_records",
    "lists": "write_entries",
    "notes": "write_notes",
    "tasks": "write_tasks",
}


def main(args: Sequence[str], out: BinaryIO | None = None, source: BinaryIO | None = None) -> int:
    """Run one command; returns the exit code. Every failure is a trace, not a traceback.

    Raises BrokenPipeError when nobody reads the output any more, and what a signal raised.
    """
    emit = printer(out or sys.stdout.buffer)
    parsed = parse_args(args)
    try:
        _run(parsed, emit, source or sys.stdin.buffer)
    except TROUBLE as error:
        emit(trace(error, time.time() * 1000))
        return 1
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        emit(trace(Transient("The run was stopped from outside.", remedy=_GO_ON), time.time() * 1000))
        raise
    except Exception as error:
        emit(trace(error, time.time() * 1000))
        raise
    return 0


def parse_args(args: Sequence[str]) -> argparse.Namespace:
    """Airbyte's commands and their files."""
    parser = argparse.ArgumentParser(
        prog="destination-attio", description="Rows from any warehouse into Attio."
    )
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    helps = {
        "spec": "print what can be configured",
        "check": "see whether the configuration works",
        "discover": "print what can be done with each object",
        "write": "write the records on stdin",
    }
    for command, text in helps.items():
        one = commands.add_parser(command, help=text)
        if command != "spec":
            one.add_argument("--config", required=True, help="path to the JSON configuration file")
        if command == "write":
            one.add_argument("--catalog", required=True, help="path to the configured catalog JSON file")
    return parser.parse_args(list(args))


def _run(parsed: argparse.Namespace, emit: Callable[[JsonObject], None], source: BinaryIO) -> None:
    if parsed.command == "spec":
        emit({"type": "SPEC", "spec": specification()})
        return
    if parsed.command == "check":
        trouble = connection_trouble(lambda: read_json(parsed.config, "configuration"))
        status: JsonObject = {"status": "FAILED", "message": trouble} if trouble else {"status": "SUCCEEDED"}
        emit({"type": "CONNECTION_STATUS", "connectionStatus": status})
        return
    config = DestinationConfig.parse(read_json(parsed.config, "configuration"))
    if parsed.command == "discover":
        emit({"type": "DESTINATION_CATALOG", "destination_catalog": {"operations": discover(config)}})  # type: ignore[dict-item]  # a list of objects is JSON
    else:
        write(config, read_json(parsed.catalog, "catalog"), lines_or_idle(source, _IDLE), emit)


def discover(config: DestinationConfig) -> list[JsonObject]:
    """The operations of every object and list, and of notes and tasks."""
    with Session.open(config) as session:
        session.identity()
        catalog = session.catalog
        objects = [catalog.object(slug) for slug in catalog.object_slugs()]
        lists = [catalog.target("lists", slug) for slug in catalog.list_slugs()]
        return operations([*objects, *lists, NOTES, TASKS])


def write(
    config: DestinationConfig,
    catalog: Mapping[str, Any],
    lines: Iterable[bytes | None],
    emit: Callable[[JsonObject], None],
) -> None:
    """Write a whole input; raises what stopped it."""
    with Session.open(config) as session:
        write_with(session, catalog, lines, emit)


def write_with(
    session: Session,
    catalog: Mapping[str, Any],
    lines: Iterable[bytes | None],
    emit: Callable[[JsonObject], None],
) -> None:
    """The same with a session that is open."""
    config = session.config
    routes = _routes(session, config, catalog, emit)
    keys_of = {id(binding): key for key, binding in routes.items()}
    lanes = [
        Lane(key=keys_of[id(binding)], pushing=session.pushing(binding))
        for binding in ordered(list(routes.values()))
    ]
    intake = Intake(
        lanes,
        emit,
        batch_rows=config.batch_rows,
        max_rejected_percent=config.max_rejected_percent,
        settling=partial(session.settling, [lane.pushing for lane in lanes]),
    )
    targets = ", ".join(binding.target.name for binding in routes.values())
    with session.running("push", targets, lambda: _counts(lanes)):
        intake.take(messages(lines))
        for lane in lanes:
            check_sum(lane.rows, lane.pushing.tally.counts)
    _summary(session, lanes, emit)


def _routes(
    session: Session,
    config: DestinationConfig,
    catalog: Mapping[str, Any],
    emit: Callable[[JsonObject], None],
) -> dict[StreamKey, Binding]:
    """Every stream's way into Attio; tells what of the settings does nothing."""
    routes = {}
    configured = streams_of(catalog)
    told = idle_settings(config.streams, {str(one["stream"]["name"]) for one in configured})
    for stream in configured:
        key, settings, mode, keys = route(stream, config, session.catalog)
        routes[key] = session.bind(settings, mode=mode, keys=keys)
        told += remarks(routes[key], columns_of(stream))
    for sentence in told:
        emit(log("WARN", sentence))
    return routes


def _counts(lanes: Sequence[Lane]) -> Counts:
    return sum((lane.pushing.tally.counts for lane in lanes), start=_NONE)


def _summary(session: Session, lanes: Sequence[Lane], emit: Callable[[JsonObject], None]) -> None:
    counts = _counts(lanes)
    effort = session.effort()
    emit(
        log(
            "INFO",
            f"{counts.rows} rows: {counts.written} written, {counts.unchanged} unchanged, "
            f"{counts.superseded} superseded, {counts.rejected} rejected, in {effort['seconds']:.1f} s with "
            f"{effort['reads']} reads and {effort['writes']} writes.",
        )
    )
    for lane in lanes:
        tally = lane.pushing.tally
        for change in [*tally.rejected[:10], *tally.superseded[:10]]:
            emit(
                log(
                    "WARN",
                    f"{lane.key[1]}, row {change.row_number}: {change.reason} {change.remedy or ''}".strip(),
                )
            )
        if tally.remaining:
            emit(log("WARN", _remaining(lane)))
    if counts.rejected and session.rejects.place:
        emit(log("WARN", f"The rejected rows are in {session.rejects.place}."))


def _remaining(lane: Lane) -> str:
    """Which records a mirror had to leave, and why."""
    left = lane.pushing.tally.remaining
    some = "; ".join(f"{one.record_id}: {one.reason} {one.remedy or ''}".strip() for one in left[:10])
    return f"{lane.key[1]}: {len(left)} of what left the source could not be deleted or marked. {some}"


def connection_trouble(read: Callable[[], Mapping[str, Any]]) -> str | None:
    """What is wrong with a configuration, in a sentence and a remedy; None when all is well."""
    try:
        check(DestinationConfig.parse(read()))
    except TROUBLE as error:
        remedy = getattr(error, "remedy", None)
        return f"{error} {remedy}" if remedy else str(error)
    return None


def check(config: DestinationConfig) -> None:
    """Whether the token works and holds what the configured streams need, and rejected rows can be kept.

    Raises what is wrong.
    """
    with Session.open(config, max_tries=_TRIES_OF_A_CHECK) as session:
        identity = session.identity()
        uses = {_USES[stream.kind] for stream in config.streams if stream.target} or {"write_records"}
        uses |= {
            "create_list_options" if stream.kind == "lists" else "create_options"
            for stream in config.streams
            if "create" in {stream.on_unknown_option, *(one.on_unknown_option for one in stream.fields)}
        }
        lacking = missing_scopes(identity, needed_by(*sorted(uses)))
        if lacking:
            raise refused_runs.LACKING_SCOPES(scopes=", ".join(lacking))
        for stream in config.streams:
            if stream.target:
                _points_somewhere(session, session.bind(stream))
        session.rejects.check()


def _points_somewhere(session: Session, binding: Binding) -> None:
    """Whether the attributes that references are looked up by exist; raises Misconfigured."""
    for one in binding.fields:
        objects = [session.catalog.object(slug) for slug in one.attribute.allowed_object_ids or ()]
        if one.reference and objects and not any(one.reference in each.attributes for each in objects):
            raise refused_runs.POINTS_NOWHERE(
                one.attribute.slug, targets=", ".join(each.name for each in objects), reference=one.reference
            )


def read_json(path: str, what: str) -> dict[str, Any]:
    """A JSON object out of a file; raises Misconfigured in one sentence."""
    try:
        raw = orjson.loads(Path(path).read_bytes())
    except OSError as error:
        raise refused_runs.UNREADABLE_FILE(what=what, path=path, reason=error.strerror) from None
    except ValueError:
        raise refused_runs.NOT_JSON(what=what, path=path, wanted="JSON") from None
    if not isinstance(raw, dict):
        raise refused_runs.NOT_JSON(what=what, path=path, wanted="a JSON object")
    return raw
