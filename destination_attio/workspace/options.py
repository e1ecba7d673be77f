"""Select options and statuses: writes to records make none, so unknown titles are rejected or made first."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Final

from attio_api.errors import AlreadyExists, OutcomeUnknown, Rejected, ValueNotFound
from attio_api.references import is_uuid
from attio_api.wire import as_object
from destination_attio.model.change import Change, FieldChange
from destination_attio.rows import rejections
from destination_attio.rows.operation import choice_operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from attio_api.attributes import Attribute
    from attio_api.client import AttioClient
    from attio_api.errors import AttioError
    from destination_attio.field_config import OnUnknownOption
    from destination_attio.model.targets import Target
    from destination_attio.rows.desired import Desired
    from destination_attio.rows.fields import BoundField
    from destination_attio.rows.operation import Operation

TITLED: Final = {"select": "option_id", "status": "status_id"}
_NEAREST: Final = 3


@dataclass(kw_only=True)
class _Titles:
    """One attribute's titles, by title and by id, and the archived ones."""

    known: dict[str, str] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)

    def add(self, title: str) -> None:
        """Note that the title was made, or taken out of the archive."""
        self.known[title] = title
        self.archived.discard(title)
        self._spelled.setdefault(spelled(title), set()).add(title)

    def meant(self, title: str, policy: OnUnknownOption) -> set[str]:
        """The titles that this one may mean under the policy for unknown ones."""
        key = _key(title)
        if key in self.archived:
            return set()
        if key in self.known:
            return {self.known[key]}
        if policy == "nearest":
            return self._folded.get(folded(title) or title, set())
        return self._spelled.get(spelled(title), set()) if policy == "create" else set()

    def is_one(self, title: str, policy: OnUnknownOption) -> bool:
        """Whether there is such a title; in another case and with other spaces where a policy allows that."""
        return title in self.known or (policy in {"create", "nearest"} and spelled(title) in self._spelled)

    def is_archived(self, title: str, policy: OnUnknownOption) -> bool:
        """Whether the title is archived; in any case and with any spaces where unknown ones are made."""
        return _key(title) in self.archived or (policy == "create" and spelled(title) in self._archived)

    @cached_property
    def _folded(self) -> dict[str, set[str]]:
        return _by(folded, self.known.values())

    @cached_property
    def _spelled(self) -> dict[str, set[str]]:
        return _by(spelled, self.known.values())

    @cached_property
    def _archived(self) -> dict[str, set[str]]:
        return _by(spelled, self.archived)


