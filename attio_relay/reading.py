"""Reads one table of a configuration file, member by member, and refuses what nobody asked for.

Which members there are is `config`'s business.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from attio_relay import durations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")


class ConfigError(ValueError):
    """The configuration cannot be used; the text names the member and what to write instead."""


class Table:
    """One table of the file with its name, so that every complaint says where it is."""

    def __init__(self, name: str, raw: object, environment: Mapping[str, str]) -> None:
        if not isinstance(raw, dict):
            raise ConfigError(f"{name} must be a table.")
        self.name = name
        self._raw: dict[str, object] = raw
        self._environment = environment
        self._asked: set[str] = set()

    def _take(self, member: str, kind: type[T], default: T | None) -> T:
        self._asked.add(member)
        value = self._raw.get(member, default)
        if value is None:
            raise ConfigError(f"{self.name} needs {member}.")
        # True is an int to Python, and a mistake to everybody else.
        if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
            raise ConfigError(f"{self.name}: {member} must be {kind.__name__}, not {type(value).__name__}.")
        return value

    def text(self, member: str, default: str | None = None) -> str:
        """A string."""
        return self._take(member, str, default)

    def number(self, member: str, default: int, *, least: int = 0) -> int:
        """A whole number."""
        value = self._take(member, int, default)
        if value < least:
            raise ConfigError(f"{self.name}: {member} must be at least {least}, not {value}.")
        return value

    def flag(self, member: str, *, default: bool) -> bool:
        """True or false."""
        return self._take(member, bool, default)

    def seconds(self, member: str, default: str) -> float:
        """A duration, in seconds."""
        try:
            return durations.seconds(self._take(member, str, default))
        except ValueError as error:
            raise ConfigError(f"{self.name}: {member}: {error}.") from error

    def texts(self, member: str) -> tuple[str, ...]:
        """A list of strings, empty when absent."""
        values = self._take(member, list, [])
        if not all(isinstance(value, str) for value in values):
            raise ConfigError(f"{self.name}: {member} must be a list of texts.")
        return tuple(map(str, values))

    def pairs(self, member: str) -> dict[str, str]:
        """A table of strings, empty when absent."""
        values = self._take(member, dict, {})
        if not all(isinstance(value, str) for value in values.values()):
            raise ConfigError(f"{self.name}: {member} must be a table of texts.")
        return {str(key): str(value) for key, value in values.items()}

    def secret(self, member: str) -> str | None:
        """A secret: written here, or in the environment under the name in `<member>_env`."""
        variable = self.text(f"{member}_env", "")
        if not variable:
            return self.text(member, "") or None
        if not self._environment.get(variable):
            raise ConfigError(f"{self.name}: {member}_env names {variable}, which is not set.")
        self._asked.add(member)
        return self._environment[variable]

    def table(self, member: str) -> Table:
        """A table inside this one, empty when absent."""
        self._asked.add(member)
        return Table(f"{self.name}.{member}".lstrip("."), self._raw.get(member, {}), self._environment)

    def tables(self, member: str) -> Iterable[Table]:
        """A list of tables, empty when absent."""
        values = self._take(member, list, [])
        return [Table(f"{member}[{n}]", value, self._environment) for n, value in enumerate(values)]

    def finish(self) -> None:
        """Refuse members that nobody asked for: a misspelt one would be ignored in silence."""
        for member in self._raw:
            if member not in self._asked:
                near = get_close_matches(member, self._asked, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise ConfigError(f"{self.name or 'the file'}: {member} is unknown.{hint}")
