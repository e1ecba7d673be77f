"""No request holds more values than Attio takes, also where Attio takes fewer than is known."""

from typing import Any

import pytest

from attio_api.attributes import Attribute
from attio_api.errors import TooManyValues, UnknownOption
from destination_attio.model.targets import list_target
from destination_attio.workspace.filter_size import FilterSize
from destination_attio.workspace.filters import any_of

NAME, TITLE, BOSS = (
    Attribute(attribute_id=slug, slug=slug, title=slug, type=kind)
    for slug, kind in (("name", "text"), ("title", "text"), ("boss", "record-reference"))
)
PARENT = list_target("sales", "people", {}).attributes["parent_record"]


def values_in(where: Any) -> int:
    """The values of a filter, as Attio counts them."""
    if isinstance(where, dict):
        return sum(values_in(one) for name, one in where.items() if name != "path")
    return sum(map(values_in, where)) if isinstance(where, list) else 1


def value(attribute: Attribute, number: int) -> Any:
    """A value of this type."""
    is_text = attribute.type == "text"
    return f"{number}" if is_text else {"object": "people", "record_id": f"{number}"}


@pytest.mark.parametrize("attributes", [[NAME], [NAME, TITLE], [BOSS], [NAME, BOSS], [PARENT]])
@pytest.mark.parametrize("taken", [100, 99, 37, 4])
def test_every_key_is_asked_for_in_requests_that_attio_takes(attributes: list[Attribute], taken: int) -> None:
    """Whatever the key is made of and however few values are taken, all keys are asked for, each once."""
    size, refusals = FilterSize(), 0
    keys = [tuple(value(one, number) for one in attributes) for number in range(230)]

    def ask(part: Any) -> list[Any]:
        nonlocal refusals
        if values_in(any_of(attributes, part, "sales")) > taken:
            refusals += 1
            raise TooManyValues
        return list(part)

    found = [one for part in size.parts(attributes, keys) for one in size.ask(part, attributes, ask)]

    assert keys == found
    assert refusals <= 6
    assert taken < 100 or refusals == 0


def test_one_key_that_is_too_large_ends_the_search() -> None:
    """A key that Attio refuses on its own cannot be halved: the refusal is told."""

    def ask(_: Any) -> list[Any]:
        raise TooManyValues

    with pytest.raises(TooManyValues):
        FilterSize().ask([("a",), ("b",)], [NAME], ask)


@pytest.mark.parametrize("unknown", [{0}, {99}, {3, 4, 50}, set(range(100))])
def test_keys_with_unknown_options_find_nothing(unknown: set[int]) -> None:
    """Attio refuses the whole filter: the other keys are asked for, and no smaller filters from then on."""
    size = FilterSize()

    def ask(part: Any) -> list[Any]:
        if unknown & {key[0] for key in part}:
            raise UnknownOption
        return list(part)

    assert [(n,) for n in range(100) if n not in unknown] == size.ask([(n,) for n in range(100)], [NAME], ask)
    assert size.most == 100
