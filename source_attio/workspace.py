"""Asks Attio who the token is, which objects and lists its workspace has, and for their attributes.

The requests are sent at the same time; `streams` makes streams of the answers.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Literal

from attio_api.auth import Identity, missing_scopes, require_active
from attio_api.client import AttioClient
from attio_api.definitions import Attribute
from attio_api.errors import MissingScope, Unreadable
from attio_api.listings import twice
from attio_api.wire import JsonObject, text_or_none

Family = Literal["objects", "lists"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One object or one list."""

    family: Family
    id: str
    slug: str
    title: str | None = None

    @property
    def address(self) -> str:
        """Its path in Attio's API."""
        return f"/v2/{self.family}/{self.slug}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """One workspace, as far as a token may see it."""

    identity: Identity
    objects: tuple[Target, ...]
    lists: tuple[Target, ...]


def explore(client: AttioClient, pool: Executor) -> Workspace:
    """Ask who the token is and what there is, at the same time; raises BadToken for a dead token.

    Raises Unreadable when no object is listed, though the token may read them.
    """
    who = pool.submit(client.whoami)
    objects, lists = pool.submit(twice, client.objects), pool.submit(twice, client.lists)
    identity = require_active(who.result())
    seen = _visible(objects, identity)
    if seen == []:
        raise Unreadable("Attio's answer holds no object; people and companies are in every workspace.")
    return Workspace(
        identity=identity,
        objects=tuple(_target("objects", "object_id", raw) for raw in seen or ()),
        lists=tuple(_target("lists", "list_id", raw) for raw in _visible(lists, identity) or ()),
    )


def attributes_of(
    client: AttioClient, pool: Executor, targets: Sequence[Target], *, archived: bool
) -> dict[str, list[Attribute]]:
    """Return the attributes of several targets by the target's id, all asked for at the same time."""
    answers = {
        target.id: pool.submit(client.attributes, target.family, target.slug, show_archived=archived)
        for target in targets
    }
    return {target_id: answer.result() for target_id, answer in answers.items()}


def _visible(listing: Future[list[JsonObject]], identity: Identity) -> list[JsonObject] | None:
    """Return a listing; None where the token lacks its scopes. A refusal in spite of them is raised."""
    try:
        return listing.result()
    except MissingScope as refusal:
        if missing_scopes(identity, refusal.details["scopes"]):
            return None
        raise


def _target(family: Family, id_member: str, raw: JsonObject) -> Target:
    facts = raw.get("id")
    found = text_or_none(facts.get(id_member)) if isinstance(facts, dict) else None
    if found is None:
        raise Unreadable(f"Attio's answer has no {id_member}.")
    slug = text_or_none(raw.get("api_slug")) or found
    title = text_or_none(raw.get("plural_noun") or raw.get("name"))
    return Target(family=family, id=found, slug=slug, title=title)
