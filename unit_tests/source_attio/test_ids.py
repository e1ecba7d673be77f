"""Ids of another shape than Attio documents are kept as they are; what names no row is refused."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

import pytest
from airbyte_cdk.models import FailureType

from attio_api.errors import Malformed
from attio_emulator.calls.request import Request
from attio_emulator.model.attachments import View
from source_attio.decode.ids import packed, spelled, uuid_bytes
from source_attio.emit.messages import traced
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import Bench

UNSEEN = "5d6e0e52-7a43-4c57-9f5b-3a0a3f1f7c02"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LINKED: dict[str, Any] = {"is_completed": False, "deadline_at": None, "assignees": [], "linked_records": []}
SHAPES: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper,
    "without dashes": lambda uuid: uuid.replace("-", ""),
    "a number": lambda uuid: str(int(uuid.replace("-", ""), 16)),
    "a short word": lambda uuid: uuid[-5:],
    "a path": lambda uuid: f"../{uuid[-6:]}?a=b#c%20",
    "another alphabet": lambda uuid: f"запись {uuid}",
}


class Renaming:
    """An emulator that calls its rows by ids of another shape."""

    def __init__(self, made: Bench, member: str, shape: Callable[[str], object]) -> None:
        self._handle, self._shape = made.emulator.handle, shape
        self._member = re.compile(f'"{member}":"({UUID})"')
        self._names: dict[str, str] = {}
        made.adapter.emulator = self  # type: ignore[assignment] # stands in for one

    def handle(self, request: Request) -> Any:
        body, path = request.body.decode(), request.path
        for name, uuid in self._names.items():
            body = body.replace(f'"{name}"', f'"{uuid}"')
            path = path.replace(f"/{quote(name, safe='')}", f"/{uuid}")
        outcome = self._handle(replace(request, body=body.encode(), path=unquote(path)))
        answer = self._member.sub(self._renamed, outcome.answer.body.decode())
        return replace(outcome, answer=replace(outcome.answer, body=answer.encode()))

    def _renamed(self, found: re.Match[str]) -> str:
        name = self._shape(found[1])
        if isinstance(name, str):
            # An empty name is found anywhere.
            self._names |= {name: found[1]} if name else {}
            return found[0].replace(found[1], name)
        return found[0].replace(f'"{found[1]}"', str(name))


def told(stream: str, rows: int = 3) -> tuple[Bench, str, list[str]]:
    """A workspace with some rows of a stream, the stream's path and the rows' ids."""
    made = bench(rows if stream == "companies" else 1)
    [company] = made.api("POST", "/v2/objects/companies/records/query", {"limit": 1})
    if stream == "companies":
        found = made.api("POST", "/v2/objects/companies/records/query", {})
        return made, "/v2/objects/companies/records", [each["id"]["record_id"] for each in found]
    ids = []
    for number in range(rows):
        about = {"parent_object": "companies", "parent_record_id": company["id"]["record_id"]}
        data: Any = {"format": "plaintext", "content": f"Text {number}"}
        data |= LINKED if stream == "tasks" else {**about, "title": "A note"}
        ids.append(made.api("POST", f"/v2/{stream}", {"data": data})["id"][f"{stream[:-1]}_id"])
    return made, f"/v2/{stream}", ids


@pytest.mark.parametrize("stream", ["companies", "tasks", "notes"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_a_row_keeps_its_id_whatever_its_shape(stream: str, shape: Callable[[str], str]) -> None:
    """Rows are delivered, known again and marked as deleted under the id that Attio writes."""
    made, path, ids = told(stream)
    member = Bench.key(stream)
    Renaming(made, member, shape)

    assert {shape(each) for each in ids} == {row[member] for row in made.sync([stream])}
    assert [] == made.sync([stream])
    made.api("DELETE", f"{path}/{ids[1]}")
    marks = [(row[member], row["_deleted"]) for row in made.sync([stream])]
    assert [(shape(ids[1]), True)] == marks
    assert [] == made.sync([stream])


@pytest.mark.parametrize("stream", ["companies", "tasks", "notes"])
@pytest.mark.parametrize("broken", ["", "..", "a\\u0000", "\\ud83d", "null", "7", "[]"])
def test_what_names_no_row_fails_the_stream(stream: str, broken: str) -> None:
    """Such a row could be neither delivered nor marked later: the error says which member it is."""
    made, _, _ = told(stream)
    member = Bench.key(stream)
    Renaming(made, member, lambda _: broken if broken not in {"null", "7", "[]"} else Bare(broken))
    failures: dict[str, Exception] = {}
    rows = [each for each in made.messages([stream], failures=failures) if each.record]

    assert [] == rows
    assert isinstance(failures[stream], Malformed)
    assert member in str(failures[stream])
    assert traced(failures[stream]).failure_type is FailureType.system_error


@pytest.mark.parametrize(
    ("stream", "member"),
    [
        ("workspace_members", "workspace_member_id"),
        ("webhooks", "webhook_id"),
        ("attributes", "attribute_id"),
        ("select_options", "option_id"),
        ("statuses", "status_id"),
        ("views", "view_id"),
    ],
)
def test_a_row_without_its_key_fails_a_listing(stream: str, member: str) -> None:
    """Rows without a key would become one in a warehouse."""
    made = bench(1)
    for number in range(2):
        hook = {"target_url": f"https://example.com/{number}", "subscriptions": []}
        made.api("POST", "/v2/webhooks", {"data": hook})
    made.api("POST", "/v2/objects/companies/attributes", {"data": SELECT})
    made.api("POST", "/v2/objects/companies/attributes/size/options", {"data": {"title": "S"}})
    target = made.api("GET", "/v2/objects/companies")["id"]["object_id"]
    made.emulator.workspace.attachments.views.put(
        View(key=UNSEEN, target_id=target, title="All", is_archived=False, created_at="2026")
    )
    Renaming(made, member, lambda _: Bare("null"))
    failures: dict[str, Exception] = {}
    for _ in made.messages([stream], failures=failures):
        pass

    assert isinstance(failures[stream], Malformed)
    assert member in str(failures[stream])


class Bare:
    """Stands in an answer without quotation marks."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


SELECT: dict[str, Any] = {
    **dict.fromkeys(("is_required", "is_unique", "is_multiselect"), False),
    "title": "Size",
    "description": None,
    "api_slug": "size",
    "type": "select",
    "config": {},
}


def test_a_uuid_is_its_bytes() -> None:
    """Sixteen bytes give a UUID back as Attio writes it, and other texts get bytes of their own."""
    others = [
        UNSEEN.upper(),
        f"{UNSEEN}\n",
        UNSEEN.replace("-", ""),
        f"-{UNSEEN[:-1]}",
        UNSEEN.replace("5", " "),
    ]

    assert UNSEEN == spelled(packed(UNSEEN))
    assert [None] * 5 == [uuid_bytes(each) for each in others]
    assert 6 == len({packed(each) for each in (UNSEEN, *others)})
