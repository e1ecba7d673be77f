"""Opens a stream for one sync: loads its state, makes its `Delivery`, and chooses how it is read."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson

from attio_api.auth import require_scopes
from attio_api.definitions import Attribute
from attio_api.wire import JsonObject
from source_attio import refusals
from source_attio.changes.budget import Budget
from source_attio.changes.feed import Feed, Topic
from source_attio.changes.resumption import ResumeContext, load, load_refresh
from source_attio.changes.state import Owner, StreamState
from source_attio.config import Config
from source_attio.decode.columns import DELETED_AT, Column, columns_of, object_schema, own_id, schema_of
from source_attio.decode.page import PageReader
from source_attio.decode.printing import cleaned
from source_attio.emit.delivery import Delivery
from source_attio.emit.messages import Outbox
from source_attio.emit.tombstones import Tombstones
from source_attio.read.context import Context
from source_attio.read.steps import Steps, arrival
from source_attio.streams import (
    comments,
    configuration,
    fixed_shape,
    history,
    meetings,
    notes_and_tasks,
    records,
)
from source_attio.streams.catalog import COMMENTS, HISTORY, KINDS, Blueprint
from source_attio.streams.fixed_shape import Fixed
from source_attio.streams.history import HistoryRequest
from source_attio.streams.incremental import ReadPaths, catch_up
from source_attio.workspace import Target, Workspace

_LISTED: Final = {"notes": ("note.", "note-content."), "tasks": ("task.",)}
"""Stream → the prefixes of the events about its rows; the relay refuses one that no event has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Selected:
    """One stream as the catalog asks for it."""

    blueprint: Blueprint
    refresh: bool
    state: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamOpener:
    """Opens the streams of one sync, and holds what they share."""

    context: Context
    workspace: Workspace
    tombstones: Tombstones
    feed: Feed | None
    attributes: Mapping[str, Future[list[Attribute]]]
    """Target's id → its attributes, asked for when the sync began."""
    budget: Budget
    """The budget of all streams' states."""
    known_ids: Callable[[str], Iterable[str]] | None = None
    """Returns the ids that a stream delivered, where a warehouse can be asked for them."""

    def open(self, selected: Selected, outbox: Outbox) -> Steps:
        """Read one stream; raises MissingScope when the token may not."""
        blueprint = selected.blueprint
        require_scopes(self.workspace.identity, blueprint.declared.scopes)
        ways: Mapping[str, Callable[[Selected, Outbox], Steps]] = {
            "by_key": self._by_key,
            "notes": partial(self._listing, notes_and_tasks.NOTES, self.context.limits.notes_a_page),
            "tasks": self._tasks,
            "meetings": self._meetings,
            "call_recordings": self._recordings,
            "comments": self._comments,
            "attribute_values_history": self._history,
        }
        read = ways.get(blueprint.declared.way, self._set_up)
        yield from read(selected, outbox)

    def _set_up(self, selected: Selected, outbox: Outbox) -> Steps:
        """Read a stream that describes how the workspace is set up."""
        context, declared = self.context, selected.blueprint.declared
        targets = (*self.workspace.objects, *self.workspace.lists)
        ways: Mapping[str, Callable[[], Steps]] = {
            "listing": partial(configuration.listing, context, declared, outbox),
            "paged": partial(configuration.paged, context, declared, outbox),
            "views": partial(configuration.views, context, targets, outbox),
            "attributes": partial(configuration.attributes, context, targets, outbox),
            "select_options": partial(configuration.choices, context, targets, outbox, configuration.SELECT),
            "statuses": partial(configuration.choices, context, targets, outbox, configuration.STATUS),
        }
        yield from ways[declared.way]()

    def _listing(self, stream: Fixed, limit: int, selected: Selected, outbox: Outbox) -> Steps:
        delivery = self._delivery(selected, outbox)
        scan = partial(
            notes_and_tasks.scan, stream, self.context, delivery, limit=limit, refresh=selected.refresh
        )
        if selected.refresh:
            yield from scan()
            return
        topic = Topic(id_member=stream.id_column, events=_LISTED[stream.name])
        reread = partial(fixed_shape.reread, stream, self.context)
        ways = ReadPaths(scan=scan, reread=reread, topic=topic, ids_a_request=1, rows_a_page=limit)
        yield from catch_up(self.context, self.feed, delivery, ways)

    def _tasks(self, selected: Selected, outbox: Outbox) -> Steps:
        stream = notes_and_tasks.tasks(self.workspace.objects)
        yield from self._listing(stream, self.context.limits.tasks_a_page, selected, outbox)

    def _meetings(self, selected: Selected, outbox: Outbox) -> Steps:
        yield from meetings.meetings(self.context, self._delivery(selected, outbox), refresh=selected.refresh)

    def _recordings(self, selected: Selected, outbox: Outbox) -> Steps:
        delivery = self._delivery(selected, outbox)
        yield from meetings.recordings(self.context, delivery, refresh=selected.refresh)

    def _comments(self, selected: Selected, outbox: Outbox) -> Steps:
        queries = [self._query(target, ()) for target in selected.blueprint.targets]
        delivery = self._delivery(selected, outbox)
        yield from comments.comments(self.context, queries, delivery, refresh=selected.refresh)

    def _history(self, selected: Selected, outbox: Outbox) -> Steps:
        wanted = self.context.config.history_attributes
        watched: list[HistoryRequest] = []
        for target in selected.blueprint.targets:
            attributes = yield from arrival(self.attributes[target.id])
            columns = columns_of(attributes, KINDS[target.family])
            chosen = tuple(each for each in columns if f"{target.slug}.{each.slug}" in wanted)
            watched.append(HistoryRequest(query=self._query(target, chosen), columns=chosen))
        delivery = self._delivery(selected, outbox)
        titles = yield from history.titles(self.context, watched, self.workspace.objects)
        yield from history.history(self.context, watched, delivery, titles, refresh=selected.refresh)
        known = {f"{each.query.target.slug}.{column.slug}" for each in watched for column in each.columns}
        if unknown := [each for each in wanted if each not in known]:
            # The attributes that exist have been read by now.
            raise refusals.NO_SUCH_ATTRIBUTE(name=unknown[0])

    def _by_key(self, selected: Selected, outbox: Outbox) -> Steps:
        target = selected.blueprint.target
        if target is None:
            raise ValueError(f"{selected.blueprint.name} has no target")
        attributes = yield from arrival(self.attributes[target.id])
        columns = columns_of(attributes, KINDS[target.family])
        query = self._query(target, columns)
        delivery = self._delivery(selected, outbox, columns)
        scan = partial(records.scan, query, delivery, refresh=selected.refresh)
        if selected.refresh:
            yield from scan()
            return
        side, own = ("object", "record.") if target.family == "objects" else ("list", "list-entry.")
        topic = Topic(id_member=query.id_column, events=(own,), scope=((side, target.id),))
        ways = ReadPaths(scan=scan, reread=query.reread, topic=topic, ids_a_request=query.ids_a_request)
        yield from catch_up(self.context, self.feed, delivery, ways)

    def _query(self, target: Target, columns: tuple[Column, ...]) -> records.Query:
        kind = KINDS[target.family]
        timed = (*columns, own_id(kind))
        reader = PageReader(kind, timed, keep_raw=self.context.config.value_format == "raw")
        return records.Query(context=self.context, target=target, reader=reader, id_column=kind.id_column)

    def _delivery(self, selected: Selected, outbox: Outbox, columns: tuple[Column, ...] = ()) -> Delivery:
        return Delivery(
            outbox=outbox,
            state=self._state(selected, columns),
            id_column=selected.blueprint.declared.primary_key[0],
            tombstones=self.tombstones,
            limits=self.context.limits,
            wall=self.context.wall,
            removes=self.context.config.deleted_rows == "remove",
            initial=selected.state,
        )

    def _state(self, selected: Selected, columns: tuple[Column, ...]) -> StreamState:
        target = selected.blueprint.target
        owner = Owner(
            stream=selected.blueprint.name,
            workspace_id=self.workspace.identity.workspace_id or "",
            target_id=target.id if target else selected.blueprint.name,
        )
        now = ResumeContext(
            started_at=self.context.clock.now(),
            reading=reading(self.context, selected.blueprint, columns, self.workspace.objects),
            selection=selection(self.context, selected.blueprint),
            share=self.budget.join(owner.stream),
            known_ids=partial(self.known_ids, owner.stream) if self.known_ids else None,
        )
        if selected.refresh:
            return load_refresh(selected.state, owner, now)
        return load(selected.state, owner, now)


