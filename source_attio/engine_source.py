"""The commands check, discover and read of an Airbyte source, carried out by the engine.

The CDK decodes and pages a stream serially, takes a cut page for the last one, and knows no cursor that
survives a cleared value. So `engine` replaces its discovery and reading; the form and the commands are the
CDK's. This module imports none of the CDK's declarative framework, which takes a second: `register` reads the
manifest by itself.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Final

from airbyte_cdk.models import (
    AirbyteCatalog,
    AirbyteConnectionStatus,
    AirbyteMessage,
    AirbyteStateMessage,
    AirbyteStream,
    ConfiguredAirbyteCatalog,
    FailureType,
    Status,
    SyncMode,
)
from airbyte_cdk.sources.source import Source
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from attio_api.auth import missing_scopes
from attio_api.deadline import SECONDS_OF_A_CHECK, UNFORESEEN_IN_A_CHECK, OverdueError, within
from attio_api.errors import AttioError, BadFilter, Rejected, UnknownObject
from attio_api.wire import JsonObject
from source_attio import engine, inputs, refusals, register
from source_attio.changes.feed import FeedAwayError, NoFeedError
from source_attio.config import Config, Filter
from source_attio.decode.columns import CURSOR
from source_attio.emit.messages import traced
from source_attio.head_start import HeadStart, begin, read_json
from source_attio.read.context import Context, Limits, connect, governor_of_process
from source_attio.streams.catalog import HISTORY, Blueprint, blueprints
from source_attio.streams.history import of_attribute
from source_attio.workspace import Target, Workspace, attributes_of, explore

_NO_ANSWER: Final = (
    "Attio did not answer within {seconds:.0f} seconds. "
    "Check the network, its proxy and firewall, and the `api_url`."
)
_FEED_AWAY: Final = (
    "The change feed cannot be used at present: {why}. Until it can be, every sync looks through everything."
)
_FEED_GAP: Final = "The change feed has a gap at present ({gap}), so syncs look through everything."
_TRIES_OF_A_CHECK: Final = 2
"""Tries of one request during `check`, few since a person is waiting for the answer."""


class EngineSource(Source):
    """Attio as an Airbyte source; its specification is the file `spec.json`, made from the manifest."""

    limits = Limits()
    seconds_of_a_check: Callable[[], float] = staticmethod(lambda: SECONDS_OF_A_CHECK)
    """Returns the seconds that `check` may take; for a command, those that its own start has left."""
    begun: HeadStart | None = None
    """What the command has asked Attio for already, with the settings of its configuration file."""
    known_ids: Callable[[str], Iterable[str]] | None = None
    """Returns the ids that a stream delivered, if the caller keeps them; then states may be of any size."""

    @classmethod
    def read_config(cls, config_path: str) -> MutableMapping[str, Any]:
        """Read the file of the configuration as UTF-8; the CDK reads it in the encoding of the system."""
        found = read_json(config_path)
        if not isinstance(found, dict):
            raise TypeError("The configuration is no JSON object.")
        return found

    @classmethod
    def read_catalog(cls, catalog_path: str) -> ConfiguredAirbyteCatalog:
        """Read the file of a catalog; raises AirbyteTracedException naming the member that is wrong."""
        with _raising_traced():
            return inputs.read_catalog(read_json(catalog_path))

    @classmethod
    def read_state(cls, state_path: str) -> list[AirbyteStateMessage]:
        """Read the file of states, none without a path; raises AirbyteTracedException for wrong ones."""
        with _raising_traced():
            return inputs.read_states(read_json(state_path)) if state_path else []

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:
        """Check token, settings, filters and history with Attio; returns in time and raises nothing."""
        seconds = self.seconds_of_a_check()
        try:
            return within(seconds, lambda: self._asked(logger, config))
        except OverdueError:
            message = _NO_ANSWER.format(seconds=seconds)
        except Exception as trouble:
            logger.exception("The check failed.")
            message = UNFORESEEN_IN_A_CHECK.format(kind=type(trouble).__name__)
        return AirbyteConnectionStatus(status=Status.FAILED, message=message)

    def _asked(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:
        """Ask Attio; logs a warning for each stream that the token may not read, with the scopes it lacks."""
        try:
            with _surroundings(self._context(config, max_tries=_TRIES_OF_A_CHECK)) as context:
                feed = _feed_asked(context)
                workspace = explore(context.client, context.pool)
                unknown: dict[str, UnknownObject] = {}
                found = blueprints(workspace, context.config, unknown)
                for each in unknown.values():
                    raise each
                _try_filters(context, workspace)
                _try_history(context, found)
                warning = _try_feed(feed, self.seconds_of_a_check() / 2)
        except AttioError as trouble:
            # Every error becomes an answer: of a check without one, the platform shows only the exit code.
            return AirbyteConnectionStatus(status=Status.FAILED, message=traced(trouble).message)
        for sentence in [*engine.left_out(found, workspace), *([warning] if warning else [])]:
            logger.warning(sentence)
        if missing := missing_scopes(workspace.identity, register.template("objects").scopes):
            return AirbyteConnectionStatus(
                status=Status.FAILED,
                message=f"The access token lacks {' and '.join(missing)}; no record can be read without.",
            )
        return AirbyteConnectionStatus(status=Status.SUCCEEDED, message=warning)

    def discover(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteCatalog:
        """Return the streams that the token may read, with the columns that their attributes make."""
        with _raising_traced(), _surroundings(self._context(config)) as context:
            found = engine.discover(context)
        for sentence in found.remarks:
            logger.warning(sentence)
        return AirbyteCatalog(streams=[_described(each) for each in found.streams.values()])

    def read(
        self,
        logger: logging.Logger,  # noqa: ARG002 (the CDK's signature)
        config: Mapping[str, Any],
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterator[AirbyteMessage]:
        """Read the catalog's streams; one that fails ends alone, and the sync fails at its end."""
        failures: dict[str, Exception] = {}
        with _raising_traced():
            states, known_ids = inputs.by_stream(state), self.known_ids
            names = [each.stream.name for each in catalog.streams]
            begun = self._begun(config) or begin(self._context(config), names)
            with _surroundings(begun.context):
                yield from engine.read(begun, catalog.streams, states, failures, known_ids=known_ids)
        if failures:
            raise _summary(failures)

    def _begun(self, config: Mapping[str, Any]) -> HeadStart | None:
        """Take what the command has asked for, once, if it was with these settings."""
        begun, self.begun = self.begun, None
        return begun if begun and begun.context.config == Config.parse(config) else None

    def _context(self, config: Mapping[str, Any], max_tries: int = 8) -> Context:
        parsed = Config.parse(config)
        governor = governor_of_process(parsed.requests_per_second)
        return connect(parsed, limits=self.limits, governor=governor, max_tries=max_tries)


