"""Files, folders and connected files of records.

Source: docs.attio.com/rest-api/endpoint-reference/files/list-files.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from attio_emulator.calls.multipart import Upload, read_upload
from attio_emulator.calls.paging import by_cursor
from attio_emulator.calls.routing import Answer, Call, Route, bad_query, data, json_answer
from attio_emulator.contract.refusals import bad_value, not_found, refuse
from attio_emulator.contract.shapes import Check, conform, nullable, one_of, shape, text, uuid
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.attachments import File
from attio_emulator.model.schema import ObjectType
from attio_emulator.model.tables import Row

LARGEST: Final = 50 * 1024 * 1024
CONNECTED = ("dropbox", "box", "google-drive", "microsoft-onedrive")
PROVIDERS = ("attio", *CONNECTED)

PARENT = {"object": text(1), "record_id": uuid()}
ELSEWHERE = {**PARENT, "storage_provider": one_of(*CONNECTED), "external_provider_file_id": text()}
DRIVE = {"microsoft_drive_id": nullable(text())}
NEW: Mapping[Json, Check] = {
    "folder": shape(
        {**PARENT, "file_type": one_of("folder"), "name": text(1)}, {"parent_folder_id": uuid()}, closed=True
    ),
    "connected-folder": shape({**ELSEWHERE, "file_type": one_of("connected-folder")}, DRIVE, closed=True),
    "connected-file": shape({**ELSEWHERE, "file_type": one_of("connected-file")}, DRIVE, closed=True),
}
KIND = shape({"file_type": one_of(*NEW)})
UPLOAD = shape(PARENT, {"parent_folder_id": uuid()}, closed=True)


def native(file: File) -> JsonObject:
    """The members of a file that Attio stores."""
    return {
        "name": file.name,
        "content_type": file.content_type,
        "content_size": len(base64.b64decode(file.content)),
        "parent_folder_id": file.parent_folder_id,
    }


def folder(file: File) -> JsonObject:
    """The members of a folder."""
    return {"name": file.name, "parent_folder_id": file.parent_folder_id}


def connected(file: File) -> JsonObject:
    """The members of a connected file or folder, which is stored elsewhere."""
    return {
        "external_provider_file_id": file.external_provider_file_id,
        "microsoft_drive_id": file.microsoft_drive_id,
    }


MEMBERS: Mapping[str, Callable[[File], JsonObject]] = {
    "file": native,
    "folder": folder,
    "connected-file": connected,
    "connected-folder": connected,
}


def show(call: Call, file: File) -> JsonObject:
    """A file as Attio prints it; its members depend on its type."""
    return {
        "id": {"workspace_id": call.workspace.id, "file_id": file.key},
        "object_id": file.object_id,
        "object_slug": call.workspace.objects[file.object_id].slug,
        "record_id": file.record_id,
        "storage_provider": file.storage_provider,
        "created_by_actor": file.created_by_actor,
        "created_at": file.created_at,
        "file_type": file.file_type,
        **MEMBERS[file.file_type](file),
    }


def find(call: Call) -> File:
    """The file of the path."""
    file_id = call.uuid("file_id")
    file = call.workspace.attachments.files.get(file_id)
    if file is None:
        raise not_found("File", file_id)
    return file


def parent(call: Call, given: Mapping[str, Any]) -> tuple[ObjectType, Row]:
    """The record of a new file; refused where its folder belongs to another record."""
    target = call.workspace.object(given["object"])
    record = call.workspace.record(target, given["record_id"])
    folder_id = given.get("parent_folder_id")
    if folder_id is not None:
        within = call.workspace.attachments.files.get(folder_id.lower())
        if within is None or within.file_type != "folder" or within.record_id != record.id:
            raise not_found("Folder", folder_id)
    return target, record


def list_files(call: Call) -> Answer:
    """The files of a record at all depths, or those of one folder or provider."""
    query = call.query
    for name in ("object", "record_id"):
        if name not in query:
            raise bad_query(name)
    for name in ("record_id", "parent_folder_id"):
        if name in query and uuid()(query[name], ()):
            raise bad_query(name)
    record = call.workspace.record(call.workspace.object(query["object"]), query["record_id"])
    provider = call.choice("storage_provider", default="", allowed=("", *PROVIDERS))
    folder_id = query.get("parent_folder_id")
    files = [
        file
        for file in call.workspace.attachments.files.on(record.id)
        if (not provider or file.storage_provider == provider)
        and (folder_id is None or file.parent_folder_id == folder_id.lower())
    ]
    return by_cursor(
        call,
        files,
        lambda file: show(call, file),
        key=lambda file: (file.created_at, file.key),
        default=50,
        maximum=200,
    )


def create_file(call: Call) -> Answer:
    """Make a folder, or a connected file or folder; the body has no `data` around it."""
    body: dict[str, Any] = conform(call.json(), KIND)
    conform(body, NEW[body["file_type"]])
    target, record = parent(call, body)
    given = {
        name: body[name]
        for name in ("name", "storage_provider", "external_provider_file_id", "microsoft_drive_id")
        if name in body
    }
    file = File(
        key=call.workspace.ids.next(),
        file_type=body["file_type"],
        object_id=target.id,
        record_id=record.id,
        created_by_actor=call.actor,
        created_at=call.now,
        parent_folder_id=lowered(body.get("parent_folder_id")),
        **{"storage_provider": "attio", **given},
    )
    return data(show(call, call.workspace.attachments.files.put(file)))


def lowered(given: str | None) -> str | None:
    """An id in the form in which ids are stored."""
    return None if given is None else given.lower()


def upload_file(call: Call) -> Answer:
    """Store a file that was uploaded as a multipart form."""
    upload = read_upload(call.headers.get("content-type", ""), call.raw)
    given: dict[str, Any] = conform(dict(upload.fields), UPLOAD)
    if upload.content is None:
        raise bad_value("Required", ["file"], expected="file", received="undefined")
    if len(upload.content) > LARGEST:
        raise refuse("validation_type", "A file may have up to 50 MB.")
    return data(show(call, call.workspace.attachments.files.put(uploaded(call, upload, given))), 201)


def uploaded(call: Call, upload: Upload, given: Mapping[str, Any]) -> File:
    """A file from a checked form."""
    target, record = parent(call, given)
    folder_id = lowered(given.get("parent_folder_id"))
    refuse_taken(call, upload.name, record.id, folder_id)
    return File(
        key=call.workspace.ids.next(),
        file_type="file",
        object_id=target.id,
        record_id=record.id,
        storage_provider="attio",
        created_by_actor=call.actor,
        created_at=call.now,
        name=upload.name,
        parent_folder_id=folder_id,
        content_type=upload.content_type,
        content=base64.b64encode(upload.content or b"").decode(),
    )


def refuse_taken(call: Call, name: str, record_id: str, folder_id: str | None) -> None:
    """Refuse the name that another file of the same folder has."""
    for each in call.workspace.attachments.files.on(record_id):
        if (each.file_type, each.name, each.parent_folder_id) == ("file", name, folder_id):
            message = f'A file with the name "{name[:200]}" exists already.'
            raise refuse("uniqueness_conflict", message, status=409)


def read_file(call: Call) -> Answer:
    """One file; for a folder also whether it has files."""
    file = find(call)
    shown = show(call, file)
    if file.file_type == "folder":
        shown["has_children"] = bool(children(call, file))
    return data(shown)


def children(call: Call, file: File) -> list[File]:
    """The files in a folder."""
    return [
        each for each in call.workspace.attachments.files.on(file.key) if each.parent_folder_id == file.key
    ]


def delete_file(call: Call) -> Answer:
    """Delete a file, or a folder with all its files."""
    doomed = [find(call)]
    for file in doomed:
        doomed += children(call, file)
        call.workspace.attachments.files.drop(file.key)
    return json_answer({})


def download_file(call: Call) -> Answer:
    """Redirect to the file's bytes; as with Attio's signed addresses, no token is needed there."""
    file = find(call)
    if file.file_type != "file":
        raise refuse("validation_type", "Only files that Attio keeps can be downloaded.")
    return Answer(status=302, headers={"location": f"/_emulator/files/{file.key}"})


def content_of(file: File) -> Answer:
    """The bytes of a file, as the answer of the redirect's target."""
    kind = file.content_type or "application/octet-stream"
    return Answer(body=base64.b64decode(file.content), headers={"content-type": kind})


SHARED = ("object_configuration:read", "record_permission:read")
READ, WRITE = ("file:read", *SHARED), ("file:read-write", *SHARED)
ROUTES = (
    Route("GET", "/v2/files", list_files, scopes=READ),
    Route("POST", "/v2/files", create_file, scopes=WRITE, kind="write", paid=True),
    Route("POST", "/v2/files/upload", upload_file, scopes=WRITE, kind="write", per_second=1, paid=True),
    Route("GET", "/v2/files/{file_id}", read_file, scopes=READ),
    Route("DELETE", "/v2/files/{file_id}", delete_file, scopes=WRITE, kind="write"),
    Route("GET", "/v2/files/{file_id}/download", download_file, scopes=READ),
)
