"""The properties that filters can compare: the operators of each, and the reading of its operand.

docs.attio.com/rest-api/guides/filtering-and-sorting and the page of each attribute type.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from attio_emulator.contract.wire import Json
from attio_emulator.values.dates import as_date, as_timestamp

Read: TypeAlias = Callable[[Json], Json]

EQUAL = ("$eq",)
SET = ("$eq", "$in")
RANGE = ("$eq", "$gt", "$gte", "$lt", "$lte")
MOMENTS = ("$gt", "$gte", "$lt", "$lte")
PARTS = ("$eq", "$contains", "$starts_with", "$ends_with")
WORDS = (*SET, *PARTS[1:])
PRESENT = (*PARTS, "$not_empty")
OPERATORS = frozenset({"$eq", "$in", "$not_empty", "$contains", "$starts_with", "$ends_with", *RANGE})


class UnfitError(ValueError):
    """An operand that a property cannot be compared with."""


def words(raw: Json) -> Json:
    """A text; raises UnfitError for anything else."""
    if not isinstance(raw, str):
        raise UnfitError("not a text")
    return raw


def lower(raw: Json) -> Json:
    """A text in lower case, as e-mail addresses and domains are kept."""
    return str(words(raw)).strip().lower()


def quantity(raw: Json) -> Json:
    """A number."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise UnfitError("not a number")
    return raw


def truth(raw: Json) -> Json:
    """True or false."""
    if not isinstance(raw, bool):
        raise UnfitError("not a boolean")
    return raw


def day(raw: Json) -> Json:
    """A date."""
    return as_date(str(words(raw)))


def instant(raw: Json) -> Json:
    """A moment: date and time, not a date alone."""
    text = str(words(raw))
    if "T" not in text.upper() and " " not in text.strip():
        raise UnfitError("a timestamp needs date and time")
    return as_timestamp(text)


def digits(raw: Json) -> Json:
    """A phone number in E.164; a missing plus sign is added."""
    text = str(words(raw))
    return text if text.startswith("+") else f"+{text}"


@dataclass(frozen=True)
class Property:
    """One property that filters can compare; `read` turns an operand into the stored form."""

    operators: tuple[str, ...]
    read: Read = words
    read_part: Read | None = None

    def understood(self, operator: str, raw: Json) -> Json:
        """The operand in the stored form; `read_part` reads it for operators that compare parts of a text."""
        part = operator in {"$contains", "$starts_with", "$ends_with"}
        return self.read_part(raw) if part and self.read_part is not None else self.read(raw)


ACTIVE_FROM = Property(MOMENTS, instant)
