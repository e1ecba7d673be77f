"""What a dump must hold beside the right types: no id or slug twice, and nothing that leads nowhere.

Each `DamagedError` names the places that contradict each other, by ids and slugs, not by what rows hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NoReturn, TypeAlias
from zoneinfo import ZoneInfo

from attio_emulator.contract.shapes import array
from attio_emulator.contract.wire import JsonObject
from attio_emulator.hooks.webhooks import Webhook
from attio_emulator.model.attachments import Attachments, Link
from attio_emulator.model.clock import nanoseconds, stamp
from attio_emulator.model.schema import Attribute, Kind, ListType, choice_id
from attio_emulator.model.tables import Row, Value
from attio_emulator.model.workspace import Workspace
from attio_emulator.routes.call_recordings import SEGMENT
from attio_emulator.routes.files import MEMBERS
from attio_emulator.routes.webhooks import SUBSCRIPTIONS
from attio_emulator.values.meeting_times import begins, ends
from attio_emulator.values.types import TYPES, identity

OF_EVERY_VALUE = frozenset({"active_from", "active_until", "created_by_actor", "attribute_type"})
NEEDED: Mapping[str, frozenset[str]] = {name: OF_EVERY_VALUE.union(own.same) for name, own in TYPES.items()}
"""Type → the members that each of its values has."""
CHOICES = frozenset({"select", "status"})
TEXT: frozenset[type] = frozenset({str, type(None)})
FORMS: Mapping[str, frozenset[type]] = {
    **{name: frozenset({int, float}) for name, own in TYPES.items() if own.numeric},
    **dict.fromkeys(CHOICES, frozenset({dict})),
    "checkbox": frozenset({bool}),
}
"""Type → what its own members are in JSON, unless they are texts or null."""
UTC = ZoneInfo("UTC")
TRANSCRIPT = array(SEGMENT)
End: TypeAlias = tuple[str, str, str]
"""One end of a link: the attribute's id, the object's slug, the record's id."""


class DamagedError(ValueError):
    """A dump that cannot be loaded, although its members have the right types."""


def damaged(place: str, fault: str) -> NoReturn:
    """Refuse a dump for what is at a place in it."""
    raise DamagedError(f"{place} {fault}.")


def each_once(what: str, names: Iterable[str], *, secret: bool = False) -> None:
    """Refuse a name that two elements of a list have; the message has their positions, counted from 0."""
    first: dict[str, int] = {}
    for n, name in enumerate(names):
        if first.setdefault(name, n) != n:
            shown = "" if secret else f': "{name[:200]}"'
            damaged(f"{what} {first[name]} and {n}", f"are the same{shown}")


def known_only(what: str, raw: JsonObject, names: frozenset[str]) -> None:
    """Refuse members that a dump does not have: they would be lost."""
    unknown = raw.keys() - names
    if unknown:
        damaged(what, f'has no member "{min(unknown)[:200]}"')


def check_moment(place: str, text: str) -> None:
    """Refuse a time that is not in the form that sorts by time."""
    try:
        sortable = stamp(nanoseconds(text)) == text
    except (ValueError, OverflowError):
        sortable = False
    if not sortable:
        damaged(place, "has a created_at that is not a moment in Attio's form")


def check_workspace(workspace: Workspace) -> None:
    """Refuse a workspace whose definitions, rows or attachments lead nowhere."""
    for kind in workspace.kinds():
        for attribute in kind.attributes.values():
            check_attribute(workspace, kind, attribute)
        if isinstance(kind, ListType) and kind.parent_object_id not in workspace.objects:
            damaged(f'the list "{kind.slug}"', "is of an object that is not there")
        for row in kind.table.rows.values():
            check_row(workspace, kind, row)
    check_relationships(workspace)
    check_attachments(workspace)
    check_forms(workspace.attachments)


