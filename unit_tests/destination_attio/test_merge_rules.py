"""The table of merge rules, rule by rule."""

import pytest

from attio_api.attributes import Attribute
from attio_api.errors import MissingValue
from attio_api.wire import Json
from destination_attio.config import Merge
from destination_attio.rows.merge_rules import RULES, is_same, merged


def attribute(kind: str = "text", *, many: bool = False, required: bool = False) -> Attribute:
    """An attribute of a type."""
    return Attribute(
        attribute_id="a", slug="field", title="Field", type=kind, is_multiselect=many, is_required=required
    )


@pytest.mark.parametrize(
    ("rule", "current", "desired", "after"),
    [
        ("overwrite", "old", "new", "new"),
        ("overwrite", "old", None, None),
        ("ignore_null", "old", None, "old"),
        ("clear_on_null", "old", None, None),
        ("set_if_empty", "old", "new", "old"),
        ("set_if_empty", None, "new", "new"),
        ("append", "old", "new", "new"),
        ("append", "old", None, "old"),
        ("remove", "old", "old", None),
        ("remove", "old", "new", "old"),
    ],
)
def test_single_values(rule: Merge, current: Json, desired: Json, after: Json) -> None:
    """What a single-valued attribute holds afterwards."""
    assert after == merged(rule, attribute(), current, desired)


@pytest.mark.parametrize(
    ("rule", "current", "desired", "after"),
    [
        ("overwrite", ["a", "b"], ["c"], ["c"]),
        ("overwrite", ["a"], None, []),
        ("append", ["a", "b"], ["c", "a"], ["c", "a", "b"]),
        ("append", [], ["c"], ["c"]),
        ("remove", ["a", "b"], ["a", "z"], ["b"]),
        ("remove", ["a"], ["a"], []),
        ("set_if_empty", [], ["c"], ["c"]),
    ],
)
def test_several_values(rule: Merge, current: Json, desired: Json, after: Json) -> None:
    """What an attribute of several values holds afterwards; new ones go in front, as in Attio."""
    assert after == merged(rule, attribute("select", many=True), current, desired)


@pytest.mark.parametrize("rule", RULES)
def test_equal_value_is_no_change(rule: Merge) -> None:
    """A value that is there already in another spelling is left as it is, unless it is to be removed."""
    current: Json = ["b.example.com", "a.example.com"]
    after = merged(rule, attribute("domain", many=True), current, ["A.example.com", "https://b.example.com/"])

    assert ([] if rule == "remove" else current) == after


def test_checkbox_and_required_attributes_are_never_cleared() -> None:
    """A null leaves what cannot be empty, and is an error where clearing was asked for."""
    assert merged("overwrite", attribute("checkbox"), current=True, desired=None) is True
    assert "kept" == merged("overwrite", attribute(required=True), "kept", None)
    with pytest.raises(MissingValue, match="'field'"):
        merged("clear_on_null", attribute("checkbox"), current=True, desired=None)


@pytest.mark.parametrize(("one", "other"), [(None, []), ("", None), ([], None)])
def test_all_kinds_of_nothing_are_the_same(one: Json, other: Json) -> None:
    """Null, blank and empty are one."""
    assert is_same(attribute(), one, other)
