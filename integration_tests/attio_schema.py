"""Attio's published OpenAPI as a yardstick, with its known errors mended one by one.

The document is not part of this project; where it is not at hand, nothing here can be used.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration_tests.attio_session.calling import Exchange

DOCUMENT = Path(__file__).resolve().parents[2] / "shared/attio/openapi.json"
URI = "https://api.attio.com/openapi/api"
BAD_REQUEST = 400
Node = dict[str, Any]
Operation = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class KnownError:
    """Something that the document says and Attio does not do; `mend` tells whether it found it in a node."""

    reason: str
    mend: Callable[[Node], bool]


def nullable(node: Node) -> bool:
    """A keyword of OpenAPI 3.0 in a document of 3.1: allow null where it says so."""
    if node.get("nullable") is not True or not isinstance(node.get("type"), str):
        return False
    node["type"] = [node["type"], "null"]
    return True


def null_in_enumeration(node: Node) -> bool:
    """A type that allows null beside an enumeration that does not: allow null."""
    kinds = node.get("type")
    if "enum" not in node or not isinstance(kinds, list) or "null" not in kinds or None in node["enum"]:
        return False
    node["enum"] = [*node["enum"], None]
    return True


def timestamp_as_date(node: Node) -> bool:
    """A value of type timestamp said to be a date, with a date-time for an example."""
    if node.get("format") != "date" or "T" not in str(node.get("example")):
        return False
    node["format"] = "date-time"
    return True


def unresolved(node: Node) -> bool:
    """`resolved_by` of a comment said to be an object, while unresolved comments have null."""
    resolved_by = node.get("resolved_by")
    if not isinstance(resolved_by, dict) or resolved_by.get("type") != "object":
        return False
    resolved_by["type"] = ["object", "null"]
    return True


KNOWN_ERRORS = (
    KnownError(reason="`nullable` is no keyword of OpenAPI 3.1", mend=nullable),
    KnownError(reason="enumerations beside a nullable type leave null out", mend=null_in_enumeration),
    KnownError(reason="timestamps are given the format of dates", mend=timestamp_as_date),
    KnownError(reason="`resolved_by` is null while a comment is not resolved", mend=unresolved),
)

# Endpoints younger than the document, and the older one whose answer they share, if there is one.
YOUNGER: dict[Operation, Operation | None] = {
    ("GET", "/v2/objects/{object}/views"): None,
    ("GET", "/v2/lists/{list}/views"): None,
    ("DELETE", "/v2/objects/{object}"): ("DELETE", "/v2/notes/{note_id}"),
    ("POST", "/v2/objects/{object}/records/merge"): None,
    ("PUT", "/v2/objects/{object}/records/{record_id}/attributes/{attribute}/values"): (
        "GET",
        "/v2/objects/{object}/records/{record_id}/attributes/{attribute}/values",
    ),
    ("PUT", "/v2/lists/{list}/entries/{entry_id}/attributes/{attribute}/values"): (
        "GET",
        "/v2/lists/{list}/entries/{entry_id}/attributes/{attribute}/values",
    ),
    ("PATCH", "/v2/notes/{note_id}"): ("GET", "/v2/notes/{note_id}"),
    ("PATCH", "/v2/meetings/{meeting_id}"): ("GET", "/v2/meetings/{meeting_id}"),
    ("PUT", "/v2/meetings/{meeting_id}"): ("GET", "/v2/meetings/{meeting_id}"),
    ("DELETE", "/v2/meetings/{meeting_id}"): ("DELETE", "/v2/notes/{note_id}"),
}

# Refusals that Attio gives and its document does not list: seen in use, or documented later.
UNLISTED = frozenset(
    {
        (400, "validation_type"),
        (400, "missing_value"),
        (400, "uniqueness_conflict"),
        (400, "matching_attribute_definition_not_unique"),
        (400, "multiple_match_results"),
        (400, "unknown_filter_attribute_slug"),
        (400, "invalid_filter_field"),
        (401, "unauthorized"),
        (404, "not_found"),
        (409, "uniqueness_conflict"),
    }
)
# Two endpoints say `statusCode` where all others say `status_code`.
REFUSAL = {
    "type": "object",
    "required": ["type", "code", "message"],
    "anyOf": [{"required": ["status_code"]}, {"required": ["statusCode"]}],
    "properties": {
        "type": {"enum": ["invalid_request_error", "auth_error", "rate_limit_error"]},
        "message": {"type": "string", "minLength": 1},
    },
}


class AttioSchema:
    """The mended document; `mended` counts how often each known error was found in it."""

    def __init__(self, document: Any) -> None:
        self.mended: Counter[str] = Counter()
        self._document = document
        self._mend(document)
        resource: Resource[Any] = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(URI, resource)

    @classmethod
    def read(cls) -> AttioSchema:
        """Read the document that lies beside this project's folder."""
        return cls(orjson.loads(DOCUMENT.read_bytes()))

    def _mend(self, node: Any) -> None:
        if isinstance(node, dict):
            self.mended.update(error.reason for error in KNOWN_ERRORS if error.mend(node))
            node = list(node.values())
        for child in node if isinstance(node, list) else ():
            self._mend(child)

    def operations(self) -> list[Operation]:
        """Every operation of the API proper."""
        return [
            (method.upper(), template)
            for template, methods in self._document["paths"].items()
            for method in methods
            if template.startswith("/v2/")
        ]

    def operation_of(self, exchange: Exchange) -> Operation | None:
        """The operation that a call went to; literal paths win over parameters."""
        known = sorted({*self.operations(), *YOUNGER}, key=lambda operation: operation[1].count("{"))
        for method, template in known:
            pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
            if method == exchange.method and re.fullmatch(pattern, exchange.path):
                return method, template
        return None

    def complaints(self, exchange: Exchange) -> list[str]:
        """What is wrong with an answer: one line each, none when it fits."""
        head = f"{exchange.method} {exchange.path} {exchange.status}"
        validator = Draft202012Validator(
            self._schema_of(exchange), registry=self._registry, format_checker=FormatChecker()
        )
        return [
            f"{head} at {'/'.join(map(str, error.absolute_path)) or 'the top'}: {error.message[:300]}"
            for error in validator.iter_errors({} if exchange.body is None else exchange.body)
        ]

    def _schema_of(self, exchange: Exchange) -> Node:
        operation = self.operation_of(exchange)
        operation = YOUNGER.get(operation, operation) if operation is not None else None
        documented = None if operation is None else self._documented(operation, exchange.status)
        if exchange.status < BAD_REQUEST:
            return documented or {"type": "object", "required": ["data"]}
        refused = exchange.status, exchange.body.get("code")
        if documented is not None and refused not in UNLISTED:
            return documented
        codes = [code for status, code in UNLISTED if status == exchange.status]
        return {"allOf": [REFUSAL, {"properties": {"code": {"enum": codes}}}]}

    def _documented(self, operation: Operation, status: int) -> Node | None:
        method, template = operation
        response = self._document["paths"][template][method.lower()]["responses"].get(str(status), {})
        if "application/json" not in response.get("content", {}):
            return None
        place = template.replace("~", "~0").replace("/", "~1")
        content = f"responses/{status}/content/application~1json/schema"
        return {"$ref": f"{URI}#/paths/{place}/{method.lower()}/{content}"}
