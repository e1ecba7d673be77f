"""Catalogs and states as a platform, or a person, may hand them in."""

from typing import Any

import pytest
from airbyte_cdk.models import AirbyteStateMessage, AirbyteStateType, FailureType

from attio_api.errors import Misconfigured
from source_attio import inputs
from source_attio.emit.messages import traced
from unit_tests.source_attio.engine_bench import bench

STATE = {"version": 2, "_changed_at": ""}
OTHER = {"version": 2, "_changed_at": "2026-01-01T00:00:00Z"}


def stream(name: str = "companies", **more: Any) -> dict[str, Any]:
    return {"stream_descriptor": {"name": name}, "stream_state": STATE, **more}


def one(name: str = "companies", **more: Any) -> dict[str, Any]:
    return {"type": "STREAM", "stream": stream(name, **more)}


def whole(**more: Any) -> dict[str, Any]:
    return {"type": "GLOBAL", "global": {"stream_states": [stream(), stream("people")], **more}}


def configured(name: str = "companies", **more: Any) -> dict[str, Any]:
    known = {"name": name, "json_schema": {}, "supported_sync_modes": ["incremental"]}
    return {"stream": known, "sync_mode": "incremental", "destination_sync_mode": "append", **more}


@pytest.mark.parametrize("raw", [None, [], {}, [{"type": "LEGACY", "data": {}}], [one(stream_state=None)]])
def test_no_state_begins_anew(raw: Any) -> None:
    """However it is written that there is none."""
    assert {} == inputs.by_stream(inputs.read_states(raw))


@pytest.mark.parametrize("shared", [{}, {"shared_state": None}, {"shared_state": {}}])
def test_a_global_state_holds_the_states_of_streams(shared: dict[str, Any]) -> None:
    """The protocol has them in either form."""
    found = inputs.by_stream(inputs.read_states([whole(**shared)]))

    assert {"companies": STATE, "people": STATE} == found
    assert found == inputs.by_stream(inputs.read_states([one(), one("people")]))
    assert found == inputs.by_stream(inputs.read_states([one(), one("people"), one("people")]))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (
            [whole(shared_state={"cursor": "SECRET"})],
            "state 1 is of the type GLOBAL and has a `shared_state`",
        ),
        ([one(), whole()], "state 2 is of the type GLOBAL and is not the only one"),
        ([{"type": "GLOBAL"}], "state 1 of the type GLOBAL holds none"),
        ([{"type": "GLOBAL", "global": []}], "`global` of state 1 is not an object"),
        ([{"type": "GLOBAL", "global": {}}], "`global` of state 1 has no list `stream_states`"),
        ([{"type": "GLOBAL", "global": {"stream_states": [7]}}], "the stream of state 1 is not an object"),
        ([one(), {"type": "LEGACY", "data": {"companies": "SECRET"}}], "state 2 is of the type LEGACY"),
        ([{"data": {"companies": "SECRET"}}], "state 1 is of the type LEGACY"),
        ([{"type": "LEGACY", "data": "SECRET"}], "`data` of state 1 is not an object"),
        (
            [{"type": "SECRET", "stream": stream()}],
            "state 1 has a type that is none of GLOBAL, STREAM, LEGACY",
        ),
        ([{"type": ["STREAM"], "stream": stream()}], "state 1 has a type that is none of"),
        ([{"type": "STREAM"}], "state 1 of the type STREAM holds none"),
        ([{"type": "STREAM", "stream": "SECRET"}], "the stream of state 1 is not an object"),
        ([{"type": "STREAM", "stream": {"stream_state": {}}}], "state 1 does not name its stream"),
        ([one(stream_descriptor={"name": 7})], "state 1 does not name its stream"),
        ([one(stream_descriptor="companies")], "state 1 does not name its stream"),
        (["SECRET"], "state 1 is not an object"),
        ({"companies": {"cursor": "SECRET"}}, "they are not a list of states"),
        ("SECRET", "they are not a list of states"),
        (7, "they are not a list of states"),
        (False, "they are not a list of states"),
    ],
)
def test_states_that_belong_to_no_stream_are_refused(raw: Any, why: str) -> None:
    """As a mistake to correct, with what to do, and without what the states hold."""
    with pytest.raises(Misconfigured) as refusal:
        inputs.read_states(raw)

    trouble = traced(refusal.value)
    assert FailureType.config_error is trouble.failure_type
    assert f"cannot be used: {why}" in str(trouble.message)
    assert "Reset (clear) the connection's streams in Airbyte" in str(trouble.message)
    assert "SECRET" not in f"{trouble.message} {trouble.internal_message}"


