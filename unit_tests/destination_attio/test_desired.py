"""One row and its binding: what it wants, or why it cannot be had."""

from typing import Any

import pytest

from attio_api.errors import Rejected
from destination_attio.rows.desired import desire
from unit_tests.destination_attio.bindings import binding


def test_national_phone_numbers_need_a_country() -> None:
    """A number without + is read with the stream's country, and refused without one."""
    row = {"domains": "a.example.com", "phone": "0117 234 5678"}

    assert "+441172345678" == desire(binding(default_country="GB"), row, 1).values["phone"]
    assert "'phone'" in str(desire(binding(), row, 1).trouble)


@pytest.mark.parametrize(
    "phone",
    ["0117 234 5678", {"phone_number": "0117 234 5678"}, ["0117 234 5678"], '["0117 234 5678"]', 1172345678],
)
@pytest.mark.parametrize("mapped", [(), ("domains", "phone")])
def test_the_country_of_a_column_completes_each_form_of_a_number(
    phone: object, mapped: tuple[str, ...]
) -> None:
    """A text, an object, a list, and JSON of a flat file; a stream's own country counts less."""
    fields = [{"column": one, "attribute": one} for one in mapped]
    how = binding(default_country="US", read={"country": "GB"}, fields=fields)

    assert "+441172345678" == desire(how, {"domains": "a.example.com", "phone": phone}, 1).values["phone"]


def test_an_extension_is_listed_beside_the_number_that_is_written() -> None:
    """Attio keeps none, and the row is written; of two columns the one with the extension is named."""
    fields = [
        {"column": "d", "attribute": "domains"},
        {"column": "p", "attribute": "phone", "read": {"country": "US"}},
    ]
    wanted = desire(binding(fields=fields), {"d": "a.com", "p": "(415) 555-2671, ext 5"}, 7)
    (told,) = wanted.skipped

    assert (None, "+14155552671") == (wanted.trouble, wanted.values["phone"])
    assert (7, "p", "phone", "(415) 555-2671 ext. 5") == (
        told.row_number,
        told.column,
        told.attribute,
        told.value,
    )
    assert "has an extension" in told.reason


def test_a_row_is_not_matched_by_a_number_without_its_extension() -> None:
    """Others may have the same number with another extension."""
    row = {"domains": "a.com", "phone": "+1 415 555 2671 x5"}
    wanted = desire(binding(match=["phone"]), row, 1)

    assert "has an extension" in str(wanted.trouble)
    assert not wanted.skipped


@pytest.mark.parametrize(
    ("row", "attribute"),
    [
        ({"name": "no key"}, "domains"),
        ({"domains": ""}, "domains"),
        ({"domains": "no domain"}, "domains"),
        ({"domains": "a.example.com", "place": "Baker Street 221b"}, "place"),
        ({"domains": "a.example.com", "place": {"planet": "Mars"}}, "place"),
        ({"domains": "a.example.com", "name": {"deep": 1}}, "name"),
    ],
)
def test_refusals_name_the_attribute_and_a_remedy(row: dict[str, Any], attribute: str) -> None:
    """A row that cannot be written says which attribute is wrong and what to do, and quotes nothing."""
    wanted = desire(binding(), row, 1)
    trouble = wanted.trouble or Rejected()
    change = wanted.refused(trouble)

    assert (attribute, attribute if attribute in row else None) == (change.attribute, change.column)
    assert trouble.remedy
    assert change.code in {"missing_value", "validation_type"}
    assert "Baker" not in str(trouble)


def test_a_refused_row_says_which_record_it_means() -> None:
    """What is wrong with one value does not hide the key that the row has."""
    wanted = desire(binding(), {"domains": "a.example.com", "name": {"deep": 1}}, 1)

    assert wanted.trouble
    assert {"domains": ["a.example.com"]} == wanted.refused(wanted.trouble).key
    assert wanted.identity


@pytest.mark.parametrize(
    ("mark", "is_deleted"),
    [
        (True, True),
        ("t", True),
        (1.0, True),
        ("2026-01-01T00:00:00Z", True),
        (1777593600000, True),
        (False, False),
        (0.0, False),
        ("0.0", False),
        (" ", False),
        (None, False),
        ("null", None),
        ("active", None),
    ],
)
def test_rows_are_deleted_by_a_clear_mark_only(mark: Any, is_deleted: bool | None) -> None:
    """Something true or a time deletes, something false or nothing does not, anything else is refused."""
    wanted = desire(binding(delete_when="gone"), {"domains": "a.example.com", "gone": mark}, 1)

    assert (is_deleted or False, is_deleted is None) == (wanted.delete, wanted.trouble is not None)


@pytest.mark.parametrize("mark", ["_ab_cdc_deleted_at", "_deleted", "_AB_CDC_DELETED_AT", "_DELETED"])
@pytest.mark.parametrize("settings", [{}, {"delete_when": "gone"}])
def test_a_row_that_its_source_marks_as_deleted_is_not_written(mark: str, settings: dict[str, Any]) -> None:
    """In capitals as well, as Snowflake names columns, and where the column that counts is not in the row."""
    wanted = desire(binding(**settings), {"domains": "a.example.com", mark: "2026-01-01T00:00:00Z"}, 1)

    assert f"marked as deleted by '{mark}'" in str(wanted.trouble)


@pytest.mark.parametrize(
    "settings",
    [
        {"read": {"more_decimals": "reject"}},
        {"fields": [{"column": "w", "attribute": "worth", "read": {"more_decimals": "reject"}}]},
        {
            "read": {"more_decimals": "round"},
            "fields": [{"column": "w", "attribute": "worth", "read": {"more_decimals": "reject"}}],
        },
    ],
)
def test_money_with_a_fifth_decimal_follows_the_users_rule(settings: dict[str, Any]) -> None:
    """For a file or one field it can be said that amounts are not rounded; the row is then refused."""
    mapped = "fields" in settings
    column = "w" if mapped else "worth"
    fields = [*settings.get("fields", []), {"column": "d", "attribute": "domains"}] if mapped else []
    strict = desire(
        binding(**{**settings, "fields": fields}), {column: "0.00065", "d": "a.com", "domains": "a.com"}, 1
    )

    assert "more than four decimals" in str(strict.trouble)


def test_money_is_rounded_where_nothing_is_said() -> None:
    """Without a rule a fifth decimal is rounded."""
    wanted = desire(binding(), {"worth": "0.00065", "domains": "a.com"}, 1)

    assert {"amount": 0.0006, "currency": None} == wanted.values["worth"]
