"""Select options and statuses: no write makes any, so unknown titles are refused or made before."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from attio_api.errors import AlreadyExists, ValueNotFound
from attio_api.references import is_uuid
from attio_api.wire import as_object

if TYPE_CHECKING:
    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.wire import Json
    from destination_attio.decisions.mapping import Desired
    from destination_attio.targets import Target

TITLED: Final = {"select": "option_id", "status": "status_id"}
_NEAREST: Final = 3


class Options:
    """The titles of one target's select and status attributes, read once each."""

    def __init__(self, client: AttioClient, target: Target, *, may_create: bool) -> None:
        """`may_create`: unknown titles are made; else they are refused."""
        self._client, self._target, self._may_create = client, target, may_create
        self._titles: dict[str, dict[str, str]] = {}
        self.wanted: dict[tuple[str, str], None] = {}

    def check(self, row: Desired) -> None:
        """Hold the row's titles against Attio's; raises ValueNotFound naming the nearest ones.

        Titles to be made are noted in `wanted`.
        """
        for slug, field in row.fields.items():
            if field.attribute.type in TITLED and row.values.get(slug) is not None:
                row.values[slug] = self._checked(row, field.attribute, field.column)

    def create_wanted(self) -> None:
        """Make the titles that rows wanted; one that somebody else made meanwhile is as good."""
        for slug, title in self.wanted:
            attribute = self._target.attributes[slug]
            make = self._client.create_option if attribute.type == "select" else self._client.create_status
            try:
                make(self._target.kind, self._target.slug, slug, title)
            except AlreadyExists as error:
                if title not in self._read(attribute):
                    raise _archived(slug, title) from error
            self._known(attribute)[title] = title
        self.wanted.clear()

    def _checked(self, row: Desired, attribute: Attribute, column: str | None) -> Json:
        known, value = self._known(attribute), row.values[attribute.slug]
        given = row.row.get(column) if column else None
        if isinstance(given, str) and given.strip() in known and attribute.is_multiselect:
            return [given.strip()]  # a title that has a comma in it
        if isinstance(value, list):
            return [self._title(attribute, str(one)) for one in value]
        return self._title(attribute, str(value))

    def _title(self, attribute: Attribute, title: str) -> str:
        known = self._known(attribute)
        found = known.get(title.lower() if is_uuid(title) else title)
        if found is not None:
            return found
        if not self._may_create:
            raise _unknown(attribute, title, list(dict.fromkeys(known.values())))
        self.wanted[attribute.slug, title] = None
        return title

    def _known(self, attribute: Attribute) -> dict[str, str]:
        if attribute.slug not in self._titles:
            self._titles[attribute.slug] = self._read(attribute)
        return self._titles[attribute.slug]

    def _read(self, attribute: Attribute) -> dict[str, str]:
        """Titles by themselves and by id."""
        ask = self._client.options if attribute.type == "select" else self._client.statuses
        member, found = TITLED[attribute.type], {}
        for one in ask(self._target.kind, self._target.slug, attribute.slug):
            title = str(one.get("title"))
            found[title] = title
            found[str(as_object(one.get("id"), "an option's id").get(member)).lower()] = title
        return found


def _unknown(attribute: Attribute, title: str, titles: list[str]) -> ValueNotFound:
    near = get_close_matches(title, titles, n=_NEAREST, cutoff=0.5) or titles[:_NEAREST]
    hint = (
        f"The nearest titles are {', '.join(repr(one) for one in near)}." if near else "It has none at all."
    )
    return ValueNotFound(
        f"The value for '{attribute.slug}' is not one of its titles.",
        attribute=attribute.slug,
        remedy=f"{hint} Correct it, create it in Attio, or set `on_unknown_option: create`.",
        code="value_not_found",
    )


def _archived(slug: str, title: str) -> ValueNotFound:
    return ValueNotFound(
        f"The title for '{slug}' exists in Attio, but is archived.",
        attribute=slug,
        remedy="Restore it in Attio, or use another title.",
        code="slug_conflict",
        details={"title": title},
    )
