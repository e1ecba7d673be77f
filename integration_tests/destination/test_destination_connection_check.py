"""The connection's check: what it asks for before a sync needs it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from destination_attio.airbyte import connection_check
from integration_tests.destination.lines import Line, checked

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk

COMPANY: Line = {"column": "a", "attribute": "company"}
PEOPLE: Line = {"stream": "a", "target": "people", "match": "email_addresses"}
PARENT: Line = {"column": "a", "attribute": "parent_record"}
MIRROR: Line = {"stream": "a", "target": "companies", "mode": "mirror"}
CHECKS: dict[str, tuple[Line, str]] = {
    "a dead token": ({"credentials": {"access_token": "0" * 64}}, "does not accept the access token"),
    "an unknown setting": ({"stream": ["people"]}, "`stream` is wrong"),
    "an unknown object": ({"streams": [{"stream": "a", "target": "unicorns"}]}, "no object 'unicorns'"),
    "an unknown list": ({"streams": [{"stream": "a", "target": "lists/x"}]}, "no list 'x'"),
    "an unknown attribute": (
        {"streams": [{"stream": "a", "target": "people", "fields": [{"column": "a", "attribute": "b"}]}]},
        "no attribute 'b'",
    ),
    "a field that cannot be written": (
        {
            "streams": [
                {"stream": "a", "target": "people", "fields": [{"column": "a", "attribute": "created_at"}]}
            ]
        },
        "cannot be written",
    ),
    "column and constant": (
        {
            "streams": [
                {
                    "stream": "a",
                    "target": "people",
                    "fields": [{"column": "a", "constant": 1, "attribute": "name"}],
                }
            ]
        },
        "one of `column`, `columns` and `constant`",
    ),
    "a mode that has no meaning": (
        {"streams": [{"stream": "a", "target": "notes", "mode": "mirror"}]},
        "only ever added",
    ),
    "a mark of deletion that has no meaning": (
        {"streams": [{"stream": "a", "target": "notes", "delete_when": "gone"}]},
        "`delete_when` has no meaning",
    ),
    "a stream twice": (
        {"streams": [{"stream": "a", "target": "people"}, {"stream": "a", "target": "companies"}]},
        "configured twice",
    ),
    "two columns for one attribute": (
        {
            "streams": [
                {
                    "stream": "a",
                    "target": "companies",
                    "fields": [
                        {"column": "a", "attribute": "domains"},
                        {"column": "b", "attribute": "domains"},
                    ],
                }
            ]
        },
        "Two of the fields go to 'domains'",
    ),
    "a reference by nothing": (
        {"streams": [PEOPLE | {"fields": [COMPANY | {"reference": "nope"}]}]},
        "'company' points at companies, which has no attribute 'nope'",
    ),
    "a reference by an attribute that Attio cannot search": (
        {"streams": [PEOPLE | {"fields": [COMPANY | {"reference": "primary_location"}]}]},
        "Records cannot be found by 'primary_location'",
    ),
    "a reference to any object by an attribute of none": (
        {"streams": [{"stream": "a", "target": "notes", "fields": [PARENT | {"reference": "nope"}]}]},
        "'parent_record' may point at records of any object, and 'nope' does not say of which",
    ),
    "a mirror that sets nothing": (
        {
            "streams": [
                {"stream": "a", "target": "people", "mode": "mirror", "on_absent": {"attribute": "nope"}}
            ]
        },
        "no attribute 'nope' that `on_absent` could set",
    ),
    "a scope by an attribute that is not there": (
        {"streams": [MIRROR | {"scope_filter": {"$or": [{"name": "A"}, {"nope": "B"}]}}]},
        "`scope_filter` of 'a' as a filter for 'companies' (unknown_filter_attribute_slug at `$or.1.nope`)",
    ),
    "a scope by an operator that the type has not": (
        {"streams": [MIRROR | {"scope_filter": '{"name": {"$not_empty": true}}'}]},
        "does not understand the `scope_filter` of 'a' as a filter for 'companies' (invalid_filter_operator",
    ),
    "a place to match by": (
        {"streams": [{"stream": "a", "target": "people", "match": "primary_location"}]},
        "Records cannot be found by 'primary_location'",
    ),
    "an address that is none": ({"api_url": "ftp://x"}, "is not a web address"),
    "no match": ({"streams": [{"stream": "a", "target": "deals"}]}, "Nothing says which record of 'deals'"),
    "a country in words": (
        {"streams": [{"stream": "a", "default_country": "England"}]},
        "`streams.0.default_country` is wrong",
    ),
    "rejects that cannot be kept": ({"rejects": {"path": "/dev/null/x"}}, "cannot be written to /dev/null/x"),
    "an endpoint that is none": (
        {"object_storage_config": {"storage_type": "S3", "s3_bucket_name": "b", "s3_endpoint": "nonsense"}},
        "`object_storage_config.s3_endpoint` is wrong: must be an address",
    ),
    "a journal that cannot be": ({"journal": {"path": "/dev/null/j"}}, "The journal at /dev/null/j"),
    "a journal that is a folder": ({"journal": {"path": "/"}}, "at / is not a regular file"),
    "a journal that is a device": ({"journal": {"path": "/dev/null"}}, "at /dev/null is not a regular file"),
    "nobody at the address": ({"api_url": "http://127.0.0.1:9"}, "cannot be reached"),
}


@pytest.mark.parametrize("trouble", CHECKS)
def test_check_says_each_trouble_in_a_sentence(desk: Desk, trouble: str) -> None:
    """Whatever is wrong with the settings, the connection's check fails with a sentence about it."""
    config, sentence = CHECKS[trouble]
    status = checked(desk, **config)

    assert "FAILED" == status["status"]
    assert sentence in status["message"]
    assert desk.attio.token not in json.dumps(status)


