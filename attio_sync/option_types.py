"""Types of options, whose errors name what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from attio_sync.suggestions import instead

if TYPE_CHECKING:
    from collections.abc import Sequence


class OneOf(click.Choice[str]):
    """One of a few words; the error for a misspelt one names the nearest."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(words)
        self._words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 -- click's signature
        """The word; fails with the nearest one for another."""
        if value not in self._words:
            self.fail(
                f"'{value}' is none of {', '.join(self._words)}. {instead(str(value), self._words)}",
                param,
                ctx,
            )
        return str(value)


def web_address(value: str) -> str:
    """The address of a server without a slash at its end; one without a scheme or a host is refused."""
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        raise click.BadParameter(f"'{value}' is no web address, such as http://127.0.0.1:8378.")
    return value.rstrip("/")
