"""The type of options that take a whole number, for the commands built with click."""

from __future__ import annotations

from typing import Any

import click


class Whole(click.ParamType):  # type: ignore[type-arg]  # takes type arguments in later releases only
    """A whole number within bounds; the error for anything else names the bounds in words."""

    name = "integer"

    def __init__(self, least: int = 0, most: int = 1_000_000_000) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 -- click's signature
        """The number; fails for anything else."""
        try:
            found = int(value)
        except ValueError:
            found = self._least - 1
        if not self._least <= found <= self._most:
            self.fail(f"'{value}' is not a whole number from {self._least} to {self._most:,}.", param, ctx)
        return found
