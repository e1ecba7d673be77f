from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from attio_emulator.calls.request import Request
from attio_emulator.contract.wire import loads
from unit_tests.attio_emulator.calling import NOWHERE, Api

Write = Callable[..., Any]
BOUNDARY = "limit"


def part(headers: str, content: bytes) -> bytes:
    disposition = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {headers}\r\n\r\n"
    return disposition.encode() + content + b"\r\n"


def form(content: bytes | None, **fields: str) -> bytes:
    parts = [part(f'name="{name}"', value.encode()) for name, value in fields.items()]
    if content is not None:
        parts.append(part('name="file"; filename="a.txt"\r\nContent-Type: text/plain', content))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def person(api: Api) -> str:
    return api.record("people", {"name": "Lovelace, Ada"})


@pytest.fixture
def upload(api: Api, person: str) -> Write:
    def upload(content: bytes | None = b"hello", **fields: str) -> tuple[int, Any]:
        body = form(content, **{"object": "people", "record_id": person, **fields})
        usual = Request.of("POST", "/v2/files/upload")
        headers = {**usual.headers, "content-type": f"multipart/form-data; boundary={BOUNDARY}"}
        request = Request(method="POST", path=usual.path, headers=headers, body=body)
        answer = api.emulator.handle(request).answer
        return answer.status, loads(answer.body)

    return upload


@pytest.fixture
def folder(api: Api, person: str) -> Write:
    def folder(name: str = "Papers", **more: Any) -> Any:
        body = {"object": "people", "record_id": person, "file_type": "folder", "name": name, **more}
        return api("POST", "/v2/files", body)["data"]["id"]["file_id"]

    return folder


def names(api: Api, person: str, **query: str) -> list[str]:
    listed = api("GET", f"/v2/files?{urlencode({'object': 'people', 'record_id': person, **query})}")["data"]
    return [file["name"] for file in listed]


def test_an_uploaded_file_is_kept_and_given_back(api: Api, upload: Write) -> None:
    """Upload answers 201 with the file's facts; its download leads to the same bytes without a token."""
    status, answer = upload(b"h\xff\r\nllo")
    file = answer["data"]
    download = api.raw("GET", f"/v2/files/{file['id']['file_id']}/download")
    content = api.raw("GET", download.headers["location"], token="")

    assert (201, "a.txt", "text/plain", 7) == (
        status,
        file["name"],
        file["content_type"],
        file["content_size"],
    )
    assert (302, b"h\xff\r\nllo") == (download.status, content.body)


def test_folders_hold_files(api: Api, upload: Write, folder: Write, person: str) -> None:
    """A listing shows all depths, or one folder; deleting a folder deletes what is in it."""
    papers = folder()
    inner = folder("Inner", parent_folder_id=papers)
    upload(parent_folder_id=inner)

    assert ["Papers", "Inner", "a.txt"] == names(api, person)
    assert ["Inner"] == names(api, person, parent_folder_id=papers)
    assert True is api("GET", f"/v2/files/{papers}")["data"]["has_children"]
    assert {} == api("DELETE", f"/v2/files/{papers}")
    assert [] == names(api, person)


def test_a_name_is_taken_once_a_file_of_a_folder_has_it(api: Api, upload: Write, folder: Write) -> None:
    """A second upload of that name is 409 and stores nothing; in another folder the name is free."""
    upload()
    status, answer = upload(b"other")
    papers = folder("a.txt")

    assert (409, "uniqueness_conflict") == (status, answer["code"])
    assert [201, 409] == [upload(parent_folder_id=papers)[0] for _ in range(2)]


def test_files_elsewhere_are_mentioned(api: Api, person: str) -> None:
    """A connected file or folder carries the id it has where it is kept."""
    for kind in ("connected-file", "connected-folder"):
        body = {
            "object": "people",
            "record_id": person,
            "file_type": kind,
            "storage_provider": "dropbox",
            "external_provider_file_id": "x",
        }
        made = api("POST", "/v2/files", body)["data"]

        assert (kind, "x", None) == (
            made["file_type"],
            made["external_provider_file_id"],
            made["microsoft_drive_id"],
        )
        refusal = api.refusal("GET", f"/v2/files/{made['id']['file_id']}/download")
        assert (400, "validation_type") == refusal


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ((404, "not_found"), {"record_id": NOWHERE}),
        ((404, "not_found"), {"object": "nothing"}),
        ((404, "not_found"), {"parent_folder_id": NOWHERE}),
        ((400, "validation_type"), {"extra": "1"}),
        ((400, "validation_type"), {"content": None}),
    ],
)
def test_what_an_upload_may_not_say(
    api: Api, upload: Write, person: str, expected: tuple[int, str], changes: dict[str, Any]
) -> None:
    """An upload belongs to a record that exists, in a folder of it, and has a file."""
    status, answer = upload(**changes)

    assert expected == (status, answer["code"])
    assert [] == names(api, person)


def test_a_listing_needs_a_record(api: Api) -> None:
    """Files are listed record by record."""
    assert (400, "validation_type") == api.refusal("GET", "/v2/files?object=people")
