"""Discovers a workspace's streams, and reads those of a sync: opens each and runs them in turn."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
from airbyte_cdk.models import AirbyteMessage, ConfiguredAirbyteStream, SyncMode

from attio_api.auth import require_scopes
from attio_api.definitions import Attribute
from attio_api.errors import UnknownObject
from attio_api.transport import pooled_session
from attio_api.wire import JsonObject
from source_attio import refusals, register
from source_attio.changes.budget import Budget
from source_attio.changes.feed import Feed
from source_attio.changes.resumption import DAMAGE
from source_attio.decode.columns import CURSOR
from source_attio.decode.rows import is_moment
from source_attio.emit.messages import DELETED_RECORDS, Outbox, remark, traced
from source_attio.emit.scheduler import SILENCE, STATE_AFTER, Scheduler, Task
from source_attio.emit.tombstones import Tombstones
from source_attio.head_start import Early, HeadStart, ask_attributes
from source_attio.read.context import Context
from source_attio.read.steps import Steps
from source_attio.streams.catalog import HISTORY, Blueprint, blueprints
from source_attio.streams.open import Selected, StreamOpener, schema
from source_attio.workspace import Target, Workspace, attributes_of, explore

_LOG = logging.getLogger("airbyte.source_attio")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One stream that can be read, and its columns."""

    blueprint: Blueprint
    json_schema: JsonObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovered:
    """The streams that a token can read in a workspace."""

    streams: dict[str, Found]
    remarks: tuple[str, ...]
    """Sentences that name the streams left out, and say why."""


States = Mapping[str, Mapping[str, Any]]
"""Name of a stream → its state."""


def discover(context: Context) -> Discovered:
    """Ask Attio for the workspace's streams, and leave out those that the token may not read."""
    workspace = explore(context.client, context.pool)
    missing: dict[str, UnknownObject] = {}
    found = blueprints(workspace, context.config, missing)
    readable = [each for each in found.values() if not each.missing_scopes(workspace.identity)]
    targets = [each.target for each in readable if each.target]
    archived = context.config.include_archived_attributes
    attributes = attributes_of(context.client, context.pool, targets, archived=archived)
    schemas = {each.name: schema(each, attributes, context.config) for each in readable}
    return Discovered(
        streams={each.name: Found(blueprint=each, json_schema=schemas[each.name]) for each in readable},
        remarks=(*left_out(found, workspace), *map(str, missing.values())),
    )


def left_out(found: Mapping[str, Blueprint], workspace: Workspace) -> Iterator[str]:
    """Yield a sentence for each stream that the token may not read, with the scopes that it lacks."""
    for blueprint in found.values():
        if lacking := blueprint.missing_scopes(workspace.identity):
            yield f"The stream {blueprint.name} is left out: the access token lacks {' and '.join(lacking)}."


def read(
    begun: HeadStart,
    streams: list[ConfiguredAirbyteStream],
    states: States,
    failures: dict[str, Exception],
    *,
    feed: requests.Session | None = None,
    known_ids: Callable[[str], Iterable[str]] | None = None,
) -> Iterator[AirbyteMessage]:
    """Yield all streams' messages; a stream that fails goes into `failures`, and the others go on.

    `feed` is the HTTP session for the change feed. `known_ids` returns the ids that a stream delivered, where
    a warehouse keeps them; with it, states may be of any size.
    """
    context = begun.context
    workspace = yield from _explored(begun, streams, states)
    missing: dict[str, UnknownObject] = {}
    found = blueprints(workspace, context.config, missing)
    chosen = [_selected(each, found, states) for each in streams if each.stream.name in found]
    tombstones = _tombstones(context, streams, states)
    desk = StreamOpener(
        context=context,
        workspace=workspace,
        tombstones=tombstones,
        feed=feed_of(context, feed),
        attributes=_asked(context, chosen, begun.attributes),
        budget=_budget(context, chosen, states, unlimited=known_ids is not None),
        known_ids=known_ids,
    )
    tasks = [_task(desk, each) for each in chosen if each.blueprint.name != DELETED_RECORDS]
    tasks += [
        _gone(context, workspace, each.stream.name) for each in streams if each.stream.name not in found
    ]
    scheduler = Scheduler(tasks, clock=context.wall, waits=context.waits, decoding=context.decoding)
    yield from tombstones.begin()
    yield from scheduler.messages()
    yield from tombstones.end()
    failures.update(scheduler.failures)
    yield from _unknown(missing, failures)