def _try_filters(context: Context, workspace: Workspace) -> None:
    """Try each of the user's filters on Attio; raises Misconfigured, naming the first that it refuses.

    One for an object or list that the settings leave out is tried as well: histories and comments read it.
    """
    for wanted in context.config.filters:
        for target in (*workspace.objects, *workspace.lists):
            if wanted.target in {target.slug, target.id}:
                _try_filter(context, target, wanted)


def _try_filter(context: Context, target: Target, wanted: Filter) -> None:
    ask = context.client.query_records if target.family == "objects" else context.client.query_entries
    try:
        ask(target.slug, filter=wanted.filter, limit=1)
    except (BadFilter, UnknownObject, Rejected) as refusal:
        noun, remedy = target.family.removesuffix("s"), refusal.remedy or BadFilter.remedy_by_default
        raise refusals.BAD_FILTER(target=wanted.target, noun=noun, remedy=remedy) from refusal


def _try_history(context: Context, found: Mapping[str, Blueprint]) -> None:
    """Check that the wanted attributes exist and have a history; raises Misconfigured if one does not."""
    if HISTORY not in found:
        return
    targets = found[HISTORY].targets
    there = attributes_of(context.client, context.pool, targets, archived=True)
    known = {f"{target.slug}.{each.slug}" for target in targets for each in there[target.id]}
    for wanted in context.config.history_attributes:
        if wanted not in known:
            raise refusals.NO_SUCH_ATTRIBUTE(name=wanted)
    for target in targets:
        _try_past(context, target)


def _try_past(context: Context, target: Target) -> None:
    """Ask for one record's history, since an attribute's definition does not say whether Attio tells one."""
    for record in context.client.query_records(target.slug, limit=1):
        for wanted in context.config.history_attributes:
            object_slug, _, attribute = wanted.partition(".")
            if object_slug == target.slug:
                of_attribute(context, object_slug, _id_of(record), attribute)


def _feed_asked(context: Context) -> Future[str | None] | None:
    """Ask the change feed at the same time as Attio, so that a slow one leaves time for both."""
    feed = engine.feed_of(context)
    return context.ask(feed.probe) if feed else None


def _try_feed(asked: Future[str | None] | None, seconds: float) -> str | None:
    """Wait for the change feed's answer; returns a warning, raises Misconfigured for wrong settings.

    A relay that is down is a warning, since a sync goes on without it.
    """
    if asked is None:
        return None
    try:
        gap = asked.result(timeout=seconds)
    except FeedAwayError as trouble:
        return _FEED_AWAY.format(why=trouble)
    except NoFeedError as trouble:
        raise refusals.NO_FEED(why=trouble) from trouble
    except TimeoutError:
        return _FEED_AWAY.format(why=f"it did not answer within {seconds:.0f} seconds")
    return _FEED_GAP.format(gap=gap) if gap else None


def _id_of(record: JsonObject) -> str:
    address = record.get("id")
    return str(address.get("record_id")) if isinstance(address, dict) else ""


def _described(found: engine.Found) -> AirbyteStream:
    declared = found.blueprint.declared
    modes = [SyncMode.full_refresh, *([SyncMode.incremental] if declared.incremental else [])]
    return AirbyteStream(
        name=found.blueprint.name,
        json_schema=found.json_schema,
        supported_sync_modes=modes,
        source_defined_cursor=declared.incremental or None,
        default_cursor_field=[CURSOR] if declared.incremental else None,
        source_defined_primary_key=[[column] for column in declared.primary_key],
        is_resumable=declared.incremental,
    )


@contextmanager
def _surroundings(context: Context) -> Iterator[Context]:
    try:
        yield context
    finally:
        context.pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _raising_traced() -> Iterator[None]:
    try:
        yield
    except AttioError as trouble:
        raise traced(trouble) from trouble


def _summary(failures: Mapping[str, Exception]) -> AirbyteTracedException:
    kinds = {traced(each).failure_type for each in failures.values()}
    first = next(iter(failures.values()))
    kind = kinds.pop() if len(kinds) == 1 else FailureType.transient_error
    return AirbyteTracedException(
        internal_message=type(first).__name__,
        message=f"Not everything could be read: {', '.join(failures)}. The other streams are complete.",
        failure_type=kind,
    )
