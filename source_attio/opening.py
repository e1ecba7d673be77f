"""Opens a stream for one sync: its state, its way out, and the way it is read."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from attio_api.definitions import Attribute
from attio_api.errors import MissingScope
from attio_api.wire import JsonObject
from source_attio import states
from source_attio.blueprints import KINDS, Blueprint
from source_attio.change_feed import Feed, Topic
from source_attio.columns import Column, columns_of, schema_of
from source_attio.context import Context
from source_attio.decode import PageReader
from source_attio.delivery import Delivery
from source_attio.graves import SCHEMA as GRAVES_SCHEMA
from source_attio.graves import Graves
from source_attio.messages import Outbox
from source_attio.states import Owner, StreamState
from source_attio.steps import Steps, arrival
from source_attio.streams import notes_and_tasks, records, small
from source_attio.streams.catching_up import Ways, catch_up
from source_attio.streams.following import IDS_A_REQUEST
from source_attio.workspace import Workspace


@dataclass(frozen=True, kw_only=True, slots=True)
class Selected:
    """One stream as the catalog asks for it."""

    blueprint: Blueprint
    refresh: bool
    state: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What it takes to open any of the streams."""

    context: Context
    workspace: Workspace
    graves: Graves
    feed: Feed | None
    attributes: Mapping[str, Future[list[Attribute]]]
    """By the target's id: asked for when the sync began."""

    def open(self, selected: Selected, outbox: Outbox) -> Steps:
        """Read one stream."""
        blueprint = selected.blueprint
        if lacking := blueprint.missing_scopes(self.workspace.identity):
            raise MissingScope(f"The access token lacks {' and '.join(lacking)}.")
        targets = (*self.workspace.objects, *self.workspace.lists)
        match blueprint.way:
            case "attributes":
                yield from small.attributes(self.context, targets, outbox)
            case "select_options":
                yield from small.choices(self.context, targets, outbox, small.SELECT)
            case "statuses":
                yield from small.choices(self.context, targets, outbox, small.STATUS)
            case "notes":
                yield from self._listing(notes_and_tasks.NOTES, selected, outbox)
            case "tasks":
                yield from self._listing(notes_and_tasks.TASKS, selected, outbox)
            case _:
                yield from self._by_key(selected, outbox)

    def _listing(self, stream: notes_and_tasks.Fixed, selected: Selected, outbox: Outbox) -> Steps:
        delivery = self._delivery(selected, outbox)
        scan = partial(notes_and_tasks.scan, stream, self.context, delivery, refresh=selected.refresh)
        if selected.refresh:
            yield from scan()
            return
        noun = stream.name.removesuffix("s")
        topic = Topic(
            id_member=stream.id_column, select=(("event", f"{noun}.*"), ("event", f"{noun}-content.*"))
        )
        reread = partial(notes_and_tasks.reread, stream, self.context)
        page = stream.page(self.context)
        ways = Ways(scan=scan, reread=reread, topic=topic, ids_a_request=1, rows_a_page=page)
        yield from catch_up(self.context, self.feed, delivery, ways)

    def _by_key(self, selected: Selected, outbox: Outbox) -> Steps:
        target = selected.blueprint.target
        if target is None:
            raise ValueError(f"{selected.blueprint.name} has no target")
        attributes = yield from arrival(self.attributes[target.id])
        kind = KINDS[target.family]
        keep_raw = self.context.config.value_format == "raw"
        columns = columns_of(attributes, kind)
        reader = PageReader(kind, columns, keep_raw=keep_raw)
        query = records.Query(context=self.context, target=target, reader=reader, id_column=kind.id_column)
        delivery = self._delivery(selected, outbox, columns)
        scan = partial(records.scan, query, delivery, refresh=selected.refresh)
        if selected.refresh:
            yield from scan()
            return
        side = "object" if target.family == "objects" else "list"
        topic = Topic(id_member=kind.id_column, select=((side, target.id),))
        ways = Ways(scan=scan, reread=query.reread, topic=topic, ids_a_request=IDS_A_REQUEST)
        yield from catch_up(self.context, self.feed, delivery, ways)

    def _delivery(self, selected: Selected, outbox: Outbox, columns: tuple[Column, ...] = ()) -> Delivery:
        return Delivery(
            outbox=outbox,
            state=self._state(selected, columns),
            id_column=selected.blueprint.primary_key[0],
            graves=self.graves,
            limits=self.context.limits,
        )

    def _state(self, selected: Selected, columns: tuple[Column, ...]) -> StreamState:
        target = selected.blueprint.target
        owner = Owner(
            stream=selected.blueprint.name,
            workspace_id=self.workspace.identity.workspace_id or "",
            target_id=target.id if target else selected.blueprint.name,
        )
        settings = reading(self.context, selected.blueprint, columns)
        now = self.context.clock.now()
        if selected.refresh:
            return states.load_refresh(selected.state, owner, started_at=now, reading=settings)
        budget = self.context.config.budget
        return states.load(selected.state, owner, started_at=now, budget=budget, reading=settings)


def reading(context: Context, blueprint: Blueprint, columns: tuple[Column, ...]) -> str:
    """Print what decides which rows and columns a stream has."""
    config, target = context.config, blueprint.target
    own = config.filter_for(target.slug) if target else None
    names = [[column.slug, column.name] for column in columns]
    settings = [config.start_date, own, config.value_format, names]
    return hashlib.blake2b(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def schema(blueprint: Blueprint, attributes: Mapping[str, list[Attribute]], *, keep_raw: bool) -> JsonObject:
    """Return the JSON schema of a stream."""
    fixed = {
        "notes": notes_and_tasks.NOTES.schema(),
        "tasks": notes_and_tasks.TASKS.schema(),
        "attributes": small.ATTRIBUTES,
        "select_options": small.OPTIONS,
        "statuses": small.STATUSES,
        "deleted_records": GRAVES_SCHEMA,
    }
    if blueprint.target is None:
        return fixed[blueprint.way]
    kind = KINDS[blueprint.target.family]
    return schema_of(kind, columns_of(attributes[blueprint.target.id], kind), keep_raw=keep_raw)
