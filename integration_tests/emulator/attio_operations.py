"""Every operation of Attio's API of October 2026 as a yardstick for answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from pathlib import Path

    from integration_tests.attio_session.calling import Exchange

URI = "https://api.attio.com/operations"
BAD_REQUEST = 400
Operation = tuple[str, str]
# Codes that were met in use and stand in no schema, or stand in those of every operation in prose.
UNLISTED = frozenset(
    {
        (400, "validation_type"),
        (400, "missing_value"),
        (400, "value_not_found"),
        (400, "uniqueness_conflict"),
        (400, "matching_attribute_definition_not_unique"),
        (400, "multiple_match_results"),
        (400, "unknown_filter_attribute_slug"),
        (400, "unknown_filter_select_option_slug"),
        (400, "invalid_filter_field"),
        (400, "invalid_filter_operator"),
        (400, "missing_sort_field"),
        (400, "filter_error"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "not_found"),
        (409, "uniqueness_conflict"),
    }
)


class AttioOperations:
    """The operations, and what is wrong with an answer to one of them."""

    def __init__(self, document: Any) -> None:
        self.described: dict[Operation, Any] = {
            (each["method"], each["path"]): {**each, "place": f"{URI}#/operations/{number}"}
            for number, each in enumerate(document["operations"])
        }
        allow_unresolved(document)
        resource: Resource[Any] = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(URI, resource)

    @classmethod
    def read(cls, path: Path) -> AttioOperations:
        """Read the document."""
        return cls(orjson.loads(path.read_bytes()))

    def all(self) -> list[Operation]:
        """Every operation."""
        return list(self.described)

    def operation_of(self, exchange: Exchange) -> Operation | None:
        """The operation that a call went to; literal paths win over parameters."""
        for method, template in sorted(self.described, key=lambda operation: operation[1].count("{")):
            pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
            if method == exchange.method and re.fullmatch(pattern, exchange.path):
                return method, template
        return None

    def complaints(self, exchange: Exchange) -> list[str]:
        """What is wrong with an answer: one line each, none when it fits."""
        head = f"{exchange.method} {exchange.path} {exchange.status}"
        operation = self.operation_of(exchange)
        if operation is None:
            return [] if exchange.status == 404 else [f"{head}: no such operation"]
        described = self.described[operation]
        if exchange.status >= BAD_REQUEST:
            return [f"{head}: {each}" for each in unlisted(described, exchange)]
        if str(exchange.status) not in described["answers"]:
            return [f"{head}: such an answer is not documented"]
        if described["answers"][str(exchange.status)] is None:
            return []
        place = {"$ref": f"{described['place']}/answers/{exchange.status}"}
        validator = Draft202012Validator(place, registry=self._registry)
        return [
            f"{head} at {'/'.join(map(str, error.absolute_path)) or 'the top'}: {error.message[:300]}"
            for error in validator.iter_errors(exchange.body or {})
        ]


def unlisted(described: Any, exchange: Exchange) -> list[str]:
    """A refusal whose code is neither documented for the operation nor known from use."""
    listed = [code for each in described["errors"].get(str(exchange.status), []) for code in each["code"]]
    code = (exchange.body or {}).get("code")
    return [] if code in listed or (exchange.status, code) in UNLISTED else [f"code {code} is not documented"]


def allow_unresolved(node: Any) -> None:
    """`resolved_by` of a comment is said to be an object, while unresolved comments were seen with null."""
    if isinstance(node, dict):
        resolved_by = node.get("resolved_by")
        if isinstance(resolved_by, dict) and ("$ref" in resolved_by or resolved_by.get("type") == "object"):
            node["resolved_by"] = {"anyOf": [resolved_by, {"type": "null"}]}
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        allow_unresolved(child)
