"""Finds what is attached to records and entries: notes, tasks, list entries, comments, meetings, files.

Attio deletes these along with a record, so they are looked up before one is deleted. Notes and tasks are read
per record or all at once, whichever takes fewer requests; the others can only be read per record.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from attio_api.auth import scopes_for
from attio_api.errors import Gone, MissingScope, NotFound, PlanLimit
from attio_api.listings import walk
from attio_api.wire import as_object, as_objects, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from concurrent.futures import Executor

    from attio_api.client import AttioClient
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.targets import Target

_PAGE: Final = {"note": 50, "task": 500, "thread": 50, "entry": 1000, "meeting": 200, "file": 200}
"""The most of each kind that Attio gives at once; it gives fewer where nothing is asked for."""
Hung = tuple[str, str]
"""One attachment: its kind in a word, and its id."""


class Attachments:
    """Asks Attio for attachments, anew at every call."""

    def __init__(self, client: AttioClient, pool: Executor) -> None:
        """Makes no request yet."""
        self._client, self._pool = client, pool

    def find(self, target: Target, ids: Sequence[str], own: Collection[str] | None = None) -> dict[str, str]:
        """Sentences on each id's attachments, but for those in `own`; ids without any are left out."""
        if target.is_append_only or not ids:
            return {}
        found: dict[str, list[Hung]] = {one: [] for one in ids}
        unknown: list[str] = []
        for what, ask in self._questions(target):
            try:
                for record_id, hung in ask(ids):
                    if record_id in found and hung not in (own or ()):
                        found[record_id].append((what, hung))
            except MissingScope as error:
                unknown.append(f"{what}s (the token lacks {lacking(error)})")
        return {
            one: _told(hung, unknown, is_others=own is not None)
            for one, hung in found.items()
            if hung or unknown
        }

    def _questions(self, target: Target) -> Iterator[tuple[str, Callable[[Sequence[str]], list[Hung]]]]:
        if target.kind == "lists":
            yield "comment", self._each(lambda one: self._threads({"list": target.slug, "entry_id": one}))
            return
        slug = target.slug
        yield "note", self._linked("note", slug)
        yield "task", self._linked("task", slug)
        yield "list entry", self._each(lambda one: self._entries(slug, one))
        yield "comment", self._each(lambda one: self._threads({"object": slug, "record_id": one}))
        yield "meeting", self._each(lambda one: self._meetings(slug, one))
        yield "file", self._each(lambda one: self._files(slug, one))

    def _each(self, ask: Callable[[str], list[str]]) -> Callable[[Sequence[str]], list[Hung]]:
        """Ask for one record after the other; kinds that the plan or workspace lacks count as none."""

        def one_of(record_id: str) -> list[Hung]:
            try:
                return [(record_id, hung) for hung in ask(record_id)]
            except (Gone, NotFound, PlanLimit):
                return []

        return lambda ids: [pair for pairs in self._pool.map(one_of, ids) for pair in pairs]

    def _linked(self, what: str, slug: str) -> Callable[[Sequence[str]], list[Hung]]:
        names = (
            ("parent_object", "parent_record_id") if what == "note" else ("linked_object", "linked_record_id")
        )
        each = self._each(
            lambda one: [
                _id(raw, f"{what}_id")
                for raw in self._pages(what, dict(zip(names, (slug, one), strict=True)))
            ]
        )

        def ask(ids: Sequence[str]) -> list[Hung]:
            is_short = len(ids) > 1 and not self._page(what, offset=len(ids) * _PAGE[what], limit=1)
            return self._all(what) if is_short else each(ids)

        return ask

    def _all(self, what: str) -> list[Hung]:
        return [(parent, _id(raw, f"{what}_id")) for raw in self._pages(what) for parent in _parents(raw)]

    def _pages(
        self, what: str, params: dict[str, Any] | None = None, path: str | None = None
    ) -> Iterator[JsonObject]:
        return walk(lambda offset: self._page(what, offset=offset, params=params, path=path))

    def _page(
        self,
        what: str,
        *,
        offset: int = 0,
        limit: int | None = None,
        params: dict[str, Any] | None = None,
        path: str | None = None,
    ) -> list[JsonObject]:
        query = {"limit": limit or _PAGE[what], "offset": offset, **(params or {})}
        return self._client.many("GET", path or f"/v2/{what}s", params=query)

    def _by_cursor(self, what: str, params: dict[str, Any]) -> list[str]:
        """The ids of all that a listing by cursor holds."""
        found: list[str] = []
        cursor: dict[str, Any] = {}
        while True:
            query = {"limit": _PAGE[what], **params, **cursor}
            page, following = self._client.fetch("GET", f"/v2/{what}s", _cursor_page, params=query)
            found += [_id(one, f"{what}_id") for one in page]
            if not following:
                return found
            cursor = {"cursor": following}

    def _entries(self, slug: str, record_id: str) -> list[str]:
        path = f"/v2/objects/{slug}/records/{record_id}/entries"
        return [str(one.get("entry_id")) for one in self._pages("entry", path=path)]

    def _threads(self, params: dict[str, Any]) -> list[str]:
        return [_id(one, "thread_id") for one in self._pages("thread", params)]

    def _meetings(self, slug: str, record_id: str) -> list[str]:
        return self._by_cursor("meeting", {"linked_object": slug, "linked_record_id": record_id})

    def _files(self, slug: str, record_id: str) -> list[str]:
        return self._by_cursor("file", {"object": slug, "record_id": record_id})


def _cursor_page(body: bytes) -> tuple[list[JsonObject], Json]:
    """The rows of a page, and the cursor of the next one; raises Unreadable."""
    answer = as_object(decode(body), "the body")
    pagination = answer.get("pagination")
    return as_objects(answer.get("data"), "`data`"), pagination and as_object(pagination, "`pagination`").get(
        "next_cursor"
    )


def _id(raw: JsonObject, member: str) -> str:
    found: Any = raw.get("id")
    return str(found.get(member)) if isinstance(found, dict) else ""


def _parents(raw: JsonObject) -> list[str]:
    if "parent_record_id" in raw:
        return [str(raw["parent_record_id"])]
    linked: Any = raw.get("linked_records")
    return [str(one.get("target_record_id")) for one in linked or () if isinstance(one, dict)]


def lacking(error: MissingScope) -> str:
    """The scopes that a refused read needs, of which the token lacks one, in a phrase."""
    scopes = error.details.get("scopes") or scopes_for("GET", str(error.details.get("path", "")))
    return " or ".join(scopes) or "a scope"


def _told(hung: Sequence[Hung], unknown: Sequence[str], *, is_others: bool) -> str:
    """A sentence such as `It has 1 note and 2 tasks.`, and one on kinds that the token may not read."""
    plurals = {"list entry": "list entries"}
    counts = Counter(what for what, _ in hung)
    parts = [f"{n} {what if n == 1 else plurals.get(what, what + 's')}" for what, n in counts.items()]
    whose = " that the run did not make" if is_others else ""
    has = f"It has {' and '.join(parts)}{whose}." if parts else ""
    hidden = f"Whether it has {', '.join(unknown)} is not known." if unknown else ""
    return " ".join(filter(None, (has, hidden)))
