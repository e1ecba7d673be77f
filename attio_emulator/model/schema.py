"""The definitions of a workspace: objects, lists, their attributes, options and statuses.

Knows definitions, not rows: those are in `tables`. Shapes as in docs.attio.com/rest-api.
"""

from dataclasses import dataclass, field

from attio_emulator.contract.refusals import not_found
from attio_emulator.contract.shapes import is_uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.tables import Table


@dataclass(kw_only=True, slots=True)
class Attribute:
    """One attribute of an object or a list; `reverse` is the (object id, attribute id) it is paired with."""

    attribute_id: str
    slug: str
    title: str
    type: str
    created_at: str
    description: str | None = None
    is_system: bool = False
    is_writable: bool = True
    is_required: bool = False
    is_unique: bool = False
    is_multiselect: bool = False
    is_archived: bool = False
    is_enriched: bool = False
    default_value: JsonObject | None = None
    reverse: tuple[str, str] | None = None
    allowed_object_ids: tuple[str, ...] | None = None
    currency_code: str | None = None
    display_type: str | None = None
    formula: JsonObject | None = None
    options: dict[str, JsonObject] = field(default_factory=dict)
    statuses: dict[str, JsonObject] = field(default_factory=dict)

    def choices(self) -> dict[str, JsonObject]:
        """The options of a select or the statuses of a status, by id."""
        return self.statuses if self.type == "status" else self.options


@dataclass(kw_only=True, slots=True)
class Kind:
    """The base of objects and lists: attributes by id and by slug, and the rows."""

    id: str
    slug: str
    created_at: str
    is_list: bool = False
    attributes: dict[str, Attribute] = field(default_factory=dict)
    by_slug: dict[str, Attribute] = field(default_factory=dict)
    table: Table = field(default_factory=Table)

    def add(self, attribute: Attribute) -> None:
        """Add an attribute; rows are printed again with it."""
        self.attributes[attribute.attribute_id] = attribute
        self.by_slug[attribute.slug] = attribute
        self.table.version += 1

    def rename(self, attribute: Attribute, slug: str) -> None:
        """Change an attribute's slug, here and in every row."""
        old = attribute.slug
        self.table.rename_values(old, slug)
        attribute.slug = slug
        self.by_slug = {each.slug: each for each in self.attributes.values()}
        self.table.version += 1

    def find(self, name: str) -> Attribute | None:
        """The attribute of a slug or an id, archived ones too."""
        return self.by_slug.get(name) or self.attributes.get(name.lower())

    def attribute(self, name: str) -> Attribute:
        """The attribute of a slug or an id; 404 when there is none."""
        found = self.find(name)
        if found is None:
            raise not_found("Attribute", name)
        return found

    def living(self) -> list[Attribute]:
        """The attributes that are not archived, in order."""
        return [attribute for attribute in self.attributes.values() if not attribute.is_archived]


@dataclass(kw_only=True, slots=True)
class ObjectType(Kind):
    """An object: people, companies, … or a custom one."""

    singular: str
    plural: str
    is_standard: bool = False

    @property
    def segment(self) -> str:
        """The object's place in a record's web address."""
        return {"people": "person", "companies": "company"}.get(self.slug, f"{self.slug}/record")


@dataclass(kw_only=True, slots=True)
class ListType(Kind):
    """A list: entries over the records of one object."""

    name: str
    parent_object_id: str
    workspace_access: str | None = "full-access"
    member_access: list[JsonObject] = field(default_factory=list)
    created_by: JsonObject = field(default_factory=lambda: {"type": "system", "id": None})


def find_choice(attribute: Attribute, name: str) -> JsonObject | None:
    """The option or status with an id or a title, or None; of equal titles one that is not archived."""
    choices = attribute.choices()
    if is_uuid(name) and name.lower() in choices:
        return choices[name.lower()]
    named = [choice for choice in choices.values() if choice["title"] == name]
    return min(named, key=lambda choice: bool(choice["is_archived"]), default=None)


def choice_id(choice: Json) -> str:
    """The own id of an option or a status: the last member of its composite id."""
    ids = choice["id"] if isinstance(choice, dict) else None
    return str(list(ids.values())[-1]) if isinstance(ids, dict) else ""


def config(attribute: Attribute) -> JsonObject:
    """The `config` member: always with both blocks, with nulls in one that does not apply."""
    allowed: Json = None if attribute.allowed_object_ids is None else list(attribute.allowed_object_ids)
    return {
        "currency": {
            "default_currency_code": attribute.currency_code,
            "display_type": attribute.display_type,
        },
        "record_reference": {"allowed_object_ids": allowed},
    }
