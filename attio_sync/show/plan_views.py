"""The questions to a stored plan and their answers, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

from attio_sync.show.look_at_first import WORDS
from destination_attio.model.plan import ACTIONS, KINDS

MOST_TEXT: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """A filter of changes; it is part of a page's address, so it can be sent and bookmarked."""

    view: str = ""
    kinds: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    signal: str = ""
    text: str = ""
    before: str | None = None
    after: str | None = None
    alike: int | None = None
    at: int = 0

    @classmethod
    def of(cls, asked: list[tuple[str, str]]) -> Self:
        """Read a filter from an address's query; unknown members are ignored."""
        several: dict[str, list[str]] = {}
        for name, value in asked:
            several.setdefault(name, []).append(value)
        last = {name: values[-1] for name, values in several.items()}
        return cls(
            view=last.get("view", "") if last.get("view") in {"records", "patterns"} else "",
            kinds=tuple(dict.fromkeys(one for one in several.get("kind", []) if one in KINDS)),
            attributes=tuple(dict.fromkeys(one for one in several.get("attribute", []) if one)),
            signal=last.get("look", "") if last.get("look") in WORDS else "",
            text=last.get("q", "").strip()[:MOST_TEXT],
            before=last.get("before"),
            after=last.get("after"),
            alike=whole_number(last.get("alike")),
            at=whole_number(last.get("at")) or 0,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves any change out."""
        return bool(self.kinds or self.attributes or self.signal or self.text or self.alike is not None)

    @property
    def is_of_refused(self) -> bool:
        """Whether it selects only rows without a write, such as rejected or superseded ones."""
        return bool(self.kinds) and self.alike is None and not set(self.kinds) & set(ACTIONS)

    def without_attributes(self) -> Filter:
        """The same filter for all attributes."""
        return replace(self, attributes=(), before=None, after=None)

    def without_signal(self) -> Filter:
        """The same filter for all reasons to look."""
        return replace(self, signal="")

    def query(self, **changed: Any) -> str:  # noqa: ANN401 -- members of this class
        """The query of an address for this filter, with some members changed, from the first page on."""
        one = replace(self, **({"at": 0} | changed))
        pairs: list[tuple[str, str]] = [("view", one.view)] if one.view else []
        pairs += [("kind", kind) for kind in one.kinds]
        pairs += [("attribute", slug) for slug in one.attributes]
        pairs += [("look", one.signal)] if one.signal else []
        pairs += [("q", one.text)] if one.text else []
        sides = (("before", one.before), ("after", one.after))
        pairs += [(name, value) for name, value in sides if value is not None]
        pairs += [("alike", str(one.alike))] if one.alike is not None else []
        pairs += [("at", str(one.at))] if one.at else []
        return "?" + urlencode(pairs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A choice for a filter, with its number of changes."""

    name: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Rows with one kind and reason; `first` is the number of the first of them."""

    kind: str
    rows: int
    first: int
    attribute: str | None
    reason: str | None
    remedy: str | None
    names: tuple[str, ...]

    @classmethod
    def of(cls, kind: str, row: tuple[Any, ...]) -> Self:
        """Read a row of the query."""
        rows, first, attribute, reason, remedy, names = row
        return cls(
            kind=kind,
            rows=rows,
            first=first,
            attribute=attribute,
            reason=reason,
            remedy=remedy,
            names=tuple(names),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """The same change on many records; where `is_folded`, many different ones."""

    kind: str
    attribute: str
    before: str
    after: str
    times: int
    befores: int
    afters: int
    is_folded: bool

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Self:
        """Read a row of the query."""
        kind, attribute, before, after, times, befores, afters, is_told = row
        return cls(
            kind=kind,
            attribute=attribute,
            before=before or "",
            after=after or "",
            times=times,
            befores=befores,
            afters=afters,
            is_folded=not is_told,
        )


def whole_number(text: str | None) -> int | None:
    """A number in an address; None for anything else, and for numbers that no plan reaches."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 -- digits
