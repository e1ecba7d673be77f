"""Attio's published OpenAPI as a yardstick, with its known errors mended one by one.

The document is not part of this project; where it is not at hand, nothing here can be used.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from integration_tests.emulator.attio_schema_errors import (
    KNOWN_ERRORS,
    MOST_AT_ONCE,
    REFUSAL,
    UNLISTED,
    YOUNGER,
    YOUNGER_PARAMETERS,
    Node,
    Operation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from integration_tests.attio_session.calling import Exchange
    from integration_tests.attio_session.sent import Sent

URI = "https://api.attio.com/openapi/api"
BAD_REQUEST = 400


class AttioSchema:
    """The mended document; `mended` counts how often each known error was found in it."""

    def __init__(self, document: Any) -> None:
        self.mended: Counter[str] = Counter()
        self._document = document
        self._mend(document)
        resource: Resource[Any] = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(URI, resource)

    @classmethod
    def read(cls, path: Path) -> AttioSchema:
        """Read the document."""
        return cls(orjson.loads(path.read_bytes()))

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

    def operation_of(self, exchange: Exchange | Sent) -> Operation | None:
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
        return [
            f"{head} at {'/'.join(map(str, error.absolute_path)) or 'the top'}: {error.message[:300]}"
            for error in self._validator(self._schema_of(exchange)).iter_errors(exchange.body or {})
        ]

    def answer_of(self, operation: Operation) -> Node:
        """The schema of a successful answer, with every reference resolved."""
        content = self._operation(operation)["responses"]["200"]["content"]["application/json"]
        found: Node = self._resolved(content["schema"])
        return found

    def _resolved(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._resolved(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self._resolved(self._registry.resolver(URI).lookup(f"{URI}{node['$ref']}").contents)
        return {name: self._resolved(each) for name, each in node.items()}

    def objections(self, sent: Sent) -> list[str]:
        """What is wrong with a request: one line each, none when it fits."""
        operation = self.operation_of(sent)
        if operation is None:
            return [f"{sent.method} {sent.path} is nowhere documented"]
        body = sent.body if isinstance(sent.body, dict) else {}
        asked = int(sent.parameters.get("limit", body.get("limit", 0)))
        found = [*self._about_parameters(operation, sent.parameters), *self._about_body(operation, sent)]
        found += [f"a limit of {asked}"] if asked > MOST_AT_ONCE.get(operation, asked) else []
        return [f"{' '.join(operation)}: {each}" for each in found]

    def _about_parameters(self, operation: Operation, given: Mapping[str, str]) -> Iterator[str]:
        described = self._operation(operation).get("parameters", [])
        known = {each["name"]: each["schema"] for each in described if each["in"] == "query"}
        known |= YOUNGER_PARAMETERS.get(operation, {})
        needed = {each["name"] for each in described if each["in"] == "query" and each.get("required")}
        yield from (f"the parameter {name} is missing" for name in needed - given.keys())
        yield from (f"the parameter {name} does not exist" for name in given.keys() - known.keys())
        for name in given.keys() & known.keys():
            for error in self._validator(known[name]).iter_errors(_typed(given[name], known[name])):
                yield f"the parameter {name}: {error.message}"

    def _about_body(self, operation: Operation, sent: Sent) -> Iterator[str]:
        expected = "requestBody" in self._operation(operation)
        if expected != (sent.body is not None) and operation not in YOUNGER:
            yield "it has a body" if sent.body is not None else "it has no body"
        if sent.body is not None and sent.headers.get("Content-Type") != "application/json":
            yield "its body is not said to be JSON"
        if expected:
            validator = self._validator(self._reference(operation, "requestBody"))
            for error in validator.iter_errors(sent.body):
                yield f"at {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"

    def _operation(self, operation: Operation) -> Node:
        method, template = operation
        found: Node = self._document["paths"].get(template, {}).get(method.lower(), {})
        return found

    def _validator(self, schema: Node) -> Draft202012Validator:
        return Draft202012Validator(schema, registry=self._registry, format_checker=FormatChecker())

    def _reference(self, operation: Operation, part: str) -> Node:
        method, template = operation
        place = template.replace("~", "~0").replace("/", "~1")
        return {"$ref": f"{URI}#/paths/{place}/{method.lower()}/{part}/content/application~1json/schema"}

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
        response = self._operation(operation)["responses"].get(str(status), {})
        if "application/json" not in response.get("content", {}):
            return None
        return self._reference(operation, f"responses/{status}")


def _typed(text: str, schema: Node) -> Any:
    """A query parameter as what it stands for."""
    if schema.get("type") in {"integer", "boolean"}:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text
