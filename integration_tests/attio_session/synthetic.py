"""Makes up answers from a schema: the barest ones that it allows, and the fullest ones."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]
TEXTS = {
    "uuid": "97052eb9-e65e-443f-a297-f2d9a4a7f795",
    "date-time": "2026-05-01T10:00:00.000000000Z",
    "date": "2026-05-01",
    "uri": "https://app.attio.com/acme",
    "email": "ada@example.com",
}
PLAIN: Node = {"number": 3, "integer": 3, "boolean": True, "null": None}


def made(schema: Node, *, bare: bool) -> Any:
    """One value: bare has null wherever null is allowed and leaves out whatever may be left out.

    Where a schema has alternatives, a list has one element of each, and everything else the first one.
    """
    alternatives = schema.get("oneOf") or schema.get("anyOf")
    if alternatives:
        return made(_null(alternatives) if bare and _null(alternatives) else alternatives[0], bare=bare)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else _kind(kinds, bare=bare)
    if kind == "object":
        required = schema.get("required", ())
        members: Node = schema.get("properties", {})
        return {name: made(each, bare=bare) for name, each in members.items() if name in required or not bare}
    if kind == "array":
        items: Node = schema.get("items", {})
        variants = items.get("oneOf") or items.get("anyOf") or [items]
        return [made(each, bare=bare) for each in variants if each]
    return _text(schema) if kind == "string" else PLAIN[kind]


def _kind(kinds: list[str], *, bare: bool) -> str:
    return "null" if bare and "null" in kinds else next(each for each in kinds if each != "null")


def _null(alternatives: list[Node]) -> Node | None:
    return next((each for each in alternatives if each.get("type") == "null"), None)


def _text(schema: Node) -> str:
    example = schema.get("example", next(iter(schema.get("examples", ())), None))
    return str(TEXTS.get(schema.get("format", ""), example or "text"))
