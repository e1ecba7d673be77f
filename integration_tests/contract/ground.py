"""What the claims stand on: one workspace, and in it an object, companies and a list of our own.

Nothing that was there before is touched. Records, notes, tasks, webhooks, the object are deleted at the end;
a list cannot be deleted through the API, so that one list, `airbyte_attio_contract`, is kept and used again.
"""

import secrets
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Final

import pytest

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.auth import missing_scopes, needed_by
from attio_api.errors import AlreadyExists, AttioError, Gone, Misconfigured
from attio_api.wire import JsonObject
from integration_tests.whole_client import WholeClient

LIST: Final = "airbyte_attio_contract"
COLOURS: Final = ("Red", "Green", "Blue")
STAGES: Final = ("Lead", "Won")


@dataclass(kw_only=True)
class Ground:
    """A workspace, and the object in it that is ours."""

    client: WholeClient
    slug: str
    tidying: ExitStack

    def create(self, **values: Any) -> str:
        """A record of our object; its id."""
        return record_id(self.client.create_record(self.slug, values))

    def company(self, *domains: str, **values: Any) -> str:
        """A company that is deleted at the end; its id."""
        made = record_id(self.client.create_record("companies", {"domains": list(domains), **values}))
        self.later(lambda: self.client.delete_record("companies", made))
        return made

    def later(self, step: Callable[[], object]) -> None:
        """Undo something at the end; fine when it is gone by then."""

        def undo() -> None:
            with suppress(Gone):
                step()

        self.tidying.callback(undo)

    def values(self, record: str, slug: str | None = None) -> dict[str, Any]:
        """The value lists of a record, of our object or of another."""
        found: Any = self.client.get_record(slug or self.slug, record)["values"]
        return dict(found)

    def plain(self, record: str, attribute: str, slug: str | None = None) -> list[Any]:
        """The plain values of one attribute, in Attio's order."""
        return plain(self.values(record, slug)[attribute])

    def query(self, **query: Any) -> list[str]:
        """The ids of our object's records that a query finds, in its order."""
        return [record_id(each) for each in self.client.query_records(self.slug, **query)]


def unique(what: str) -> str:
    """A name that nobody else has."""
    return f"contract-{what}-{secrets.token_hex(6)}"


def domain() -> str:
    """A domain that no company has."""
    return f"{unique('company')}.com"


def record_id(record: JsonObject) -> str:
    """The id of a record as Attio sends it."""
    identity: Any = record["id"]
    return str(identity["record_id"])


def plain(values: list[JsonObject]) -> list[Any]:
    """Values as Attio sends them, without what is said about them."""
    return [ATTRIBUTE_TYPES[str(value["attribute_type"])].read(value) for value in values]


def refusal(call: Callable[[], object]) -> tuple[str, int | None, str | None]:
    """How a call is refused: the name we give it, Attio's status and Attio's code."""
    with pytest.raises(AttioError) as caught:
        call()
    return type(caught.value).__name__, caught.value.status, caught.value.code


def needs(client: WholeClient, *uses: str) -> None:
    """Skip when the token lacks a scope."""
    lacking = missing_scopes(client.whoami(), needed_by(*uses))
    if lacking:
        pytest.skip(f"The token lacks {', '.join(lacking)}.")


def break_ground(client: WholeClient, tidying: ExitStack) -> Ground:
    """Make an object with an attribute of every kind that matters; skip where the workspace forbids it."""
    needs(client, "write_records", "create_options")
    slug = unique("object").replace("-", "_")
    names: JsonObject = {"api_slug": slug, "singular_noun": slug, "plural_noun": f"{slug}s"}
    try:
        client.one("POST", "/v2/objects", {"data": names})
    except Misconfigured as error:
        pytest.skip(f"This workspace allows no further object: {error}")
    ground = Ground(client=client, slug=slug, tidying=tidying)
    ground.later(lambda: client.call("DELETE", f"/v2/objects/{slug}"))
    furnish(client, slug)
    return ground


def furnish(client: WholeClient, slug: str) -> None:
    """Give our object its attributes, options and statuses."""
    euro: JsonObject = {"currency": {"default_currency_code": "EUR", "display_type": "symbol"}}
    own: JsonObject = {"record_reference": {"allowed_objects": [slug]}}
    add_attribute(client, "objects", slug, "key", "text", is_unique=True)
    add_attribute(client, "objects", slug, "colours", "select", is_multiselect=True)
    add_attribute(client, "objects", slug, "friends", "record-reference", is_multiselect=True, config=own)
    add_attribute(client, "objects", slug, "phones", "phone-number", is_multiselect=True)
    add_attribute(client, "objects", slug, "price", "currency", config=euro)
    for name, kind in {
        "title": "text",
        "size": "number",
        "born": "date",
        "seen": "timestamp",
        "active": "checkbox",
        "stars": "rating",
        "stage": "status",
        "place": "location",
    }.items():
        add_attribute(client, "objects", slug, name, kind)
    for title in COLOURS:
        client.create_option("objects", slug, "colours", title)
    for title in STAGES:
        client.create_status("objects", slug, "stage", title)


def add_attribute(client: WholeClient, target: str, slug: str, name: str, kind: str, **more: Any) -> None:
    """Give an object or a list one attribute."""
    wanted: JsonObject = {
        "title": name,
        "description": None,
        "api_slug": name,
        "type": kind,
        "is_required": False,
        "is_unique": False,
        "is_multiselect": False,
        "config": {},
        **more,
    }
    client.one("POST", f"/v2/{target}/{slug}/attributes", {"data": wanted})


def our_list(client: WholeClient) -> str:
    """The slug of our list of companies, made when it is not there yet; skip where that is forbidden."""
    needs(client, "write_entries", "create_list_options")
    if LIST in {each["api_slug"] for each in client.lists()}:
        return LIST
    wanted: JsonObject = {
        "name": LIST,
        "api_slug": LIST,
        "parent_object": "companies",
        "workspace_access": "full-access",
        "workspace_member_access": [],
    }
    try:
        client.one("POST", "/v2/lists", {"data": wanted})
    except (Misconfigured, AlreadyExists) as error:
        pytest.skip(f"The list {LIST} can be neither seen nor made: {error}")
    add_attribute(client, "lists", LIST, "remark", "text")
    add_attribute(client, "lists", LIST, "labels", "select", is_multiselect=True)
    for title in COLOURS:
        client.create_option("lists", LIST, "labels", title)
    return LIST