def check_attribute(workspace: Workspace, kind: Kind, attribute: Attribute) -> None:
    """Refuse an attribute whose other side, objects or choices are not there."""
    place = f'the attribute "{attribute.slug}" of "{kind.slug}"'
    if attribute.reverse is not None:
        object_id, attribute_id = attribute.reverse
        other = workspace.objects.get(object_id)
        paired = None if other is None else other.attributes.get(attribute_id)
        if paired is None or paired.reverse != (kind.id, attribute.attribute_id):
            damaged(place, "is one side of a relationship whose other side is not there")
    if not workspace.objects.keys() >= set(attribute.allowed_object_ids or ()):
        damaged(place, "refers to an object that is not there")
    for key, choice in attribute.choices().items():
        if not {"id", "title", "is_archived"} <= choice.keys() or choice_id(choice) != key:
            damaged(place, f'has a choice "{key[:50]}" that is none')


def check_row(workspace: Workspace, kind: Kind, row: Row) -> None:
    """Refuse a record or an entry whose parent, values or targets are not there."""
    place = f'{row.id} of "{kind.slug}"'
    check_moment(place, row.created_at)
    if (row.parent is not None) is not isinstance(kind, ListType):
        damaged(place, "has a parent where it takes none, or none where it takes one")
    if row.parent is not None and not has_record(workspace, row.parent):
        damaged(place, "belongs to a record that is not there")
    for slug, values in row.decoded_values().items():
        check_values(place, kind, slug, values)
        attribute = kind.by_slug[slug]
        if not all(leads_somewhere(workspace, attribute, value) for value in values):
            misnamed(place, slug)
        if len(values) > 1:
            distinct = {identity(attribute, value) for value in values}
            if not attribute.is_multiselect or len(distinct) < len(values):
                damaged(place, f'has more values of "{slug}" than it takes, or one of them twice')
    for slug, past in (row.history or {}).items():
        check_values(place, kind, slug, past)


def check_values(place: str, kind: Kind, slug: str, values: Iterable[Value]) -> None:
    """Refuse values of an unknown attribute, and such as lack what their attribute's type needs."""
    attribute = kind.by_slug.get(slug)
    if attribute is None:
        damaged(place, f'has values of "{slug[:200]}", which is not an attribute')
    for value in values:
        if not fits(attribute, value):
            damaged(place, f'has a value of "{slug}" that is not of the type {attribute.type}')


def fits(attribute: Attribute, value: Value) -> bool:
    """Whether a value has the members that its attribute's type needs, each of the right type of JSON."""
    if not NEEDED[attribute.type] <= value.keys() or value["attribute_type"] != attribute.type:
        return False
    wanted = FORMS.get(attribute.type, TEXT)
    own = TYPES[attribute.type].same
    return isinstance(value["active_from"], str) and all(type(value[name]) in wanted for name in own)


def leads_somewhere(workspace: Workspace, attribute: Attribute, value: Value) -> bool:
    """Whether the choice or the record that a value names is there."""
    if attribute.type in CHOICES:
        return identity(attribute, value) in attribute.choices()
    if attribute.type != "record-reference":
        return True
    named = (each for each in workspace.objects.values() if each.slug == value["target_object"])
    return any(value["target_record_id"] in each.table.rows for each in named)


def check_relationships(workspace: Workspace) -> None:
    """Refuse a record that names another one in a relationship and is not named back."""
    links = {(one, other): slug for one, other, slug in links_between(workspace)}
    for (one, other), slug in links.items():
        if (other, one) not in links:
            _, kind_slug, row_id = one
            misnamed(f'{row_id} of "{kind_slug}"', slug)


def links_between(workspace: Workspace) -> Iterator[tuple[End, End, str]]:
    """Both ends of each link that a row holds in a relationship, and the slug that it holds it in."""
    for kind in workspace.kinds():
        paired = [(each, each.reverse) for each in kind.attributes.values() if each.reverse is not None]
        for row, (attribute, (_, other_id)) in product(kind.table.rows.values(), paired):
            for value in row.values_of(attribute.slug):
                other = (other_id, str(value["target_object"]), str(value["target_record_id"]))
                yield (attribute.attribute_id, kind.slug, row.id), other, attribute.slug


