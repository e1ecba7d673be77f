"""Operations: which call makes which change, and that nobody else makes operations."""

import ast
from pathlib import Path
from typing import Any

from attio_api.wire import Json
from destination_attio.model.change import Change, FieldChange
from destination_attio.model.targets import PARENT, own_attribute
from destination_attio.rows.operation import choice_operation, operation
from unit_tests.destination_attio.samples import DOMAINS, NAME

PACKAGE = Path(__file__).parents[2] / "destination_attio"
ATTRIBUTES = {"domains": DOMAINS, "name": NAME, PARENT: own_attribute(PARENT, "record-reference")}


def change(kind: Any, slug: str = "name", before: Json = None, after: Json = "Widgets") -> Change:
    fields = (FieldChange(attribute=slug, before=before, after=after),)
    return Change(kind=kind, stream="s", target="companies", record_id="r", fields=fields)


def test_a_creation_asserts_by_the_attribute_that_it_is_given() -> None:
    """With an attribute to match by it is an upsert, without one a plain creation."""
    asserted = operation(change("create"), ATTRIBUTES, match="name")
    plain = operation(change("create"), ATTRIBUTES)

    assert ("upsert", "name", {"name": "Widgets"}) == (asserted.verb, asserted.match, asserted.payload)
    assert ("create", None, {"name": "Widgets"}) == (plain.verb, plain.match, plain.payload)


def test_a_list_that_loses_a_value_is_replaced() -> None:
    """PATCH adds to a list, so only PUT can take a value out; what is made exactly is always put."""
    longer = change("update", "domains", ["a.example.com"], ["a.example.com", "b.example.com"])
    shorter = change("update", "domains", ["a.example.com", "b.example.com"], ["a.example.com"])

    assert "update" == operation(longer, ATTRIBUTES).verb
    assert "replace" == operation(shorter, ATTRIBUTES).verb
    assert "replace" == operation(longer, ATTRIBUTES, exactly=True).verb
    assert None is operation(longer, ATTRIBUTES, match="domains").match


def test_the_parent_of_an_entry_travels_apart() -> None:
    """Attio takes the parent beside the values, not among them."""
    parent: Json = {"object": "companies", "record_id": "c"}
    made = operation(change("create", PARENT, None, parent), ATTRIBUTES)

    assert (parent, {}) == (made.parent, made.payload)


def test_a_deletion_sends_nothing() -> None:
    """A deletion shows what it takes away, and sends none of it."""
    gone = operation(change("delete"), ATTRIBUTES, match="name")

    assert ("delete", {}, None) == (gone.verb, gone.payload, gone.match)


def test_choices_are_made_restored_and_archived() -> None:
    """A title is all that an option or a status is made of; restoring says that an archived one is meant."""
    made = Change(kind="create", stream="s", target="options/objects/people/tags", key={"title": "VIP"})

    assert ({"title": "VIP"}, None) == (choice_operation(made).payload, choice_operation(made).parent)
    assert choice_operation(made, restores=True).parent
    assert "delete" == choice_operation(change("delete")).verb


def test_operations_are_built_in_one_place() -> None:
    """No module but `rows/operation.py` calls the constructor."""
    calls = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Operation"
    }

    assert {"rows/operation.py"} == calls
