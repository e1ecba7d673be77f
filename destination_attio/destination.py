"""`destination-attio spec | check | discover | write`: Airbyte's commands on top of the engine."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson
from airbyte_cdk.destinations import Destination
from airbyte_cdk.models import AirbyteConnectionStatus, AirbyteMessage, AirbyteMessageSerializer, Status

from attio_api.auth import missing_scopes, needed_by
from attio_api.errors import AttioError, Misconfigured, MissingScope
from destination_attio.config import DestinationConfig
from destination_attio.intake import Intake, Lane
from destination_attio.journal import JournalError
from destination_attio.operations import operations
from destination_attio.ordering import ordered
from destination_attio.plan import Counts
from destination_attio.protocol import BadInput, lines_or_idle, log, messages, printer, trace
from destination_attio.rejects import StorageError
from destination_attio.routing import route
from destination_attio.session import Session
from destination_attio.targets import NOTES, TASKS

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from airbyte_cdk.models import ConfiguredAirbyteCatalog

    from attio_api.wire import JsonObject

TROUBLE: Final = (AttioError, JournalError, StorageError, BadInput)
"""What is told in a sentence; anything else is a bug and keeps its traceback."""
_IDLE: Final = 2.0
_NONE: Final = Counts()
_USES: Final = {
    "objects": "write_records",
    "lists": "write_entries",
    "notes": "write_notes",
    "tasks": "write_tasks",
}


class DestinationAttio(Destination):
    """Reverse ETL into Attio."""

    VALID_CMDS = {"spec", "check", "discover", "write"}  # noqa: RUF012 (the CDK's own attribute)

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002 (the CDK's signature)
        """Whether the token works and holds what the configured streams need."""
        try:
            _check(DestinationConfig.parse(config))
        except TROUBLE as error:
            remedy = getattr(error, "remedy", None)
            return AirbyteConnectionStatus(
                status=Status.FAILED, message=f"{error} {remedy}" if remedy else str(error)
            )
        return AirbyteConnectionStatus(status=Status.SUCCEEDED)

    def write(
        self,
        config: Mapping[str, Any],
        configured_catalog: ConfiguredAirbyteCatalog,
        input_messages: Iterable[AirbyteMessage],
    ) -> Iterator[AirbyteMessage]:
        """For callers inside Python; the command takes raw lines, which lose nothing."""
        from airbyte_cdk.models import ConfiguredAirbyteCatalogSerializer  # noqa: PLC0415 (for this caller alone)

        out: list[JsonObject] = []
        catalog = ConfiguredAirbyteCatalogSerializer.dump(configured_catalog)
        lines = (orjson.dumps(AirbyteMessageSerializer.dump(one)) for one in input_messages)
        write(DestinationConfig.parse(config), catalog, lines, out.append)
        yield from (AirbyteMessageSerializer.load(one) for one in out)

    def parse_args(self, args: list[str]) -> argparse.Namespace:
        """The CDK's commands and `discover`."""
        if args[:1] != ["discover"]:
            return super().parse_args(args)
        parser = argparse.ArgumentParser(prog="destination-attio discover")
        parser.add_argument("--config", required=True, help="path to the JSON configuration file")
        return argparse.Namespace(command="discover", **vars(parser.parse_args(args[1:])))

    def main(self, args: list[str], out: BinaryIO | None = None, source: BinaryIO | None = None) -> int:
        """Run one command; returns the exit code. Every failure is a trace, not a traceback."""
        emit = printer(out or sys.stdout.buffer)
        parsed = self.parse_args(args)
        try:
            self._run(parsed, emit, source or sys.stdin.buffer)
        except TROUBLE as error:
            emit(trace(error, time.time() * 1000))
            return 1
        return 0

    def _run(self, parsed: argparse.Namespace, emit: Callable[[JsonObject], None], source: BinaryIO) -> None:
        if parsed.command in {"spec", "check"}:
            for message in self.run_cmd(parsed):
                emit(AirbyteMessageSerializer.dump(message))
            return
        config = DestinationConfig.parse(_read(parsed.config, "configuration"))
        if parsed.command == "discover":
            emit({"type": "DESTINATION_CATALOG", "destination_catalog": {"operations": discover(config)}})  # type: ignore[dict-item]  # a list of objects is JSON
        else:
            write(config, _read(parsed.catalog, "catalog"), lines_or_idle(source, _IDLE), emit)


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
        routes = {}
        for stream in catalog["streams"]:
            key, settings, mode, keys = route(stream, config, session.catalog)
            routes[key] = session.bind(settings, mode=mode, keys=keys)
        keys_of = {id(binding): key for key, binding in routes.items()}
        lanes = [
            Lane(key=keys_of[id(binding)], pushing=session.pushing(binding))
            for binding in ordered(list(routes.values()))
        ]
        intake = Intake(
            lanes, emit, batch_rows=config.batch_rows, max_rejected_percent=config.max_rejected_percent
        )
        session.begin("push", ", ".join(binding.target.name for binding in routes.values()))
        status = "failed"
        try:
            intake.take(messages(lines))
            status = "done"
        finally:
            session.finish(status, sum((lane.pushing.tally.counts for lane in lanes), start=_NONE))
        _summary(session, lanes, emit)


def _summary(session: Session, lanes: Sequence[Lane], emit: Callable[[JsonObject], None]) -> None:
    counts = sum((lane.pushing.tally.counts for lane in lanes), start=_NONE)
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
    if counts.rejected and session.rejects.place:
        emit(log("WARN", f"The rejected rows are in {session.rejects.place}."))


def _check(config: DestinationConfig) -> None:
    with Session.open(config) as session:
        identity = session.identity()
        uses = {_USES[stream.kind] for stream in config.streams if stream.target} or {"write_records"}
        lacking = missing_scopes(identity, needed_by(*sorted(uses)))
        if lacking:
            raise MissingScope(f"The token lacks the scopes {', '.join(lacking)}.")
        for stream in config.streams:
            if stream.target:
                session.bind(stream)


def _read(path: str, what: str) -> dict[str, Any]:
    try:
        raw = orjson.loads(Path(path).read_bytes())
    except OSError as error:
        raise Misconfigured(
            f"The {what} at {path} cannot be read ({error.strerror}).", remedy="Check the path."
        ) from None
    except ValueError:
        raise Misconfigured(f"The {what} at {path} is not JSON.", remedy="Correct the file.") from None
    if not isinstance(raw, dict):
        raise Misconfigured(f"The {what} at {path} is not a JSON object.", remedy="Correct the file.")
    return raw
