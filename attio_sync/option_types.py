"""Types of options, whose errors name what was probably meant."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from attio_sync.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PORT: Final = 65_535


class OneOf(click.Choice[str]):
    """One of a few words; the error for a misspelt one names the nearest."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(words)
        self._words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 -- click's signature
        """The word; fails with the nearest one for another."""
        if value not in self._words:
            meant = nearest(str(value), self._words)
            also = f" Did you mean '{meant}'?" if meant else ""
            self.fail(f"'{value}' is none of {', '.join(self._words)}.{also}", param, ctx)
        return str(value)


class _OwnType(click.ParamType):  # type: ignore[type-arg]  # takes type arguments in later releases only
    """A type with errors of its own; those of click's number types are in a notation of programmers."""


class Rate(_OwnType):
    """How many times a second, at most: any number above 0."""

    name = "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 -- click's signature
        """The number; fails for 0, for less, and for what is not a number."""
        try:
            found = float(value)
        except ValueError:
            found = math.nan
        if not 0 < found < math.inf:
            self.fail(f"'{value}' is not a number above 0.", param, ctx)
        return found


class Day(_OwnType):
    """A day, written as year, month and day."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401 -- click's signature
        """The day at midnight; fails for anything else, naming an example."""
        try:
            return datetime.strptime(str(value), "%Y-%m-%d")  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            self.fail(f"'{value}' is not a day, such as 2026-11-26.", param, ctx)


def web_address(value: str) -> str:
    """The address of a server without a slash at its end; one without a scheme or a host is refused."""
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        raise click.BadParameter(f"'{value}' is not a web address, such as http://127.0.0.1:8378.")
    return value.rstrip("/")