def misnamed(place: str, slug: str) -> NoReturn:
    """Refuse a dump for what a row names in an attribute."""
    damaged(place, f'names in "{slug}" a choice or a record that is not there, or does not name it back')


def has_record(workspace: Workspace, link: Link) -> bool:
    """Whether the record of an (object id, record id) is there."""
    kind = workspace.objects.get(link[0])
    return kind is not None and link[1] in kind.table.rows


def check_attachments(workspace: Workspace) -> None:
    """Refuse attachments of records, entries, meetings, folders and members that are not there."""
    kept = workspace.attachments
    for name in kept.KINDS:
        for each in getattr(kept, name):
            check_moment(f"{name} {each.key}", each.created_at)
    for place, link in links_of(kept):
        if not has_record(workspace, link):
            damaged(place, "belongs to a record that is not there")
    for place, found in named_by(workspace):
        if found is None:
            damaged(place, "names something that is not there")


def links_of(kept: Attachments) -> Iterator[tuple[str, Link]]:
    """The places of all attachments, with the records that they belong to."""
    for note in kept.notes:
        yield f"the note {note.key}", (note.parent_object_id, note.parent_record_id)
    for comment in kept.comments:
        yield f"the comment {comment.key}", (comment.object_id, comment.record_id)
    for file in kept.files:
        yield f"the file {file.key}", (file.object_id, file.record_id)
    for task in kept.tasks:
        yield from ((f"the task {task.key}", link) for link in task.links)
    for meeting in kept.meetings:
        yield from ((f"the meeting {meeting.key}", link) for link in meeting.links)


def named_by(workspace: Workspace) -> Iterator[tuple[str, object]]:
    """The places of attachments that name anything else, with what they name, or None."""
    kept = workspace.attachments
    for comment in kept.comments:
        yield f"the comment {comment.key}", kept.comments.get(comment.thread_id)
        if comment.entry_id is not None:
            yield f"the comment {comment.key}", entry_of(workspace, comment.list_id, comment.entry_id)
    for recording in kept.call_recordings:
        yield f"the recording {recording.key}", kept.meetings.get(recording.meeting_id)
    for file in kept.files:
        if file.parent_folder_id is not None:
            yield f"the file {file.key}", kept.files.get(file.parent_folder_id)
    for task in kept.tasks:
        yield from ((f"the task {task.key}", workspace.members.get(who)) for who in task.assignees)


def check_forms(kept: Attachments) -> None:
    """Refuse attachments whose inner JSON is not as their calls store it."""
    for meeting in kept.meetings:
        try:
            begins(meeting, UTC), ends(meeting, UTC)
        except (KeyError, TypeError, ValueError):
            damaged(f"the meeting {meeting.key}", "has no times")
        if not all("email_address" in each for each in meeting.participants):
            damaged(f"the meeting {meeting.key}", "has a participant without an email_address")
    for recording in kept.call_recordings:
        if TRANSCRIPT(list(recording.transcript), ()):
            damaged(f"the recording {recording.key}", "has a transcript that is none")
    for file in kept.files:
        if file.file_type not in MEMBERS:
            damaged(f"the file {file.key}", "has an unknown file_type")


def check_webhook(webhook: Webhook) -> None:
    """Refuse a webhook with subscriptions that Attio does not know."""
    if SUBSCRIPTIONS(list(webhook.subscriptions), ()):
        damaged(f"the webhook {webhook.webhook_id}", "has a subscription that is none")


def entry_of(workspace: Workspace, list_id: str | None, entry_id: str) -> Row | None:
    """The entry of a list, or None."""
    kind = workspace.lists.get(list_id or "")
    return None if kind is None else kind.table.rows.get(entry_id)
