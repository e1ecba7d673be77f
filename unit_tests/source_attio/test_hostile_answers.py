"""A proxy on the way that spoils answers: what is read in spite of it is complete."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
import pytest
import requests

from attio_api.errors import AttioError
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import SMALL, Bench, InProcess, Row, chance
from unit_tests.source_attio.test_vanished import some

STREAMS = ["companies", "notes", "tasks", "meetings", "attributes", "workspace_members"]
HTML = b"<!doctype html><html>Sign in</html>"


def listed(change: Callable[[list[Any]], object]) -> Callable[[bytes], bytes]:
    """Change the rows of an answer that has several; any other answer stays as it is."""

    def spoil(body: bytes) -> bytes:
        whole = orjson.loads(body)
        if not isinstance(whole, dict) or not isinstance(whole.get("data"), list) or len(whole["data"]) < 3:
            return body
        change(whole["data"])
        return orjson.dumps(whole)

    return spoil


def as_text(value: Any) -> Any:
    """Write each number as text."""
    return json.loads(json.dumps(value), parse_int=str, parse_float=str)


SPOILT: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "a web page": (200, lambda _: HTML),
    "data that is null": (200, lambda _: b'{"data":null}'),
    "data that is an object": (200, lambda _: b'{"data":{}}'),
    "no data": (200, lambda _: b"{}"),
    "nothing": (200, lambda _: b""),
    "no content": (204, lambda _: b""),
    "half of it": (200, lambda body: body[: len(body) // 2]),
    "more behind it": (200, lambda body: body + b"<!-- proxy -->"),
    "bytes that are not UTF-8": (200, lambda body: body[:-3] + b"\xff\xfe"),
    "a row twice": (200, listed(lambda rows: rows.append(rows[0]))),
    "a row in the place of another": (200, listed(lambda rows: rows.__setitem__(1, rows[0]))),
    "numbers as text": (200, lambda body: orjson.dumps(as_text(orjson.loads(body)))),
    "a page of a gatekeeper": (403, lambda _: HTML),
    "a 404 without a body": (404, lambda _: b""),
    "a gateway's error": (502, lambda _: HTML),
}


class Proxy(InProcess):
    """Spoils answers, each time that `spoils` says so."""

    def __init__(self, made: Bench, how: str, spoils: Callable[[], bool]) -> None:
        super().__init__(made.emulator)
        self.how, self.spoils = how, spoils

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:  # type: ignore[override]
        answer = super().send(request, **more)
        body = answer.raw.read()
        if answer.status_code == requests.codes.ok and self.spoils():
            answer.status_code, spoil = SPOILT[self.how]
            body = spoil(body)
            answer.headers.pop("content-length", None)
        answer.raw = BytesIO(body)
        return answer


def workspace() -> Bench:
    made = bench(20, objects=["companies"])
    made.limits, made.refresh = SMALL, True
    for stream in ("notes", "tasks", "meetings"):
        some(made, stream, 8)
    return made


def rows(made: Bench, failures: dict[str, Exception]) -> list[tuple[str, Row]]:
    told = made.messages(STREAMS, failures=failures)
    found = [(each.record.stream, dict(each.record.data)) for each in told if each.record]
    return sorted(found, key=lambda each: (each[0], orjson.dumps(each[1], option=orjson.OPT_SORT_KEYS)))


@pytest.mark.parametrize("how", SPOILT)
def test_answers_that_are_spoilt_now_and_then_cost_no_row(how: str) -> None:
    """Each is asked for again: no row is missing, there twice or another one."""
    made = workspace()
    wanted = rows(made, {})
    rng, failures = chance(len(how)), dict[str, Exception]()
    made.adapter = Proxy(made, how, lambda: rng.random() < 0.2)

    assert wanted == rows(made, failures)
    assert {} == failures


@pytest.mark.parametrize("how", [each for each in SPOILT if each != "numbers as text"])
def test_answers_that_are_always_spoilt_fail_in_a_sentence(how: str) -> None:
    """The sync ends with an error of its own for each stream, and with no row that is not there."""
    made = workspace()
    wanted = rows(made, {})
    failures: dict[str, Exception] = {}
    made.adapter = Proxy(made, how, lambda: True)
    try:
        found = rows(made, failures)
    except AttioError as trouble:
        found, failures["all"] = [], trouble

    assert failures
    assert all(isinstance(each, AttioError) for each in failures.values())
    assert all(each in wanted for each in found)
