"""Comments and their threads.

Source: docs.attio.com/rest-api/endpoint-reference/comments/create-a-comment and threads/list-threads.
"""

from typing import Any, Final

from attio_emulator.calls.bodies import creation_moment, moment, sent, with_status_code_in_camel_case
from attio_emulator.calls.paging import by_offset, read_cursor, write_cursor
from attio_emulator.calls.routing import Answer, Call, Route, bad_query, data, json_answer
from attio_emulator.contract.refusals import AttioRefusal, not_found, refuse
from attio_emulator.contract.shapes import either, one_of, shape, text, uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import Comment
from attio_emulator.model.tokens import authorise

REPLIES_IN_LISTING: Final = 80
LONGEST_THREAD_PAGE: Final = 250

WRITTEN = {
    "format": one_of("plaintext"),
    "content": text(1),
    "author": shape({"type": one_of("workspace-member"), "id": uuid()}),
}
NEW = either(
    *(
        shape({**WRITTEN, place: check}, {"created_at": text()}, closed=True)
        for place, check in (
            ("entry", shape({"list": text(1), "entry_id": uuid()})),
            ("record", shape({"object": text(1), "record_id": uuid()})),
            ("thread_id", uuid()),
        )
    )
)


ON_RECORDS = ("object_configuration:read", "record_permission:read")
ON_ENTRIES = ("list_configuration:read", "list_entry:read")


def show(call: Call, comment: Comment) -> JsonObject:
    """A comment as Attio prints it; comments on entries name the entry's record, too."""
    entry: JsonObject | None = None
    if comment.entry_id is not None:
        entry = {"entry_id": comment.entry_id, "list_id": comment.list_id}
    return {
        "id": {"workspace_id": call.workspace.id, "comment_id": comment.key},
        "thread_id": comment.thread_id,
        "content_plaintext": comment.content_plaintext,
        "entry": entry,
        "record": {"record_id": comment.record_id, "object_id": comment.object_id},
        "resolved_at": comment.resolved_at,
        "resolved_by": comment.resolved_by,
        "created_at": comment.created_at,
        "author": comment.author,
    }


def show_thread(call: Call, comments: list[Comment]) -> JsonObject:
    """A thread with the given comments; its creation time is that of its first comment."""
    shown: list[Json] = [show(call, comment) for comment in comments]
    opening = call.workspace.attachments.comments.get(comments[0].thread_id) or comments[0]
    return {
        "id": {"workspace_id": call.workspace.id, "thread_id": opening.thread_id},
        "comments": shown,
        "created_at": opening.created_at,
    }


def find(call: Call) -> Comment:
    """The comment of the path."""
    comment_id = call.uuid("comment_id")
    comment = call.workspace.attachments.comments.get(comment_id)
    if comment is None:
        raise not_found("Comment", comment_id)
    return comment


def readable(call: Call, comment: Comment) -> Comment:
    """The comment; refused where the token may not read the record or the entry that it is about."""
    authorise(call.token, ON_ENTRIES if comment.entry_id else ON_RECORDS)
    return comment


def in_thread(call: Call, thread_id: str) -> list[Comment]:
    """The comments of a thread, oldest first."""
    hanging = call.workspace.attachments.comments.on(thread_id)
    return [comment for comment in hanging if comment.thread_id == thread_id]


def place(call: Call, new: dict[str, Any]) -> dict[str, str | None]:
    """The thread of a new comment, and the record and entry that it is about."""
    workspace = call.workspace
    if "thread_id" in new:
        opening = workspace.attachments.comments.get(new["thread_id"].lower())
        if opening is None or opening.key != opening.thread_id:
            raise not_found("Thread", new["thread_id"])
        return {
            name: getattr(opening, name)
            for name in ("thread_id", "object_id", "record_id", "list_id", "entry_id")
        }
    if "record" in new:
        target = workspace.object(new["record"]["object"])
        record = workspace.record(target, new["record"]["record_id"])
        return {"object_id": target.id, "record_id": record.id, "list_id": None, "entry_id": None}
    listing = workspace.list(new["entry"]["list"])
    entry = workspace.entry(listing, new["entry"]["entry_id"])
    object_id, record_id = entry.parent or ("", "")
    return {"object_id": object_id, "record_id": record_id, "list_id": listing.id, "entry_id": entry.id}


def emit(call: Call, event_type: str, comment: Comment, actor: JsonObject | None = None) -> None:
    """Emit a comment's event, with its thread, record and entry; the actor is the caller by default."""
    call.workspace.emit(
        event_type,
        {"comment_id": comment.key},
        actor or call.actor,
        thread_id=comment.thread_id,
        object_id=comment.object_id,
        record_id=comment.record_id,
        list_id=comment.list_id,
        entry_id=comment.entry_id,
    )


