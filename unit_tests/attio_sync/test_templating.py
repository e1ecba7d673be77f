"""The templates of all pages."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from attio_sync.show.templating import environment


def shown(template: str, **facts: object) -> str:
    return environment().from_string(template).render(**facts)


def test_text_from_outside_is_escaped_and_an_unknown_name_is_an_error() -> None:
    """A page never shows a blank where a template has a name that nobody gives."""
    assert "&lt;b&gt;" == shown("{{ said }}", said="<b>")
    with pytest.raises(UndefinedError, match="unknown"):
        shown("{{ unknown }}")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("use `--map <file>`", "use <code>--map &lt;file&gt;</code>"),
        ("one ` alone <b>", "one ` alone &lt;b&gt;"),
        ("plain", "plain"),
    ],
)
def test_words_between_backticks_are_code(said: str, expected: str) -> None:
    """A backtick without a second one is a character; markup is text in both."""
    assert expected == shown("{{ said | coded }}", said=said)


def test_numbers_have_their_thousands_apart() -> None:
    """As in all sentences of the project."""
    assert "1,234,567" == shown("{{ 1234567 | number }}")