def _unknown(
    missing: Mapping[str, UnknownObject], failures: dict[str, Exception]
) -> Iterator[AirbyteMessage]:
    """Report each name in the settings that Attio does not have, unless a stream of that name failed."""
    for name, trouble in missing.items():
        if name not in failures:
            failures[name] = trouble
            yield traced(trouble).as_sanitized_airbyte_message()


def _explored(
    begun: HeadStart, streams: list[ConfiguredAirbyteStream], states: States
) -> Generator[AirbyteMessage, None, Workspace]:
    """Wait for the workspace; yields a log message whenever Attio asks to wait or is silent for a while.

    After a long time without an answer it yields the states with which the sync began.
    """
    context, answer = begun.context, begun.workspace
    stated_at = context.wall()
    while not answer.done():
        if context.wall() - stated_at >= STATE_AFTER:
            stated_at = context.wall()
            for name in (each.stream.name for each in streams):
                yield _outbox(context, name).state(dict(states.get(name, {})))
        either: list[Future[Any]] = [answer, context.waits.heard]
        wait(either, timeout=SILENCE, return_when=FIRST_COMPLETED)
        until = context.waits.take()
        if until is not None:
            yield remark(f"Attio asks to wait (HTTP 429, Retry-After: {until or 'not said'}).")
        elif not answer.done():
            yield remark("Attio was asked for its objects and lists and has not answered yet.")
    return answer.result()


def _outbox(context: Context, name: str) -> Outbox:
    return Outbox(stream=name, wall_ms=lambda: int(context.wall() * 1000))


def _task(desk: StreamOpener, selected: Selected) -> Task:
    outbox = _outbox(desk.context, selected.blueprint.name)
    began = dict(selected.state or {})
    return Task(outbox=outbox, open=partial(desk.open, selected, outbox), initial=began)


def _gone(context: Context, workspace: Workspace, name: str) -> Task:
    family = "lists" if name.endswith("_entries") else "objects"

    def fail() -> Steps:
        require_scopes(workspace.identity, register.template(family).scopes)
        raise refusals.NO_STREAM(stream=name)

    return Task(outbox=_outbox(context, name), open=fail)


def _selected(stream: ConfiguredAirbyteStream, found: Mapping[str, Blueprint], states: States) -> Selected:
    name = stream.stream.name
    refresh = stream.sync_mode is SyncMode.full_refresh
    return Selected(blueprint=found[name], refresh=refresh, state=states.get(name))


def _asked(context: Context, chosen: list[Selected], early: Early) -> dict[str, Future[list[Attribute]]]:
    """Return all targets' attributes by the target's id, asked for before the first stream is opened."""
    targets = {
        target.id: target
        for each in chosen
        for target in (each.blueprint.target, *_watched(each))
        if target is not None
    }
    return {
        each.id: early.get((each.family, each.slug)) or ask_attributes(context, each.family, each.slug)
        for each in targets.values()
    }


def feed_of(context: Context, session: requests.Session | None = None) -> Feed | None:
    """Return the change feed that the settings name."""
    config = context.config.change_feed
    return Feed(config, session or pooled_session()) if config else None


def _watched(selected: Selected) -> tuple[Target, ...]:
    return selected.blueprint.targets if selected.blueprint.name == HISTORY else ()


def _budget(context: Context, chosen: list[Selected], states: States, *, unlimited: bool) -> Budget:
    remembering = (each for each in chosen if each.blueprint.declared.incremental and not each.refresh)
    streams = [each.blueprint.name for each in remembering]
    return Budget.planned(None if unlimited else context.config.budget, streams, states)


def _tombstones(context: Context, streams: list[ConfiguredAirbyteStream], states: States) -> Tombstones:
    wanted = any(each.stream.name == DELETED_RECORDS for each in streams)
    state = states.get(DELETED_RECORDS, {})
    newest = state.get(CURSOR, "")
    if DAMAGE in state or not isinstance(newest, str) or not (is_moment(newest) or not newest):
        _LOG.warning("%s: its state is damaged (its `%s` is not a time).", DELETED_RECORDS, CURSOR)
        newest = ""
    return Tombstones(outbox=_outbox(context, DELETED_RECORDS) if wanted else None, newest=newest)
