"""Airbyte's form for both connectors: it shows every setting, and `check` takes what it sends."""

from __future__ import annotations

import copy
import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airbyte_cdk.models import Status
from jsonschema import Draft7Validator

from attio_api.errors import Misconfigured
from destination_attio.airbyte.connection_check import connection_trouble
from destination_attio.config import DestinationConfig
from integration_tests.http_servers import serving
from integration_tests.platform import form
from source_attio.config import Config
from source_attio.source import SourceAttio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator

CONNECTORS = ("source-attio", "destination-attio")
EACH = pytest.mark.parametrize("connector", CONNECTORS)
BIN = Path(sys.executable).parent


@cache
def _spec(connector: str) -> dict[str, Any]:
    printed = subprocess.run([BIN / connector, "spec"], capture_output=True, text=True, check=True)
    (spec,) = [json.loads(line)["spec"] for line in printed.stdout.splitlines() if '"SPEC"' in line]
    return dict(spec["connectionSpecification"])


def _checked(connector: str, config: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The connection status that `check` gives."""
    path = folder / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    printed = subprocess.run(
        [BIN / connector, "check", "--config", path], capture_output=True, text=True, check=False
    )
    said = [json.loads(line) for line in printed.stdout.splitlines() if line.startswith("{")]
    (status,) = [one["connectionStatus"] for one in said if one["type"] == "CONNECTION_STATUS"]
    return dict(status)


def _is_accepted(connector: str, config: dict[str, Any]) -> bool:
    """Whether `check` succeeds, without the start of a process."""
    if connector == "destination-attio":
        return connection_trouble(lambda: config)[0] is None
    return SourceAttio(config).check(logging.getLogger(), config).status is Status.SUCCEEDED


def _signed_in(sent: dict[str, Any], attio: RemoteEmulator) -> dict[str, Any]:
    """The form with nothing but the token answered; the hidden address leads to the emulator."""
    answered = copy.deepcopy(sent)
    answered["credentials"]["access_token"] = attio.token
    return {**answered, "api_url": attio.url}


def _answers(connector: str, attio: RemoteEmulator | _Nowhere, folder: Path) -> dict[str, Any]:
    """What a user answers where an example or a default does not lead to a workspace that exists."""
    if connector == "source-attio":
        return {
            "access_token": attio.token,
            "api_url": attio.url,
            "lists": [],
            "filters": [{"target": "companies", "filter": '{"name": "Northmill"}'}],
            "history_attributes": ["deals.stage"],
            "token": "feed-token",
            "include_comments": True,
        }
    return {
        "access_token": attio.token,
        "api_url": attio.url,
        "stream": "people",
        "target": "people",
        "match": ["email_addresses"],
        "mode": "mirror",
        "fields": [
            {"column": "mail", "attribute": "email_addresses", "merge": "overwrite"},
            {"attribute": "job_title", "constant": "Engineer"},
            {
                "attribute": "name",
                "columns": [
                    {"part": "first_name", "column": "fname"},
                    {"part": "last_name", "column": "lname"},
                ],
            },
        ],
        "on_absent": {"attribute": "job_title", "value": "Former"},
        "scope_filter": '{"job_title": "Engineer"}',
        "object_storage_config": {"storage_type": "None"},
        "path": str(folder / "kept"),
    }


@dataclass(frozen=True, kw_only=True)
class _Nowhere:
    """An address for answers that are parsed and not used."""

    url: str = "http://127.0.0.1:9"
    token: str = "token"


PARSERS = {"source-attio": Config.parse, "destination-attio": DestinationConfig.parse}
DATA = {"constant", "value", "separator", "scope_filter", "filter"}
"""Settings in which a space is data."""
S3 = {
    "storage_type": "S3",
    "s3_bucket_name": "bucket",
    "s3_endpoint": "https://storage.example.com",
    "bucket_path": "attio",
    "access_key_id": "id",
    "secret_access_key": "key",
    "role_arn": "arn:aws:iam::123456789012:role/rejected-rows",
}


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each member and item of a configuration stands, at every depth."""
    if at:
        yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from _places(part, (*at, name))


def _outcome(connector: str, config: dict[str, Any], place: tuple[Any, ...], *blank: Any) -> str:
    """What a parser makes of a configuration with a blank at a place, or without it when none is given."""
    changed = copy.deepcopy(config)
    around = changed
    for step in place[:-1]:
        around = around[step]
    if blank:
        around[place[-1]] = blank[0]
    else:
        del around[place[-1]]
    try:
        return repr(PARSERS[connector](changed))
    except Misconfigured as refusal:
        return str(refusal)


@EACH
@pytest.mark.parametrize("blank", [None, "", " \n", [], {}], ids=repr)
def test_a_blank_is_absence_at_every_depth(connector: str, blank: Any) -> None:
    """Whatever a form sends for a setting that was not set, it is as if the setting were not there."""
    answers = _answers(connector, _Nowhere(), Path("kept")) | {"object_storage_config": S3}
    config = form.filled(_spec(connector), answers)
    places = [one for one in _places(config) if blank != " \n" or not DATA & set(one)]
    with_blank = {one: _outcome(connector, config, one, blank) for one in places}

    assert with_blank == {one: _outcome(connector, config, one) for one in places}


@EACH
def test_the_form_shows_every_setting(connector: str) -> None:
    """No setting is of a shape that the form cannot show or save."""
    assert [] == form.faults(_spec(connector))


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ({"type": "object", "title": "T", "description": "D"}, "an object without properties"),
        (
            {"type": "object", "title": "T", "description": "D", "required": ["b"], "properties": {"b": {}}},
            "inside an optional group",
        ),
        ({"type": "string", "const": "x", "default": "x"}, "a const with a default"),
        ({"type": "string", "additionalProperties": True}, "additionalProperties"),
        ({"type": "string", "pattern": "^x$"}, "without a pattern_descriptor"),
        ({"type": "string", "pattern": "^x$"}, "a cleared text"),
        ({"type": "string", "pattern": "^$|^x$", "examples": ["y"]}, "an example that its pattern refuses"),
        ({"type": "string", "format": "date-time", "pattern": "^$|^2"}, "which the server refuses"),
        ({"type": "string", "format": "date"}, "which the server refuses"),
        ({"type": "string", "examples": ["2026-01-31"]}, "a date without the picker's format"),
        ({"type": "string", "enum": ["x", ""]}, "cannot be emptied again"),
        ({"type": ["string", "null"]}, "the type"),
        ({"type": "array", "items": {"type": "boolean"}}, "a list of something"),
        ({"type": "object", "oneOf": [{"type": "object", "properties": {"a": {}}}]}, "share no const"),
        ({"type": "string", "description": "D"}, "no title"),
        ({"type": "string", "title": "T"}, "no description"),
    ],
)
@pytest.mark.parametrize("depth", ["group", "item", "option"])
def test_the_rules_find_each_fault(broken: dict[str, Any], fault: str, depth: str) -> None:
    """A setting that breaks one rule is found inside a group, an item of a list and an option."""
    inside = {"type": "object", "title": "T", "description": "D", "properties": {"broken": broken}}
    around = {
        "group": inside,
        "item": {"type": "array", "title": "T", "description": "D", "items": inside},
        "option": {"type": "object", "title": "T", "description": "D", "oneOf": [inside]},
    }[depth]

    found = form.faults({"type": "object", "properties": {"around": around}})

    assert [] != [one for one in found if fault in one and "broken" in one]


