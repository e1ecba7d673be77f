from typing import Any

import pytest

from attio_api.errors import InvalidValue
from attio_api.values import same, write_value
from unit_tests.attio_api.samples import attribute

ADA = {"first_name": "Ada", "last_name": "Lovelace", "full_name": "Ada Lovelace"}
WRITTEN: list[tuple[Any, dict[str, str]]] = [
    ("Lovelace, Ada", ADA),
    ("Ada Lovelace", ADA),
    ("  Ada   Lovelace ", ADA),
    ({"first_name": "Ada", "last_name": "Lovelace"}, ADA),
    ({"full_name": "Ada Lovelace"}, ADA),
    ('{"first_name": "Ada", "last_name": "Lovelace"}', ADA),
    ({"first_name": "Plato"}, {"first_name": "Plato", "last_name": "", "full_name": "Plato"}),
    ("Plato", {"first_name": "Plato", "last_name": "", "full_name": "Plato"}),
    (
        "King, Martin, Jr.",
        {"first_name": "Martin, Jr.", "last_name": "King", "full_name": "Martin, Jr. King"},
    ),
    ("Ludwig van B", {"first_name": "Ludwig", "last_name": "van B", "full_name": "Ludwig van B"}),
    ({**ADA, "full_name": "Countess Ada"}, {**ADA, "full_name": "Countess Ada"}),
    ({**ADA, "full_name": "Lovelace, Ada"}, ADA),
    ({"first_name": "Ada", "full_name": "Ada Lovelace"}, ADA),
]


@pytest.mark.parametrize(("plain", "expected"), WRITTEN)
def test_names_are_written_whole(plain: Any, expected: dict[str, str]) -> None:
    """Whatever form a name comes in, Attio gets all three members."""
    assert expected == write_value(attribute("personal-name"), plain)


@pytest.mark.parametrize("plain", [7, ",", {"nickname": "Ada"}])
def test_what_is_no_name_is_refused(plain: Any) -> None:
    """A name needs at least one part."""
    with pytest.raises(InvalidValue, match="is not a name"):
        write_value(attribute("personal-name"), plain)


def test_our_guess_does_not_move_names() -> None:
    """A full name equal to Attio's is no difference, however Attio splits it; parts that differ are one."""
    split_elsewhere = {"first_name": "Ada Byron", "last_name": "King", "full_name": "Ada Byron King"}

    assert same(attribute("personal-name"), split_elsewhere, "Ada Byron King")
    assert not same(
        attribute("personal-name"), split_elsewhere, {"first_name": "Ada", "last_name": "Byron King"}
    )
    assert not same(attribute("personal-name"), None, "Ada")


@pytest.mark.parametrize("plain", ["山田\u3000太郎", {"first_name": "太郎", "last_name": "山田"}])
def test_names_in_eastern_letters_begin_with_the_familys(plain: Any) -> None:
    """In one text and put together from two; a foreign name in the letters of loan words does not."""
    yamada = {"first_name": "太郎", "last_name": "山田", "full_name": "山田 太郎"}
    smith = {"first_name": "ジョン", "last_name": "スミス"}
    whole = smith | {"full_name": "ジョン スミス"}

    assert yamada == write_value(attribute("personal-name"), plain)
    assert [whole, whole] == [
        write_value(attribute("personal-name"), one) for one in (smith, "ジョン スミス")
    ]