def create_comment(call: Call) -> Answer:
    """Open a thread on a record or an entry, or reply in one."""
    new = sent(call, NEW)
    if "thread_id" not in new:
        authorise(call.token, ON_ENTRIES if "entry" in new else ON_RECORDS)
    try:
        where = place(call, new)
    except AttioRefusal as missing:
        raise refuse("value_not_found", missing.message) from None
    authorise(call.token, ON_ENTRIES if where["entry_id"] else ON_RECORDS)
    author = call.workspace.member(new["author"]["id"])
    if author is None:
        raise refuse("value_not_found", "The author is not a member of the workspace.")
    created_at = creation_moment(new.get("created_at"), call.now)
    comment_id = call.workspace.ids.next()
    about: dict[str, Any] = {"thread_id": comment_id, **where}
    comment = Comment(
        key=comment_id,
        content_plaintext=new["content"],
        author={"type": "workspace-member", "id": new["author"]["id"].lower()},
        created_at=created_at,
        **about,
    )
    call.workspace.attachments.comments.put(comment)
    emit(call, "comment.created", comment)
    return data(show(call, comment))


def read_comment(call: Call) -> Answer:
    """One comment."""
    return data(show(call, readable(call, find(call))))


def delete_comment(call: Call) -> Answer:
    """Delete a comment; the first comment's deletion deletes the whole thread."""
    comment = find(call)
    if call.token.level == "user" and comment.author["id"] != call.token.member_id:
        raise refuse("unauthorized", "This token may delete only its own comments.", status=403)
    comments = call.workspace.attachments.comments
    for each in [comment, *in_thread(call, comment.key)]:
        comments.drop(each.key)
    emit(call, "comment.deleted", comment)
    return json_answer({})


def comments_of_place(call: Call) -> list[Comment]:
    """The comments on the record or the entry that the query string names, and nothing without one."""
    query, comments = call.query, call.workspace.attachments.comments
    if "object" in query and "record_id" in query:
        authorise(call.token, ON_RECORDS)
        target = call.workspace.object(query["object"])
        record = call.workspace.record(target, query_uuid(call, "record_id"))
        return [comment for comment in comments.on(record.id) if comment.entry_id is None]
    if "list" in query and "entry_id" in query:
        authorise(call.token, ON_ENTRIES)
        listing = call.workspace.list(query["list"])
        return comments.on(call.workspace.entry(listing, query_uuid(call, "entry_id")).id)
    raise bad_query("record_id")


def query_uuid(call: Call, name: str) -> str:
    """An id from the query string."""
    if uuid()(call.query[name], ()):
        raise bad_query(name)
    return call.query[name]


def list_threads(call: Call) -> Answer:
    """The threads of a record or an entry, each with its opening and the first replies."""
    threads: dict[str, list[Comment]] = {}
    for comment in comments_of_place(call):
        threads.setdefault(comment.thread_id, []).append(comment)
    page = by_offset(call, threads.values(), default=10, maximum=50)
    return data([show_thread(call, comments[: REPLIES_IN_LISTING + 1]) for comments in page])


def read_thread(call: Call) -> Answer:
    """One thread, oldest comment first, by pages."""
    thread_id = call.uuid("thread_id")
    comments = in_thread(call, thread_id)
    if not comments:
        raise not_found("Thread", thread_id)
    readable(call, comments[0])
    limit = call.integer("limit", default=LONGEST_THREAD_PAGE, minimum=1, maximum=LONGEST_THREAD_PAGE)
    after = read_cursor(call) or (created_after(call), "")
    rest = [comment for comment in comments if (comment.created_at, comment.key) > after]
    following = write_cursor((rest[limit - 1].created_at, rest[limit - 1].key)) if len(rest) > limit else None
    thread = {**show_thread(call, comments), "comments": [show(call, each) for each in rest[:limit]]}
    return json_answer({"data": thread, "pagination": {"next_cursor": following}})


def created_after(call: Call) -> str:
    """The moment of `created_after`; comments made at this moment are left out."""
    given = call.query.get("created_after")
    return "" if given is None else moment(given, "created_after") + "~"


READ, WRITE = ("comment:read",), ("comment:read-write",)
ROUTES = (
    Route("GET", "/v2/threads", list_threads, scopes=READ),
    Route("GET", "/v2/threads/{thread_id}", read_thread, scopes=READ),
    Route("POST", "/v2/comments", with_status_code_in_camel_case(create_comment), scopes=WRITE, kind="write"),
    Route("GET", "/v2/comments/{comment_id}", read_comment, scopes=READ),
    Route("DELETE", "/v2/comments/{comment_id}", delete_comment, scopes=WRITE, kind="write"),
)