@EACH
def test_a_token_is_enough(connector: str, attio: RemoteEmulator) -> None:
    """A new form with nothing but the token is saved, for each way of signing in, and `check` succeeds."""
    spec = _spec(connector)
    for option in spec["properties"]["credentials"]["oneOf"]:
        sent = _signed_in({**form.opened(spec), "credentials": form.opened(option)}, attio)

        assert [] == form.missing(spec, sent)
        assert [] == [error.message for error in Draft7Validator(spec).iter_errors(sent)]
        assert _is_accepted(connector, sent)


@EACH
def test_a_connector_can_be_edited(connector: str, attio: RemoteEmulator) -> None:
    """The smallest stored configuration can be opened, saved again, and checked."""
    stored = {"credentials": {"auth_type": "access_token", "access_token": attio.token}, "api_url": attio.url}
    sent = form.edited(_spec(connector), stored)

    assert [] == form.missing(_spec(connector), sent)
    assert stored.items() <= sent.items()
    assert _is_accepted(connector, sent)


class _Feed(BaseHTTPRequestHandler):
    """A change feed in which nothing has happened yet."""

    def do_GET(self) -> None:
        """Answer with the position, as the relay does."""
        self.send_response(200)
        self.end_headers()
        told = {"epoch": "first", "head": 0, "next": 0, "more": False, "changes": []}
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Say nothing."""


@pytest.fixture(scope="module")
def feed() -> Iterator[str]:
    """The address of a change feed."""
    with serving(_Feed) as url:
        yield url


@EACH
def test_a_full_form_is_accepted(connector: str, attio: RemoteEmulator, feed: str, tmp_path: Path) -> None:
    """Every setting answered: the form can be saved, what it sends is valid, and `check` succeeds."""
    spec = _spec(connector)
    sent = form.filled(spec, {**_answers(connector, attio, tmp_path), "url": feed})

    assert [] == form.missing(spec, sent)
    assert [] == [error.message for error in Draft7Validator(spec).iter_errors(sent)]
    assert {"status": "SUCCEEDED"}.items() <= _checked(connector, sent, tmp_path).items()
    assert sent.items() <= form.edited(spec, sent).items()
