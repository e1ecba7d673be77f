"""What `destination-attio` does for each of Airbyte's commands; raw lines in, raw lines out.

This module does not import the CDK, which takes two seconds and fifty megabytes, so every command starts at
once. `check` reports a wrong setting in a sentence, where the CDK would quote a JSON schema.
"""

from __future__ import annotations

import argparse
import codecs
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from attio_api.deadline import SECONDS_OF_A_CHECK
from attio_api.errors import Transient
from destination_attio.airbyte.batch_size import rows_of_a_batch
from destination_attio.airbyte.connection_check import TROUBLE, connection_trouble
from destination_attio.airbyte.form import specification
from destination_attio.airbyte.intake import Intake
from destination_attio.airbyte.lane import Lane, Probation
from destination_attio.airbyte.operations import operations
from destination_attio.airbyte.protocol import lines_or_idle, log, messages, own_input, printer, trace
from destination_attio.airbyte.routing import key_of, labels, route, streams_of
from destination_attio.airbyte.warnings import KEPT_NOWHERE, columns_of, idle_settings, remarks
from destination_attio.config import DestinationConfig
from destination_attio.engine.counts import check_sum
from destination_attio.engine.mirror import try_scope
from destination_attio.model.plan import Counts
from destination_attio.model.targets import NOTES, TASKS
from destination_attio.rows import refused_runs
from destination_attio.rows.stream_order import ordered
from destination_attio.session import Session
from destination_attio.storage.rejects_bucket import Synced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.airbyte.protocol import StreamKey
    from destination_attio.rows.binding import Binding

_GO_ON: Final = "Rows after the last state come again with the next run."
_IDLE: Final = 2.0
_NONE: Final = Counts()


def main(
    args: Sequence[str],
    out: BinaryIO | None = None,
    source: BinaryIO | None = None,
    *,
    seconds_of_a_check: Callable[[], float] = lambda: SECONDS_OF_A_CHECK,
) -> int:
    """Run one command and return the exit code; a failure is printed as an Airbyte trace message.

    `seconds_of_a_check` returns the seconds that the process's own start has left for `check`.

    Raises BrokenPipeError when the reader of the output has closed it, and whatever a signal handler raises.
    """
    emit = printer(out or sys.stdout.buffer)
    parsed = parse_args(args)
    try:
        if parsed.command == "check":
            _check(parsed.config, seconds_of_a_check(), emit)
        else:
            _run(parsed, emit, source)
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
    """The command and the paths of its files; raises SystemExit for unknown ones."""
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


def _run(parsed: argparse.Namespace, emit: Callable[[JsonObject], None], source: BinaryIO | None) -> None:
    if parsed.command == "spec":
        emit({"type": "SPEC", "spec": specification()})
        return
    config = DestinationConfig.parse(read_json(parsed.config, "configuration"))
    if parsed.command == "discover":
        emit({"type": "DESTINATION_CATALOG", "destination_catalog": {"operations": discover(config)}})  # type: ignore[dict-item]  # a list of objects is JSON
    else:
        catalog = read_json(parsed.catalog, "catalog")
        write(config, catalog, lines_or_idle(source or own_input(), _IDLE), emit)


def _check(path: str, seconds: float, emit: Callable[[JsonObject], None]) -> None:
    trouble, told = connection_trouble(lambda: read_json(path, "configuration"), seconds)
    for sentence in told:
        emit(log("WARN", sentence))
    status: JsonObject = {"status": "FAILED" if trouble else "SUCCEEDED"}
    if trouble or told:
        status["message"] = trouble or " ".join(told)
    emit({"type": "CONNECTION_STATUS", "connectionStatus": status})


def discover(config: DestinationConfig) -> list[JsonObject]:
    """The operations that Airbyte can offer: one set per object, list, notes and tasks."""
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
    """Write a whole input to Attio; raises what stopped it."""
    with Session.open(config, synced=_synced(catalog)) as session:
        write_with(session, catalog, lines, emit)


