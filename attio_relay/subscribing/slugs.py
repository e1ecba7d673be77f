"""Replaces the slugs of objects and lists in the file by ids, since events name objects and lists by id.

While Attio cannot be asked, a filter with an unresolved slug lets every event through: an unneeded sync loses
nothing, a filtered event could.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attio_api.errors import AttioError
from attio_api.wire import as_object, as_text
from attio_relay.events import ID
from attio_relay.reading import ConfigError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attio_api.wire import JsonObject
    from attio_relay.settings import ConnectionConfig, RelayConfig
    from attio_relay.subscribing.clients import ClientFor

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Known:
    """The slugs of one workspace with their ids."""

    objects: Mapping[str, str]
    lists: Mapping[str, str]


def has_slugs(connection: ConnectionConfig) -> bool:
    """Whether a filter of the connection names an object or list by slug."""
    return not all(map(ID.fullmatch, connection.objects | connection.lists))


def resolved(config: RelayConfig, client_for: ClientFor) -> RelayConfig:
    """The configuration with ids in place of slugs; filters let all through where Attio cannot be asked."""
    connections = {name: _resolved(each, client_for) for name, each in config.connections.items()}
    return replace(config, connections=connections)


def _resolved(connection: ConnectionConfig, client_for: ClientFor) -> ConnectionConfig:
    if not has_slugs(connection):
        return connection
    try:
        return in_ids(connection, known_to(connection.route, client_for))
    except (AttioError, ConfigError) as error:
        logger.warning(
            "Connection %s: its objects and lists are not known (%s). Until the next start every event of"
            " route %s starts a sync.",
            connection.name,
            error,
            connection.route,
        )
        return connection.filtered(objects=frozenset(), lists=frozenset())


def checked(config: RelayConfig, client_for: ClientFor) -> list[str]:
    """Raise ConfigError for slugs or ids that a workspace lacks; returns a sentence per failed look-up."""
    unknown: list[str] = []
    for connection in config.connections.values():
        if not connection.objects | connection.lists:
            continue
        try:
            known = known_to(connection.route, client_for)
        except (AttioError, ConfigError) as error:
            unknown.append(f"connection {connection.name}: objects and lists were not looked up: {error}")
        else:
            in_ids(connection, known)
    return unknown


def in_ids(connection: ConnectionConfig, known: Known) -> ConnectionConfig:
    """The connection with ids in place of slugs; raises ConfigError for what the workspace does not have."""
    try:
        return connection.filtered(
            objects=frozenset(id_of("object", slug, known.objects) for slug in connection.objects),
            lists=frozenset(id_of("list", slug, known.lists) for slug in connection.lists),
        )
    except ConfigError as error:
        raise ConfigError(f"connection {connection.name}: {error}") from None


def known_to(route: str, client_for: ClientFor) -> Known:
    """Ask Attio once for the objects and lists of a route's workspace; raises AttioError or ConfigError."""
    client = client_for(route)
    return Known(objects=_ids(client.objects(), "object_id"), lists=_ids(client.lists(), "list_id"))


def _ids(found: Sequence[JsonObject], member: str) -> dict[str, str]:
    return {
        as_text(each.get("api_slug"), "a slug"): as_text(
            as_object(each.get("id"), "an id").get(member), member
        )
        for each in found
    }


def id_of(what: str, given: str, known: Mapping[str, str]) -> str:
    """The id of an object or list that is named by its slug or id; raises ConfigError for an unknown one."""
    found = known.get(given, given)
    if found in known.values():
        return found
    raise ConfigError(
        f"the workspace has no {what} {given}, so none of its events would ever start a sync."
        f"{near(given, set(known))}"
    )
