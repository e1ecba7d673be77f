from typing import Any

import pytest

from attio_api.errors import InvalidValue
from attio_api.values import normalise, same, write_value
from unit_tests.attio_api.samples import COMPANIES, MEMBER, RECORD, attribute

RECORD_FORMS: list[tuple[Any, Any]] = [
    (RECORD, {"target_object": COMPANIES, "target_record_id": RECORD}),
    ({"record_id": RECORD.upper()}, {"target_object": COMPANIES, "target_record_id": RECORD}),
    ({"object": "people", "record_id": RECORD}, {"target_object": "people", "target_record_id": RECORD}),
    (
        {"target_object": "people", "target_record_id": RECORD},
        {"target_object": "people", "target_record_id": RECORD},
    ),
    ({"domains": "a.org"}, {"target_object": COMPANIES, "domains": [{"domain": "a.org"}]}),
    (
        {"object": "people", "email_addresses": "a@b.org"},
        {"target_object": "people", "email_addresses": [{"email_address": "a@b.org"}]},
    ),
    ({"object": "deals", "deal_number": 7}, {"target_object": "deals", "deal_number": [{"value": 7}]}),
    (
        {"object": "people", "phones": [{"original_phone_number": "+44"}]},
        {"target_object": "people", "phones": [{"original_phone_number": "+44"}]},
    ),
    ("example.com", "example.com"),
]
NO_RECORDS: list[Any] = [
    {"object": ""},
    {"object": "people"},
    {"object": "people", "a": 1, "b": 2},
]
OPTIONS: list[tuple[Any, str]] = [
    ("Medium", "Medium"),
    (" Medium ", "Medium"),
    (7, "7"),
    ({"title": "A"}, "A"),
]


@pytest.mark.parametrize(("plain", "expected"), RECORD_FORMS)
def test_records_are_named_in_many_ways(plain: Any, expected: Any) -> None:
    """By id, by a unique attribute of the target, or by Attio's shorthand."""
    assert expected == write_value(attribute("record-reference"), plain)


@pytest.mark.parametrize("plain", NO_RECORDS)
def test_half_a_name_is_refused(plain: Any) -> None:
    """A reference names one object and one thing to find the record by."""
    with pytest.raises(InvalidValue):
        write_value(attribute("record-reference"), plain)


@pytest.mark.parametrize("allowed", [None, (), (COMPANIES, MEMBER)])
def test_an_id_alone_needs_one_possible_object(allowed: tuple[str, ...] | None) -> None:
    """Where a reference may point at several objects, an id alone does not say at which."""
    with pytest.raises(InvalidValue, match="which object"):
        write_value(attribute("record-reference", allowed_object_ids=allowed), RECORD)


def test_records_compare_by_id() -> None:
    """An object may be named by slug or id; the record's id decides."""
    about = attribute("record-reference", is_multiselect=True)

    assert same(about, [{"object": "companies", "record_id": RECORD}], [RECORD.upper()])
    assert not same(about, [{"object": "companies", "record_id": RECORD}], [{"domains": "a.org"}])


@pytest.mark.parametrize("kind", ["select", "status"])
@pytest.mark.parametrize(("plain", "title"), OPTIONS)
def test_options_are_named_by_title(kind: str, plain: Any, title: str) -> None:
    """Titles go in the form that Attio takes for titles and ids alike."""
    assert {{"select": "option"}.get(kind, kind): title} == write_value(attribute(kind), plain)


def test_titles_are_told_apart_by_case() -> None:
    """Attio compares titles exactly, so a difference of case is one."""
    assert not same(attribute("select"), "medium", "Medium")


@pytest.mark.parametrize("plain", [True, {"colour": "red"}])
def test_what_names_no_option_is_refused(plain: Any) -> None:
    """A boolean is not a title, nor is an object without one."""
    with pytest.raises(InvalidValue, match="names no option"):
        write_value(attribute("select"), plain)


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (MEMBER.upper(), {"referenced_actor_type": "workspace-member", "referenced_actor_id": MEMBER}),
        (
            {"type": "workspace-member", "id": MEMBER},
            {"referenced_actor_type": "workspace-member", "referenced_actor_id": MEMBER},
        ),
        ("Ada@Example.com ", {"workspace_member_email_address": "ada@example.com"}),
        ({"email": "ada@example.com"}, {"workspace_member_email_address": "ada@example.com"}),
    ],
)
def test_members_are_named_by_id_or_address(plain: Any, expected: Any) -> None:
    """A workspace member may be given by id or by e-mail address."""
    assert expected == write_value(attribute("actor-reference"), plain)


@pytest.mark.parametrize("plain", ["Ada", {"type": "system", "id": None}, {"type": "app", "id": MEMBER}, 7])
def test_other_actors_cannot_be_written(plain: Any) -> None:
    """Attio lets only workspace members be written."""
    with pytest.raises(InvalidValue, match="not a workspace member"):
        write_value(attribute("actor-reference"), plain)


def test_other_actors_can_be_compared() -> None:
    """A record made by an app or by Attio itself is still comparable."""
    system = {"type": "system", "id": None}

    assert system == normalise(attribute("actor-reference"), system)