def _synced(catalog: Mapping[str, Any]) -> dict[str, Synced]:
    """The platform's names for each stream and the sync; the folders of rejected rows are named by them."""
    names = labels(catalog)
    return {
        names[key_of(one)]: Synced(
            stream_name=key_of(one)[1],
            namespace=key_of(one)[0] or "",
            sync_id=str(one.get("sync_id") or ""),
        )
        for one in streams_of(catalog)
    }


def write_with(
    session: Session,
    catalog: Mapping[str, Any],
    lines: Iterable[bytes | None],
    emit: Callable[[JsonObject], None],
) -> None:
    """Write a whole input through a session that is already open."""
    config = session.config
    routes = _routes(session, config, catalog, emit)
    keys_of = {id(binding): key for key, binding in routes.items()}
    probation = Probation(rows=config.stop_after_rejected_rows, is_kept=session.rejects.place is not None)
    lanes = [
        Lane(key=keys_of[id(binding)], stream_push=session.stream_push(binding), probation=probation)
        for binding in ordered(list(routes.values()))
    ]
    intake = Intake(
        lanes,
        emit,
        batch_rows=batch_rows(session),
        max_rejected_percent=config.max_rejected_percent,
        deferred_resolver=partial(session.deferred_resolver, [lane.stream_push for lane in lanes]),
    )
    targets = ", ".join(binding.target.name for binding in routes.values())
    with session.running("push", targets, lambda: _counts(lanes)):
        intake.take(messages(lines))
        for lane in lanes:
            check_sum(lane.rows, lane.stream_push.results.counts)
    _summary(session, lanes, emit)


def batch_rows(session: Session) -> int:
    """The rows of a batch: as set, or fewer where the session's pace is slow."""
    return rows_of_a_batch(session.config.batch_rows, session.client.governor.most_a_second("write"))


def _routes(
    session: Session,
    config: DestinationConfig,
    catalog: Mapping[str, Any],
    emit: Callable[[JsonObject], None],
) -> dict[StreamKey, Binding]:
    """Bind every stream to its target; logs a warning for each setting that has no effect."""
    routes = {}
    names = labels(catalog)
    configured = streams_of(catalog)
    told = idle_settings(config.streams, {key_of(one) for one in configured})
    told += [] if session.rejects.place else [KEPT_NOWHERE]
    for stream in configured:
        found = route(stream, config, session.catalog, names[key_of(stream)])
        binding = session.bind(found.settings, mode=found.mode, keys=found.keys)
        try_scope(binding, session.catalog)
        routes[found.key] = binding
        told += [*found.told, *remarks(binding, columns_of(stream))]
    for sentence in told:
        emit(log("WARN", sentence))
    return routes


def _counts(lanes: Sequence[Lane]) -> Counts:
    return sum((lane.stream_push.results.counts for lane in lanes), start=_NONE)


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
        results = lane.stream_push.results
        for change in [*results.rejected[:10], *results.superseded[:10]]:
            emit(
                log(
                    "WARN",
                    f"{lane.name}, row {change.row_number}: {change.reason} {change.remedy or ''}".strip(),
                )
            )
        if results.remaining:
            emit(log("WARN", _remaining(lane)))
    if counts.rejected:
        place = session.rejects.place
        emit(log("WARN", f"The rejected rows are in {place}." if place else KEPT_NOWHERE))


def _remaining(lane: Lane) -> str:
    """The records that a mirror could not delete or mark, each with the reason."""
    left = lane.stream_push.results.remaining
    some = "; ".join(f"{one.record_id}: {one.reason} {one.remedy or ''}".strip() for one in left[:10])
    return f"{lane.name}: {len(left)} of what left the source could not be deleted or marked. {some}"


def read_json(path: str, what: str) -> dict[str, Any]:
    """A JSON object out of a file, also one with a byte order mark; raises Misconfigured in one sentence."""
    try:
        raw = orjson.loads(Path(path).read_bytes().removeprefix(codecs.BOM_UTF8))
    except OSError as error:
        raise refused_runs.UNREADABLE_FILE(what=what, path=path, reason=error.strerror) from None
    except ValueError:
        raise refused_runs.NOT_JSON(what=what, path=path, wanted="JSON") from None
    if not isinstance(raw, dict):
        raise refused_runs.NOT_JSON(what=what, path=path, wanted="a JSON object")
    return raw
