"""One interface to the kinds of targets: read a page, create, assert, change, delete.

Takes and gives plain values; `rows/diff` decides what to write, `engine/writer` makes the calls.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Protocol, Required, TypedDict, cast

import msgspec

from attio_api.errors import Gone, Malformed, Unreadable
from attio_api.values import in_lists, read_values
from attio_api.wire import decode
from destination_attio.model.current import Current
from destination_attio.model.targets import PARENT
from destination_attio.workspace.filter_size import FilterSize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.errors import AttioError
    from attio_api.wire import Json, JsonObject
    from destination_attio.model.targets import Target

PAGE: Final = 500
"""Records or entries per request (docs.attio.com/rest-api/guides/pagination)."""
NOTES_PAGE: Final = 50
TASKS_PAGE: Final = 500


class Gateway(Protocol):
    """The calls that every kind of target has."""

    target: Target
    page_size: int
    filter_size: FilterSize

    def page(
        self, offset: int, where: JsonObject | None = None, limit: int | None = None
    ) -> list[JsonObject]:
        """One page in Attio's own form."""

    def currents(
        self, offset: int, where: JsonObject | None, attributes: Collection[Attribute]
    ) -> list[Current]:
        """One page, as plain values of these attributes."""

    def one(self, own_id: str) -> JsonObject | None:
        """One record (entry, note, task) as Attio holds it at this moment; None where it is gone."""

    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:
        """The plain values of one record in Attio's own form."""

    def create(self, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:
        """Create one; returns Attio's answer."""

    def upsert(self, match: str, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:
        """Assert one: Attio finds it by `match` or creates it."""

    def update(self, record_id: str, values: JsonObject) -> JsonObject:
        """Change values by PATCH: single values are set, lists are added to."""

    def replace(self, record_id: str, values: JsonObject) -> JsonObject:
        """Change values by PUT: exactly these are set; attributes not named stay."""

    def delete(self, record_id: str) -> None:
        """Delete it, which Attio cannot take back."""


def id_of(raw: JsonObject, member: str) -> str:
    """The target's own id within Attio's composite id."""
    found = raw.get("id")
    own = found.get(member) if isinstance(found, dict) else None
    if not isinstance(own, str):
        raise Unreadable(f"Attio's answer has no {member}.")
    return own


def there(client: AttioClient, path: str) -> JsonObject | None:
    """The object at a path; None where it is gone."""
    try:
        return client.one("GET", path)
    except Gone:
        return None


def _page_decoder(member: str, attributes: Iterable[Attribute]) -> msgspec.json.Decoder[Any]:
    """A decoder of the wanted members of a page, such as a few hundred of a company's 7,000 bytes.

    Members that are not named are skipped, seven times as fast as making dicts of them.
    """
    shape: Any = TypedDict  # made at run time, which the type checker has no words for
    values = shape("Values", {one.slug: list[dict[str, Any]] | None for one in attributes}, total=False)
    own = dict.fromkeys(("parent_object", "parent_record_id", "web_url"), Any)
    row = {"id": Required[Any], **own, member: Required[values]}
    rows: Any = list[shape("Row", row, total=False)]  # type: ignore[misc]  # as above
    return msgspec.json.Decoder(shape("Page", {"data": rows}))


def _not_read(body: bytes, trouble: Exception) -> AttioError:
    """Tell a page that may come whole the next time from one whose content will be the same.

    Raises what `decode` raises: Unreadable for a cut body, Malformed for NaN, a huge number or deep nesting.
    """
    decode(body)
    if isinstance(trouble, msgspec.ValidationError):
        return Unreadable(f"Attio's answer of {len(body)} bytes is not a page.")
    # `decode` takes half a surrogate pair, which msgspec refuses.
    return Malformed("Attio's answer holds half a surrogate pair, which is not text.")


def _query(offset: int, where: JsonObject | None) -> JsonObject:
    return {"limit": PAGE, "offset": offset, **({"filter": where} if where else {})}


class _Kept(ABC):
    """The calls that records and entries have in common."""

    page_size = PAGE

    def __init__(self, client: AttioClient, target: Target, path: str, member: str) -> None:
        """`path` is the API's path to all of them; `member` is the member of an answer with their values."""
        self.target = target
        self.filter_size = FilterSize()
        self._client, self._path, self._member = client, path, member

    def page(
        self, offset: int, where: JsonObject | None = None, limit: int | None = None
    ) -> list[JsonObject]:
        """One page in Attio's own form."""
        query = {**_query(offset, where), "limit": limit or PAGE}
        return self._client.many("POST", f"{self._path}/query", query)

    def one(self, own_id: str) -> JsonObject | None:
        """One record or entry as Attio holds it at this moment; None where it is gone."""
        return there(self._client, f"{self._path}/{own_id}")

    @abstractmethod
    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:
        """The plain values of one record or entry."""

    def currents(
        self, offset: int, where: JsonObject | None, attributes: Collection[Attribute]
    ) -> list[Current]:
        """One page, as plain values of these attributes."""
        decoder = _page_decoder(self._member, attributes)

        def taken_apart(body: bytes) -> list[Current]:
            try:
                page = decoder.decode(body)
            except (msgspec.DecodeError, RecursionError) as trouble:
                raise _not_read(body, trouble) from None
            return [self.read(raw, attributes) for raw in page["data"]]

        return self._client.fetch("POST", f"{self._path}/query", taken_apart, json=_query(offset, where))

    def update(self, record_id: str, values: JsonObject) -> JsonObject:
        """Change values by PATCH: single values are set, lists are added to."""
        return self._client.one(
            "PATCH", f"{self._path}/{record_id}", {"data": {self._member: in_lists(values)}}
        )

    def replace(self, record_id: str, values: JsonObject) -> JsonObject:
        """Change values by PUT: exactly these are set; attributes not named stay."""
        return self._client.one(
            "PUT", f"{self._path}/{record_id}", {"data": {self._member: in_lists(values)}}
        )

    def delete(self, record_id: str) -> None:
        """Delete it, which Attio cannot take back."""
        self._client.call("DELETE", f"{self._path}/{record_id}")


class Records(_Kept):
    """The records of one object."""

    def __init__(self, client: AttioClient, target: Target) -> None:
        super().__init__(client, target, f"/v2/objects/{target.slug}/records", "values")

    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:
        """The plain values of one record."""
        record_id = id_of(raw, "record_id")
        values = read_values(cast("JsonObject", raw.get("values")), attributes)
        url = raw.get("web_url")
        return Current(
            record_id=record_id,
            values={**values, self.target.id_attribute: record_id},
            web_url=url if isinstance(url, str) else None,
        )

    def create(self, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Create a record."""
        return self._client.create_record(self.target.slug, values)

    def upsert(self, match: str, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Assert a record: Attio finds it by `match` or creates it."""
        return self._client.upsert_record(self.target.slug, match, values)


class Entries(_Kept):
    """The entries of one list; the parent record is an attribute here, and a member of its own in Attio."""

    def __init__(self, client: AttioClient, target: Target) -> None:
        super().__init__(client, target, f"/v2/lists/{target.slug}/entries", "entry_values")

    def read(self, raw: JsonObject, attributes: Iterable[Attribute]) -> Current:
        """The plain values of one entry."""
        entry_id, parent = id_of(raw, "entry_id"), str(raw.get("parent_record_id"))
        values = read_values(cast("JsonObject", raw.get("entry_values")), attributes)
        pointer: Json = {"object": raw.get("parent_object"), "record_id": parent}
        own: JsonObject = {self.target.id_attribute: entry_id, PARENT: pointer}
        return Current(record_id=entry_id, values={**values, **own}, parent_record_id=parent)

    def create(self, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:
        """Create an entry."""
        return self._client.create_entry(self.target.slug, *_parent(parent), values)

    def upsert(self, match: str, values: JsonObject, parent: Mapping[str, Json] | None) -> JsonObject:  # noqa: ARG002 (one face for all kinds)
        """Assert an entry by its parent: Attio finds or creates it."""
        return self._client.upsert_entry(self.target.slug, *_parent(parent), values)


def _parent(parent: Mapping[str, Json] | None) -> tuple[str, str]:
    found = parent or {}
    return str(found.get("object")), str(found.get("record_id"))
