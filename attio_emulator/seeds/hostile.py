"""The seed `hostile`: data that Attio allows and that careless clients fail on.

Nasty text, extreme numbers and dates, duplicates from before an attribute was unique, archived things still
in use, slugs that collide with columns and tables, a thousand records of one moment, a record listed thrice.
"""

from collections.abc import Mapping

from attio_emulator.changes.changeset import reindex
from attio_emulator.changes.standard import add_member
from attio_emulator.contract.refusals import bad_value
from attio_emulator.contract.wire import Json
from attio_emulator.model.attachments import Note, Task
from attio_emulator.model.schema import Attribute, Kind, ObjectType
from attio_emulator.model.workspace import SYSTEM, Workspace
from attio_emulator.seeds.kinds import add_choices, define, new_list, new_object
from attio_emulator.seeds.records import Members, RowSeeder
from attio_emulator.values import contacts

SIMULTANEOUS = 1000
MOMENT = "2025-02-28T23:59:59.999999999Z"
EARLIER = "2024-02-29T00:00:00.000000001Z"
HOSTILE_TEXTS = (
    "Zo\u00eb",  # ë as one code point
    "Zoe\u0308",  # ë as a letter and a combining diaeresis
    "\u202eright to left\u202c",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family",
    "zero\u200bwidth\ufeff",
    "tab\tnewline\ncarriage\rreturn",
    "quote\" apostrophe' backslash\\ percent% dollar$",
    '=HYPERLINK("https://example.com";"formula")',
    "'; DROP TABLE companies; --",
    "<script>alert(1)</script>",
    "null",
    "NaN",
    "  spaces around  ",
    " ",
    "\u4f01\u696d" * 60,
    "l" * 20_000,
    "\u0130stanbul \u017fs \ufb01ne \u1e9e",
)
SLUGS = (
    "updated_at",
    "web_url",
    "created-at",
    "_changed_at",
    "_deleted",
    "select",
    "Order",
    "order",
    "a" * 100,
)
NUMBERS = (0, -0.0001, 1e15, -1e15, 9007199254740991, 0.1)
OBJECTS = ("notes", "tasks", "attributes", "Notes_2", "odd-things")


def hostile(workspace: Workspace, options: Mapping[str, Json]) -> None:
    """Fill the workspace; `crowd` is the number of records with one moment of creation."""
    crowd = options.get("crowd", SIMULTANEOUS)
    if set(options) - {"crowd", "seed"} or isinstance(crowd, bool) or not isinstance(crowd, int) or crowd < 0:
        raise bad_value("The only option of this seed is crowd.", ["crowd"])
    gone = {"first_name": "", "last_name": "Gone", "email_address": "Gone+Alias@EXAMPLE.com"}
    add_member(workspace, dict(gone), member_id=workspace.ids.next(), access_level="suspended")
    seed_hostile_companies(workspace)
    seed_hostile_people(workspace)
    kinds = [named_object(workspace, slug) for slug in OBJECTS]
    seed_legacy(workspace, kinds[-1])
    seed_simultaneous(workspace, named_object(workspace, "crowd"), crowd)
    seed_repeated_entries(workspace)
    seed_odd_attachments(workspace)


def named_object(workspace: Workspace, slug: str) -> ObjectType:
    """A custom object whose only own attribute is a name."""
    kind = new_object(workspace, slug, f"One {slug}", f"Many {slug}")
    define(workspace, kind, "name", "text")
    return kind


def seed_hostile_companies(workspace: Workspace) -> None:
    """Companies with every nasty text as name, colliding columns, and all members of a location null."""
    kind = workspace.object("companies")
    for slug in SLUGS:
        define(workspace, kind, slug, "text")
    seeder = RowSeeder(workspace=workspace, kind=kind)
    for number, name in enumerate(HOSTILE_TEXTS):
        members: dict[str, list[Members]] = {
            "name": [{"value": name}],
            "description": [{"value": name}],
            SLUGS[number % len(SLUGS)]: [{"value": name}],
            "primary_location": [dict.fromkeys(contacts.PLACE)],
        }
        if number:
            host = f"xn--nasty-{number}.example.co.uk"
            members["domains"] = [
                {"domain": host, "root_domain": "example.co.uk"},
                {"domain": f"a.{host}", "root_domain": "example.co.uk"},
            ]
        seeder.seed(workspace.ids.next(), EARLIER, members, changed={"name": MOMENT})