@pytest.mark.parametrize("setting", ["journal", "rejects"])
@pytest.mark.parametrize("is_linked", [False, True])
def test_a_named_pipe_is_refused_at_once(desk: Desk, setting: str, *, is_linked: bool) -> None:
    """The check does not wait for somebody who reads the pipe; a link to one is one too."""
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    if is_linked:
        pipe.rename(desk.folder / "there")
        pipe.symlink_to(desk.folder / "there")
    status = checked(desk, **{setting: {"path": str(pipe)}})

    assert "FAILED" == status["status"]
    assert ("not a regular file" if setting == "journal" else "is a named pipe") in status["message"]


def test_a_scope_of_entries_is_tried_on_the_list(desk: Desk) -> None:
    """Attributes of the records that the entries stand for are none of the list."""
    desk.list_of("sales", "companies")
    of_the_list = {"stream": "a", "target": "lists/sales", "mode": "mirror"}
    refused = checked(desk, streams=[of_the_list | {"scope_filter": {"name": "A"}}])
    since = {"created_at": {"$gte": "2026-01-01T00:00:00Z"}}
    taken = checked(desk, streams=[of_the_list | {"scope_filter": since}])

    assert "`scope_filter` of 'a' as a filter for 'lists/sales'" in refused["message"]
    assert "SUCCEEDED" == taken["status"]


@pytest.mark.parametrize("mode", ["upsert", "create"])
def test_a_scope_that_nothing_uses_is_not_tried(desk: Desk, mode: str) -> None:
    """Only a mirror has a scope; a setting without effect fails no sync that went well before."""
    status = checked(desk, streams=[MIRROR | {"mode": mode, "scope_filter": {"nope": "B"}}])

    assert "SUCCEEDED" == status["status"]


def test_attio_s_trouble_is_not_the_scope_s_fault(desk: Desk) -> None:
    """A token that was revoked meanwhile is told as such."""
    desk.attio.fault("status", method="POST", path="/v2/objects/companies/records/query", status=401)
    status = checked(desk, streams=[MIRROR | {"scope_filter": {"name": "A"}}])

    assert "FAILED" == status["status"]
    assert "scope_filter" not in status["message"]


def test_a_check_that_meets_a_fault_of_ours_is_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer names the kind of the fault and none of its values; the log says where it happened."""

    def fault(_: object) -> list[str]:
        return {}["TOPSECRET"]

    monkeypatch.setattr(connection_check, "check", fault)
    status = checked(desk)

    assert "FAILED" == status["status"]
    assert "an unexpected error (KeyError)" in status["message"]
    assert "TOPSECRET" not in status["message"]
    assert "test_destination_connection_check.py" in caplog.text
