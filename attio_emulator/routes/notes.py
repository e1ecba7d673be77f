"""Notes on records: docs.attio.com/rest-api/endpoint-reference/notes/list-notes."""

from dataclasses import replace
from typing import Final

from attio_emulator.calls.bodies import creation_moment, sent
from attio_emulator.calls.paging import by_offset
from attio_emulator.calls.routing import Answer, Call, Route, bad_query, data, json_answer
from attio_emulator.contract.refusals import not_found, refuse
from attio_emulator.contract.shapes import nullable, one_of, shape, text, uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import Note
from attio_emulator.values.markdown import count_blocks, plaintext, without_images

# Attio answers 413 beyond a size that it does not publish; this size is our choice.
LONGEST_CONTENT: Final = 1_000_000
# As one client counted them.
MOST_BLOCKS: Final = 3476
# Meetings are not an object, and were seen to be refused with 400; an unknown object is 404.
NO_PARENT: Final = "meetings"

FORMAT = one_of("plaintext", "markdown")
NEW = shape(
    {
        "parent_object": text(),
        "parent_record_id": uuid(),
        "title": text(),
        "format": FORMAT,
        "content": text(),
    },
    {"created_at": text(), "meeting_id": nullable(uuid())},
)
CHANGED = shape({}, {"title": text(), "format": FORMAT, "content": text()})


def show(call: Call, note: Note) -> JsonObject:
    """A note as Attio prints it."""
    tags: list[Json] = list(note.tags)
    return {
        "id": {"workspace_id": call.workspace.id, "note_id": note.key},
        "parent_object": call.workspace.objects[note.parent_object_id].slug,
        "parent_record_id": note.parent_record_id,
        "title": note.title,
        "meeting_id": note.meeting_id,
        "content_plaintext": note.content_plaintext,
        "content_markdown": note.content_markdown,
        "tags": tags,
        "created_by_actor": note.created_by_actor,
        "created_at": note.created_at,
    }


def renderings(call: Call, content: str, written_as: str) -> tuple[str, str]:
    """The content of a note in both forms, plain text and Markdown."""
    limited = call.workspace.switches.note_blocks == "limited"
    if len(content) > LONGEST_CONTENT or (limited and blocks_of(content, written_as) > MOST_BLOCKS):
        raise refuse("validation_type", "The content of the note is too large.", status=413)
    if written_as == "plaintext":
        return content, content
    return plaintext(content), without_images(content)


def blocks_of(content: str, written_as: str) -> int:
    """How many blocks a note has: in plain text each line that is not blank is a paragraph."""
    if written_as == "plaintext":
        return sum(bool(line.strip()) for line in content.splitlines())
    return count_blocks(without_images(content))


def emit(call: Call, event_type: str, note: Note) -> None:
    """Emit a note's event, with its parent."""
    call.workspace.emit(
        event_type,
        {"note_id": note.key},
        call.actor,
        parent_object_id=note.parent_object_id,
        parent_record_id=note.parent_record_id,
    )


def find(call: Call) -> Note:
    """The note of the path."""
    note_id = call.uuid("note_id")
    note = call.workspace.attachments.notes.get(note_id)
    if note is None:
        raise not_found("Note", note_id)
    return note


def list_notes(call: Call) -> Answer:
    """Notes, oldest first; of one object or one record when asked."""
    notes = call.workspace.attachments.notes
    object_name, record_id = call.query.get("parent_object"), call.query.get("parent_record_id")
    found = list(notes) if record_id is None else notes.on(parent_id(record_id))
    if object_name is not None:
        parent = call.workspace.object(object_name)
        if record_id is not None:
            call.workspace.record(parent, record_id)
        found = [note for note in found if note.parent_object_id == parent.id]
    return data([show(call, note) for note in by_offset(call, found, default=10, maximum=50)])


def parent_id(record_id: str) -> str:
    """Read the id of a parent record from the query string."""
    if uuid()(record_id, ()):
        raise bad_query("parent_record_id")
    return record_id.lower()


def create_note(call: Call) -> Answer:
    """Write a note on a record."""
    new = sent(call, NEW)
    workspace = call.workspace
    if new["parent_object"] == NO_PARENT and workspace.find_object(NO_PARENT) is None:
        raise refuse("value_not_found", f'A note cannot belong to one of the "{NO_PARENT}".')
    parent = workspace.object(new["parent_object"])
    record = workspace.record(parent, new["parent_record_id"])
    meeting_id = new.get("meeting_id")
    if meeting_id is not None and workspace.attachments.meetings.get(meeting_id.lower()) is None:
        raise not_found("Meeting", meeting_id)
    plain, marked = renderings(call, new["content"], new["format"])
    note = Note(
        key=workspace.ids.next(),
        parent_object_id=parent.id,
        parent_record_id=record.id,
        title=new["title"],
        meeting_id=meeting_id and meeting_id.lower(),
        content_plaintext=plain,
        content_markdown=marked,
        created_by_actor=call.actor,
        created_at=creation_moment(new.get("created_at"), call.now),
    )
    workspace.attachments.notes.put(note)
    emit(call, "note.created", note)
    return data(show(call, note))


def read_note(call: Call) -> Answer:
    """One note."""
    return data(show(call, find(call)))


def update_note(call: Call) -> Answer:
    """Change the members that are sent; an event is emitted only if something changes."""
    old, change = find(call), sent(call, CHANGED)
    note = replace(old, title=change.get("title", old.title))
    if "content" in change:
        plain, marked = renderings(call, change["content"], change.get("format", "plaintext"))
        note = replace(note, content_plaintext=plain, content_markdown=marked)
    call.workspace.attachments.notes.put(note)
    if note.title != old.title:
        emit(call, "note.updated", note)
    if note.content_markdown != old.content_markdown:
        emit(call, "note-content.updated", note)
    return data(show(call, note))


def delete_note(call: Call) -> Answer:
    """Delete a note for good."""
    note = find(call)
    call.workspace.attachments.notes.drop(note.key)
    emit(call, "note.deleted", note)
    return json_answer({})


SHARED = ("object_configuration:read", "record_permission:read")
READ = ("note:read", *SHARED)
WRITE = ("note:read-write", *SHARED)
ROUTES = (
    Route("GET", "/v2/notes", list_notes, scopes=READ, per_second=10),
    Route("POST", "/v2/notes", create_note, scopes=WRITE, kind="write"),
    Route("GET", "/v2/notes/{note_id}", read_note, scopes=READ),
    Route("PATCH", "/v2/notes/{note_id}", update_note, scopes=WRITE, kind="write"),
    Route("DELETE", "/v2/notes/{note_id}", delete_note, scopes=("note:read-write",), kind="write"),
)