def seed_hostile_people(workspace: Workspace) -> None:
    """People without names, without addresses, with many addresses."""
    kind = workspace.object("people")
    seeder = RowSeeder(workspace=workspace, kind=kind)
    nobody: Members = {"first_name": "", "last_name": "", "full_name": ""}
    seeder.seed(workspace.ids.next(), EARLIER, {})
    seeder.seed(workspace.ids.next(), MOMENT, {"name": [nobody]})
    many = [contacts.email(f"Person.{n}+Tag@Sub.Example.ORG") for n in range(120)]
    seeder.seed(workspace.ids.next(), MOMENT, {"email_addresses": many, "job_title": [{"value": ""}]})
    silent: Members = {
        "interaction_type": "email",
        "interacted_at": EARLIER,
        "owner_actor": {"type": "system", "id": None},
    }
    seeder.seed(workspace.ids.next(), MOMENT, {"first_email_interaction": [silent]})


def seed_legacy(workspace: Workspace, kind: Kind) -> None:
    """An attribute that became unique after two records shared a value; archived things still in use."""
    code = define(workspace, kind, "code", "text")
    choice = define(workspace, kind, "choice", "select", is_multiselect=True)
    add_choices(workspace, kind, choice, ("Same", "same", "With, comma", "Archived", " "))
    hidden = define(workspace, kind, "hidden", "text")
    define(workspace, kind, "amount", "number")
    define(workspace, kind, "price", "currency")
    define(workspace, kind, "day", "date")
    define(workspace, kind, "moment", "timestamp")
    define(workspace, kind, "anything", "record-reference", is_multiselect=True)
    define(workspace, kind, "actor", "actor-reference")
    seeder = RowSeeder(workspace=workspace, kind=kind)
    people = workspace.object("people")
    for number in range(12):
        members = legacy_values(number, choice, next(iter(people.table.rows)))
        seeder.seed(workspace.ids.next(), MOMENT, members)
    archive(choice, "Archived")
    code.is_unique = True
    reindex(workspace, kind, code)
    hidden.is_archived = True
    kind.table.version += 1


def archive(attribute: Attribute, title: str) -> None:
    """Archive an option that values still show."""
    next(each for each in attribute.options.values() if each["title"] == title)["is_archived"] = True


def legacy_values(number: int, choice: Attribute, person_id: str) -> dict[str, list[Members]]:
    """One record of the legacy object."""
    options = list(choice.options.values())
    return {
        "name": [{"value": HOSTILE_TEXTS[number]}],
        "code": [{"value": f"code-{number // 2}"}],
        "choice": [{"option": option} for option in options[number % 3 :]],
        "hidden": [{"value": "hidden"}],
        "amount": [{"value": NUMBERS[number % len(NUMBERS)]}],
        "price": [{"currency_value": NUMBERS[number % len(NUMBERS)], "currency_code": None}],
        "day": [{"value": ("0001-01-01", "9999-12-31", "2024-02-29")[number % 3]}],
        "moment": [
            {"value": ("0001-01-01T00:00:00.000000000Z", "9999-12-31T23:59:59.999999999Z")[number % 2]}
        ],
        "anything": [{"target_object": "people", "target_record_id": person_id}],
        "actor": [{"referenced_actor_type": "system", "referenced_actor_id": SYSTEM["id"]}],
    }


def seed_simultaneous(workspace: Workspace, kind: Kind, size: int) -> None:
    """Many records made in the same nanosecond."""
    seeder = RowSeeder(workspace=workspace, kind=kind)
    for number in range(size):
        seeder.seed(workspace.ids.next(), MOMENT, {"name": [{"value": f"Number {number % 10}"}]})


def seed_repeated_entries(workspace: Workspace) -> None:
    """A list with the slug of an object, one record in it three times, and no values at all."""
    companies = workspace.object("companies")
    kind = new_list(workspace, "companies", "companies", "companies")
    new_list(workspace, "empty list", "", "people")
    seeder = RowSeeder(workspace=workspace, kind=kind)
    for _ in range(3):
        parent = (companies.id, next(iter(companies.table.rows)))
        seeder.seed(workspace.ids.next(), MOMENT, {}, parent=parent)


def seed_odd_attachments(workspace: Workspace) -> None:
    """Notes without text and tasks without anybody."""
    companies = workspace.object("companies")
    for number, record_id in enumerate(companies.table.rows):
        content = "" if number % 2 else HOSTILE_TEXTS[number]
        note = Note(
            key=workspace.ids.next(),
            parent_object_id=companies.id,
            parent_record_id=record_id,
            title=HOSTILE_TEXTS[number],
            meeting_id=None,
            content_plaintext=content,
            content_markdown=content,
            created_by_actor=SYSTEM,
            created_at=MOMENT,
        )
        workspace.attachments.notes.put(note)
        workspace.attachments.tasks.put(odd_task(workspace, HOSTILE_TEXTS[number][:2000]))


def odd_task(workspace: Workspace, content: str) -> Task:
    """A task of nobody about nothing."""
    return Task(
        key=workspace.ids.next(),
        content_plaintext=content,
        deadline_at=None,
        completed_at=None,
        links=(),
        assignees=(),
        created_by_actor=SYSTEM,
        created_at=MOMENT,
    )
