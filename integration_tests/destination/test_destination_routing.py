"""Where a stream's rows go: the connection's own mapping counts, and settings refine it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.destination.lines import (
    Line,
    company,
    configured,
    failure,
    logged,
    record,
    state,
    states,
    write,
)

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk


def activated(name: str, target: str, *columns: str, **more: Any) -> Line:
    """A stream that the mapping screen sends to an object."""
    stream = configured(name, destination_object_name=target, **more)
    stream["stream"]["json_schema"] = {"properties": {column: {"type": "string"} for column in columns}}
    return stream


def test_the_connection_s_mapping_wins_over_settings_of_the_same_name(desk: Desk) -> None:
    """Settings for another object are not used for a stream that the connection maps, and the log says so."""
    settings = {"stream": "customers", "target": "people", "match": ["name"], "mode": "create"}
    stream = activated("customers", "companies", "domains", "name", primary_key=[["domains"]])
    status, said = write(desk, [record(company(1), "customers")], stream, streams=[settings])

    assert (0, [["C 1"]]) == (status, desk.values("companies", "name"))
    assert [] == desk.values("people", "name")
    assert "none of these settings is used" in logged(said)


@pytest.mark.parametrize("target", ["a/b/c", "people/", "lists/", "Companies", "unicorns"])
@pytest.mark.parametrize(
    "settings", [[], [{"stream": "customers", "target": "people"}]], ids=["alone", "set"]
)
def test_a_mapping_to_nothing_is_one_sentence(desk: Desk, target: str, settings: list[Line]) -> None:
    """A target that the workspace has not, or that can be none, ends the sync before the first row."""
    stream = activated("customers", target, "domains", primary_key=[["domains"]])
    status, said = write(desk, [record(company(1), "customers"), state(1)], stream, streams=settings)

    assert (1, [], "config_error") == (status, states(said), failure(said)["failure_type"])
    assert "The workspace has no " in failure(said)["message"]


@pytest.mark.parametrize("mode", [None, "", "merge"])
def test_a_sync_mode_that_is_none_is_not_guessed(desk: Desk, mode: Any) -> None:
    """A catalog says of every stream what is to be done with its rows."""
    status, said = write(desk, [record(company(1)), state(1)], configured(mode=mode))

    assert (1, [], "config_error") == (status, states(said), failure(said)["failure_type"])
    assert f"The sync mode '{mode or ''}' of the stream 'companies' is not known" in failure(said)["message"]


def test_settings_refine_a_mapping_to_the_same_object(desk: Desk) -> None:
    """A merge rule and a constant are used; every column that the connection maps is written all the same."""
    settings = {
        "stream": "customers",
        "target": "companies",
        "match": ["name"],
        "mode": "create",
        "fields": [
            {"column": "name", "attribute": "name", "merge": "set_if_empty"},
            {"column": "elsewhere", "attribute": "domains"},
            {"constant": "from the warehouse", "attribute": "description"},
        ],
    }
    desk.push([company(1, name="Kept")])
    stream = activated("customers", "companies", "domains", "name", primary_key=[["domains"]])
    rows = [record(company(1), "customers"), record(company(2), "customers")]
    status, said = write(desk, rows, stream, streams=[settings])

    assert (0, [["C 2"], ["Kept"]]) == (status, desk.values("companies", "name"))
    assert [["from the warehouse"]] * 2 == desk.values("companies", "description")
    assert "the connection's mode 'upsert' counts" in logged(said)
    assert "the connection maps a column to 'domains', which counts" in logged(said)


def test_streams_of_one_name_are_told_apart_by_namespace(desk: Desk) -> None:
    """Each goes to the object of its namespace's settings, and is named with it."""
    settings = [
        {"stream": "rows", "namespace": "crm", "target": "companies"},
        {"stream": "rows", "target": "people"},
        {"stream": "rows", "namespace": "gone", "target": "deals"},
    ]
    streams = [configured("rows"), configured("rows")]
    streams[0]["stream"]["namespace"], streams[1]["stream"]["namespace"] = "crm", "hr"
    rows = [record(company(1), "rows"), record({"email_addresses": "a@c1.example.com"}, "rows")]
    rows[0]["record"]["namespace"], rows[1]["record"]["namespace"] = "crm", "hr"
    status, said = write(desk, rows, *streams, streams=settings)

    assert (0, 1, 1) == (
        status,
        len(desk.values("companies", "domains")),
        len(desk.values("people", "email_addresses")),
    )
    assert "crm.rows: 1 rows, 1 created" in logged(said)
    assert "no stream of that name in the namespace 'gone'" in logged(said)


def test_activation_names_object_and_matching_keys(desk: Desk) -> None:
    """With `destination_object_name` the operation decides on object, mode and keys."""
    people = configured("crm_contacts", destination_object_name="people", primary_key=[["email_addresses"]])
    rows = [record({"email_addresses": "ada@example.org", "name": "Ada"}, "crm_contacts")]
    write(desk, rows, people)
    update_only = {**people, "destination_sync_mode": "update"}
    late = [record({"email_addresses": "new@example.org", "name": "New"}, "crm_contacts"), *rows]
    _, said = write(desk, late, update_only)
    write(desk, rows, {**people, "destination_sync_mode": "soft_delete"})

    assert any("1 unchanged" in one["log"]["message"] for one in said if one["type"] == "LOG")
    assert [] == desk.values("people", "name")