def reading(
    context: Context, blueprint: Blueprint, columns: tuple[Column, ...], objects: Iterable[Target]
) -> str:
    """Return a digest of the settings and names that decide which rows and columns a stream has."""
    config, target = context.config, blueprint.target
    own = config.filter_for(target.slug, target.id) if target else None
    names = [[column.slug, column.name, column.joins] for column in columns]
    settings = [config.start_date, own, config.value_format, names]
    if blueprint.declared.way == "tasks":
        # Rows of tasks contain the slugs of objects, which an admin may change.
        settings.append(sorted([each.id, each.slug] for each in objects))
    return hashlib.blake2b(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def selection(context: Context, blueprint: Blueprint) -> str:
    """Return a digest of the settings that decide which rows a stream has, whatever their columns.

    What Attio lists is no setting: rows that vanish with an object are looked up, as a listing may be short.
    """
    config, target = context.config, blueprint.target
    own = config.filter_for(target.slug, target.id) if target else None
    per_record = blueprint.name in {COMMENTS, HISTORY}
    chosen: list[Any] = [config.objects, config.lists, config.history_attributes] if per_record else []
    if per_record and config.filters:
        chosen.append([[each.target, each.filter] for each in config.filters])
    settings = [config.start_date, own, chosen]
    return hashlib.blake2b(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def schema(blueprint: Blueprint, attributes: Mapping[str, list[Attribute]], config: Config) -> JsonObject:
    """Return the JSON schema of a stream, without what destinations refuse, as in rows."""
    if blueprint.target is None:
        found = object_schema(blueprint.declared.columns)
    else:
        kind = KINDS[blueprint.target.family]
        columns = columns_of(attributes[blueprint.target.id], kind)
        found = schema_of(kind, columns, keep_raw=config.value_format == "raw")
        found |= {"attio_id": blueprint.target.id}
    properties = found["properties"]
    if config.deleted_rows == "mark" and isinstance(properties, dict):
        properties.pop(DELETED_AT, None)
    return {name: cleaned(value) for name, value in found.items()}