def test_states_that_come_as_messages_are_judged_as_those_of_a_file() -> None:
    """A caller in the same process hands in no file."""
    (message,) = inputs.read_states([whole()])
    message.global_.shared_state = inputs.AirbyteStateBlob({"cursor": 1})

    with pytest.raises(Misconfigured, match="shared_state"):
        inputs.by_stream([message])
    with pytest.raises(Misconfigured, match="LEGACY"):
        inputs.by_stream([AirbyteStateMessage(type=AirbyteStateType.LEGACY, data={"companies": {}})])


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ([one(stream_state="x"), one("people")], "it is a text, not an object"),
        ([one(stream_state=""), one("people")], "it is a text, not an object"),
        ([one(stream_state=[["version", 2]]), one("people")], "it is a list, not an object"),
        ([one(stream_state=[]), one("people")], "it is a list, not an object"),
        ([one(stream_state=0), one("people")], "it is a number, not an object"),
        ([one(stream_state=1.5), one("people")], "it is a number, not an object"),
        ([one(stream_state=False), one("people")], "it is true or false, not an object"),
        ([one(), one(stream_state=OTHER), one("people")], "there are two different ones"),
        ([one(), one("people"), one(stream_state=OTHER), one()], "there are two different ones"),
        ([one(), one("people"), one(stream_state=None)], "there are two different ones"),
    ],
)
@pytest.mark.parametrize("refresh", [False, True])
def test_a_stream_whose_state_is_none_is_read_again_and_the_others_go_on(
    raw: Any, why: str, refresh: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """It counts as damaged: every row is delivered again, and the log says why."""
    made = bench(3)
    made.refresh = refresh
    made.sync(["companies"])
    states = inputs.by_stream(inputs.read_states(raw))
    made.states["companies"] = dict(states["companies"])

    assert STATE == states["people"]
    assert 3 == len(made.sync(["companies"]))
    assert f"companies: its state is damaged ({why})" in caplog.text


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (
            {"streams": [configured(), configured("people", sync_mode="SECRET")]},
            "`streams.1.sync_mode` of the stream people",
        ),
        (
            {"streams": [configured(destination_sync_mode="x")]},
            "`streams.0.destination_sync_mode` of the stream companies",
        ),
        ({"streams": [configured(stream={"name": "tasks"})]}, "of the stream tasks"),
        ({"streams": [configured(stream={})]}, "`streams.0.stream"),
        ({"streams": [configured(stream="x")]}, "`streams.0.stream`"),
        ({"streams": [configured(cursor_field="x")]}, "`streams.0.cursor_field`"),
        ({"streams": ["x"]}, "`streams.0`"),
        ({"streams": {}}, "`streams`"),
        ({"streams": []}, "it names no stream"),
        ({}, "`streams`"),
        ([], "`streams`"),
        (None, "`streams`"),
        (
            {"streams": [configured(), configured("people"), configured()]},
            "it names the stream companies twice",
        ),
    ],
)
def test_a_catalog_that_is_none_is_refused_by_the_name_of_the_member(raw: Any, why: str) -> None:
    """As a mistake to correct, in one sentence, with what to do."""
    with pytest.raises(Misconfigured) as refusal:
        inputs.read_catalog(raw)

    trouble = traced(refusal.value)
    assert FailureType.config_error is trouble.failure_type
    assert "The catalog that the sync was given cannot be used: " in str(trouble.message)
    assert why in str(trouble.message)
    assert "Refresh the source's schema" in str(trouble.message)
    assert "SECRET" not in str(trouble.message)


def test_a_catalog_of_the_protocol_is_read() -> None:
    """A cursor that is none is not looked at, since the source has one of its own."""
    found = inputs.read_catalog({"streams": [configured(cursor_field=["nowhere"]), configured("people")]})

    assert ["companies", "people"] == [each.stream.name for each in found.streams]
