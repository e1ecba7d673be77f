"""Placeholders in requests, and paths into answers."""

import pytest

from attio_relay.templates import MISSING, address, at, filled

FACTS = {"run": "a/b?c", "changes": 3, "secrets.key": "s"}


def test_a_placeholder_alone_keeps_its_type() -> None:
    """A number stays a number in JSON, and null can be written; within a text all are text."""
    body = {"n": "{{ changes }}", "none": "{{null}}", "said": ["{{run}}: {{ changes }}", True]}

    assert {"n": 3, "none": None, "said": ["a/b?c: 3", True]} == filled(body, FACTS)


def test_a_value_cannot_change_the_parts_of_an_address() -> None:
    """Slashes and question marks of a value are quoted."""
    assert "https://h/a%2Fb%3Fc/s?n=3" == address("https://h/{{run}}/{{secrets.key}}?n={{changes}}", FACTS)


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.1.b", 5), ("a.0", None), ("a.9", MISSING), ("a.b", MISSING), ("a.1.b.c", MISSING), ("x", MISSING)],
)
def test_a_path_leads_to_its_value_or_nowhere(path: str, found: object) -> None:
    """Numbers index lists; null is a value."""
    assert found is at({"a": [None, {"b": 5}]}, path)