class Options:
    """The titles of one target's select and status attributes; each attribute is read once."""

    def __init__(
        self, client: AttioClient, target: Target, policy_of: Callable[[str], OnUnknownOption]
    ) -> None:
        """`policy_of` gives an attribute's policy for unknown titles."""
        self._client, self._target, self._policy_of = client, target, policy_of
        self._titles: dict[str, _Titles] = {}
        self._coming: dict[tuple[str, str], str] = {}
        self._refused: dict[tuple[str, str], Rejected] = {}

    def check(self, row: Desired) -> None:
        """Check the row's titles against Attio's; raises ValueNotFound naming the nearest ones."""
        for slug, bound in list(row.fields.items()):
            if bound.attribute.type in TITLED and row.values.get(slug) is not None:
                self._check(row, slug, bound)

    def _check(self, row: Desired, slug: str, bound: BoundField) -> None:
        """Check one attribute's titles; unknown ones are left out where the policy says so."""
        titles = self._given(row, bound)
        may_skip = self._policy_of(slug) == "skip" and slug not in row.binding.match
        found: list[str] = []
        for title in titles:
            try:
                found.append(self._title(bound.attribute, title))
            except Rejected as error:
                if not may_skip:
                    raise
                row.note_skipped(slug, error, title)
        if not found and titles:
            row.values.pop(slug), row.fields.pop(slug)
            return
        row.values[slug] = list(dict.fromkeys(found)) if isinstance(row.values[slug], list) else found[0]

    def to_make(self, operations: Sequence[Operation]) -> list[Operation]:
        """The writes that make the titles which the operations need and Attio lacks, each once.

        A title that a merge rule leaves out, or takes away, is not made.
        """
        found = {
            (attribute.slug, title): attribute
            for operation in operations
            for attribute, title in self._lacking(operation)
            if (attribute.slug, title) not in self._refused
        }
        return [_making(self._target, one, title) for (_, title), one in found.items()]

    def learn(self, change: Change) -> None:
        """Note that a title was made, or taken out of the archive."""
        self._of(self._target.attributes[_slug_of(change)]).add(str(change.key["title"]))

    def lacking(self, attribute: Attribute, titles: Sequence[str]) -> list[str]:
        """The titles that a write cannot name, as they are archived or not there."""
        known = self._of(attribute).known
        return [one for one in titles if one not in known]

    def refuse(self, change: Change, error: AttioError) -> None:
        """Note that a title could not be made; if Attio has it after all, it counts as made."""
        slug, title = _slug_of(change), str(change.key["title"])
        attribute = self._target.attributes[slug]
        if isinstance(error, AlreadyExists | OutcomeUnknown):
            self._titles[slug] = self._read(attribute)
            if title in self._titles[slug].known:
                return
        self._refused[slug, title] = _not_made(attribute, error)

    def unavailable(self, operations: Sequence[Operation]) -> list[tuple[Operation, Rejected]]:
        """The writes whose titles could not be made, each with the reason."""
        lost = (
            (operation, self._refused[attribute.slug, title])
            for operation in operations
            for attribute, title in self._lacking(operation)
        )
        return list({id(operation): (operation, error) for operation, error in lost}.values())

    def _lacking(self, operation: Operation) -> Iterator[tuple[Attribute, str]]:
        """The titles in a write that Attio does not have."""
        for change in operation.change.fields if operation.verb != "delete" else ():
            attribute = self._target.attributes.get(change.attribute)
            if attribute is not None and attribute.type in TITLED:
                if self._policy_of(change.attribute) != "create":
                    continue
                many = change.after if isinstance(change.after, list) else [change.after]
                known = self._of(attribute).known
                yield from (
                    (attribute, str(one)) for one in many if one is not None and str(one) not in known
                )

    def _given(self, row: Desired, bound: BoundField) -> list[str]:
        """The titles in the row's cell."""
        value = row.values[bound.attribute.slug]
        given = [row.row.get(column) for column in bound.columns]
        if not isinstance(value, list):
            return [str(value)]
        titles = [str(one) for one in value]
        is_taken_apart = any(isinstance(one, str) and not one.lstrip().startswith("[") for one in given)
        if is_taken_apart and bound.cells.separator is None:
            known, policy = self._of(bound.attribute), self._policy_of(bound.attribute.slug)
            return _joined(titles, lambda text: known.is_one(text, policy))
        return titles

    def _title(self, attribute: Attribute, title: str) -> str:
        titles, policy = self._of(attribute), self._policy_of(attribute.slug)
        meant = titles.meant(title, policy)
        if len(meant) == 1:
            return next(iter(meant))
        if titles.is_archived(title, policy):
            raise _archived(attribute)
        if meant or policy != "create":
            raise _unknown(attribute, title, list(dict.fromkeys(titles.known.values())))
        return self._coming.setdefault((attribute.slug, spelled(title)), title)

    def _of(self, attribute: Attribute) -> _Titles:
        if attribute.slug not in self._titles:
            self._titles[attribute.slug] = self._read(attribute)
        return self._titles[attribute.slug]

    def _read(self, attribute: Attribute) -> _Titles:
        ask = self._client.options if attribute.type == "select" else self._client.statuses
        found = _Titles()
        for one in ask(self._target.kind, self._target.slug, attribute.slug, show_archived=True):
            title = str(one.get("title"))
            own_id = str(as_object(one.get("id"), "an option's id").get(TITLED[attribute.type])).lower()
            if one.get("is_archived") is True:
                found.archived |= {title, own_id}
            else:
                found.known |= {title: title, own_id: title}
        return found


def _making(target: Target, attribute: Attribute, title: str) -> Operation:
    kind = "options" if attribute.type == "select" else "statuses"
    name = f"{kind}/{target.kind}/{target.slug}/{attribute.slug}"
    change = Change(
        kind="create",
        stream=target.name,
        target=name,
        key={"title": title},
        fields=(FieldChange(attribute="title", before=None, after=title),),
        reason="Made because a row needs it.",
        name=title,
    )
    return choice_operation(change)


def _slug_of(change: Change) -> str:
    return change.target.rpartition("/")[2]


def folded(title: str) -> str:
    """A title without the differences of writing: case, spaces, dashes, accents, pictures."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(one for one in plain if one.isalnum())


def spelled(title: str) -> str:
    """A title without its spaces and in one case."""
    return "".join(unicodedata.normalize("NFC", title).casefold().split())


def _by(form: Callable[[str], str], titles: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in titles:
        found.setdefault(form(one), set()).add(one)
    return found


def _key(title: str) -> str:
    """A title, or an id as Attio writes it."""
    return title.lower() if is_uuid(title) else title


def _joined(parts: list[str], is_known: Callable[[str], bool]) -> list[str]:
    """The parts of a text; neighbours that only together are a known title are joined again."""
    found: list[str] = []
    while parts:
        ends = (end for end in range(len(parts), 1, -1) if is_known(", ".join(parts[:end])))
        end = next(ends, 1)
        found.append(", ".join(parts[:end]))
        parts = parts[end:]
    return found


def _unknown(attribute: Attribute, title: str, titles: list[str]) -> ValueNotFound:
    folded = {one.casefold(): one for one in titles}
    near = [folded[one] for one in get_close_matches(title.casefold(), folded, n=_NEAREST, cutoff=0.5)]
    near = near or titles[:_NEAREST]
    hint = (
        f"The nearest titles are {', '.join(repr(one) for one in near)}." if near else "It has none at all."
    )
    return rejections.UNKNOWN_TITLE(attribute.slug, nearest=hint, details={"value": title})


def _archived(attribute: Attribute) -> ValueNotFound:
    return rejections.ARCHIVED_TITLE(attribute.slug)


def _not_made(attribute: Attribute, error: AttioError) -> ValueNotFound:
    return rejections.TITLE_NOT_TAKEN(attribute.slug, reason=error.message, code=error.code)
