"""Things attached to records: notes, tasks, comments, meetings, call recordings, files, views.

Stores and deletes them; `routes` knows the requests and answers.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar

from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.collection import Collection
from attio_emulator.model.readback import built

Link = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A note on a record; both renderings are made when it is written."""

    key: str
    parent_object_id: str
    parent_record_id: str
    title: str
    meeting_id: str | None
    content_plaintext: str
    content_markdown: str
    created_by_actor: JsonObject
    created_at: str
    tags: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A task; `links` are (object id, record id), `assignees` the ids of members."""

    key: str
    content_plaintext: str
    deadline_at: str | None
    completed_at: str | None
    links: tuple[Link, ...]
    assignees: tuple[str, ...]
    created_by_actor: JsonObject
    created_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """A comment; a thread is named by its first comment, and hangs on a record, or on an entry of it."""

    key: str
    thread_id: str
    content_plaintext: str
    object_id: str
    record_id: str
    list_id: str | None
    entry_id: str | None
    author: JsonObject
    created_at: str
    resolved_at: str | None = None
    resolved_by: JsonObject | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A meeting; `links` are (object id, record id)."""

    key: str
    title: str
    description: str
    is_all_day: bool
    start: JsonObject
    end: JsonObject
    participants: tuple[JsonObject, ...]
    links: tuple[Link, ...]
    external_ref: str | None
    created_by_actor: JsonObject
    created_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecording:
    """A recording of a meeting, with what was said."""

    key: str
    meeting_id: str
    status: str
    transcript: tuple[JsonObject, ...]
    created_by_actor: JsonObject
    created_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file or folder of a record, or the mention of one kept elsewhere; `content` is base64."""

    key: str
    file_type: str
    object_id: str
    record_id: str
    storage_provider: str
    created_by_actor: JsonObject
    created_at: str
    name: str = ""
    parent_folder_id: str | None = None
    content_type: str | None = None
    content: str = field(default="", repr=False)
    external_provider_file_id: str = ""
    microsoft_drive_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A saved view of an object or a list; the API reads views and makes none."""

    key: str
    target_id: str
    title: str
    is_archived: bool
    created_at: str
    filter: JsonObject | None = None


class Attachments:
    """All attachments of one workspace."""

    KINDS: ClassVar[Mapping[str, type[Any]]] = {
        "notes": Note,
        "tasks": Task,
        "comments": Comment,
        "meetings": Meeting,
        "call_recordings": CallRecording,
        "files": File,
        "views": View,
    }

    def __init__(self) -> None:
        self.notes: Collection[Note] = Collection(lambda note: (note.parent_record_id,))
        self.tasks: Collection[Task] = Collection(lambda task: [record_id for _, record_id in task.links])
        self.comments: Collection[Comment] = Collection(
            lambda comment: {comment.thread_id, comment.record_id, comment.entry_id or comment.thread_id}
        )
        self.meetings: Collection[Meeting] = Collection(
            lambda meeting: [record_id for _, record_id in meeting.links]
        )
        self.call_recordings: Collection[CallRecording] = Collection(
            lambda recording: (recording.meeting_id,)
        )
        self.files: Collection[File] = Collection(
            lambda file: {file.record_id, file.parent_folder_id or file.record_id}
        )
        self.views: Collection[View] = Collection(lambda view: (view.target_id,))

    def dump(self) -> JsonObject:
        """All attachments as JSON, by kind."""
        return {kind: [asdict(thing) for thing in getattr(self, kind)] for kind in self.KINDS}

    @classmethod
    def load(cls, dumped: Mapping[str, Any]) -> "Attachments":
        """Build from the JSON of `dump`; raises TypeError or ValueError for anything else."""
        attachments = cls()
        for kind, model in cls.KINDS.items():
            for raw in dumped.get(kind, []):
                getattr(attachments, kind).put(built(model, raw))
        return attachments

    def forget_record(self, record_id: str) -> None:
        """Remove the notes, comments and files of a deleted record, and the links to it."""
        for collection in (self.notes, self.comments, self.files):
            for thing in collection.on(record_id):
                collection.drop(thing.key)
        self._relink(record_id, None)

    def forget_entry(self, entry_id: str) -> None:
        """Drop the comments on a deleted list entry."""
        for comment in self.comments.on(entry_id):
            self.comments.drop(comment.key)

    def move_record(self, old: str, new: str) -> None:
        """Move the attachments and links of an original to the merged record."""
        for note in self.notes.on(old):
            self.notes.put(replace(note, parent_record_id=new))
        for comment in self.comments.on(old):
            self.comments.put(replace(comment, record_id=new))
        for file in self.files.on(old):
            self.files.put(replace(file, record_id=new))
        self._relink(old, new)

    def _relink(self, old: str, new: str | None) -> None:
        for task in self.tasks.on(old):
            self.tasks.put(replace(task, links=relinked(task.links, old, new)))
        for meeting in self.meetings.on(old):
            self.meetings.put(replace(meeting, links=relinked(meeting.links, old, new)))


def relinked(links: tuple[Link, ...], old: str, new: str | None) -> tuple[Link, ...]:
    """Links with one record replaced by another, or removed for None; each link once."""
    moved = [(slug, new if record_id == old else record_id) for slug, record_id in links]
    return tuple(dict.fromkeys((slug, record_id) for slug, record_id in moved if record_id is not None))
