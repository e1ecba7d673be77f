"""What is asked about a plan, as the address of a page."""

from __future__ import annotations

from urllib.parse import parse_qsl

from attio_sync.show.plan_views import Filter


def test_an_address_says_what_is_looked_at() -> None:
    """A filter written into an address is the same filter when it is read; nonsense means nothing."""
    look = Filter(
        view="patterns", kinds=("update",), attributes=("a b",), text="x&y", before="", after="(empty)"
    )

    assert look == Filter.of(parse_qsl(look.query()[1:], keep_blank_values=True))
    assert Filter() == Filter.of([("view", "x"), ("kind", "x"), ("look", "x"), ("at", "-1"), ("alike", "٣")])
