"""Options and statuses that are made before the writes that need them."""

from typing import Any

from attio_api.errors import AlreadyExists
from destination_attio.engine.outcome import Outcome
from destination_attio.engine.titles import make_titles
from destination_attio.model.plan import Change
from destination_attio.rows.operation import Operation


def making(slug: str, title: str) -> Operation:
    target = f"options/objects/people/{slug}"
    return Operation(
        change=Change(kind="create", stream="s", target=target, key={"title": title}), verb="create"
    )


class Options:
    """The titles that are missing, and what became of them."""

    def __init__(self, *missing: Operation) -> None:
        self.missing = missing
        self.learnt: list[Any] = []
        self.refused: list[Any] = []

    def to_make(self, _: object) -> list[Operation]:
        return list(self.missing)

    def learn(self, change: Change) -> None:
        self.learnt.append(change.key["title"])

    def refuse(self, change: Change, error: Exception) -> None:
        self.refused.append((change.key["title"], type(error)))


class Writer:
    """Attio, where somebody has made the title `b` meanwhile."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, int]] = []

    def write(self, gateway: str, operations: list[Operation], hear: Any) -> list[Outcome]:
        self.parts.append((gateway, len(operations)))
        outcomes = [
            Outcome(
                operation=one,
                number=1,
                error=AlreadyExists("No.") if one.change.key["title"] == "b" else None,
            )
            for one in operations
        ]
        for one in outcomes:
            hear(one)
        return [one for one in outcomes if one.error]


class Catalog:
    """Targets and gateways by their names."""

    by_name = gateway = staticmethod(str)


def test_each_attributes_titles_are_made_and_what_became_of_them_is_known() -> None:
    """Those that Attio refuses are known as refused, and only these."""
    options, writer = Options(making("tags", "a"), making("tags", "b"), making("kind", "c")), Writer()
    make_titles(options, [], Catalog(), writer)  # type: ignore[arg-type]  # stand-ins with the calls in use

    assert [("options/objects/people/tags", 2), ("options/objects/people/kind", 1)] == writer.parts
    assert (["a", "c"], [("b", AlreadyExists)]) == (options.learnt, options.refused)
