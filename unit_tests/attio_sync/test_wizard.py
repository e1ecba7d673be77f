from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from attio_api.attributes import Attribute
from attio_sync.failures import WrongUsage
from attio_sync.rows.rows import Rows
from attio_sync.wizard import agreement, remember, settled
from destination_attio.config import FieldConfig, StreamConfig

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Rows(name="people.csv", columns=("Mail", "Shoe size"), count=1, read=lambda: iter([]))


def attribute(slug: str, *, unique: bool) -> Attribute:
    raw: dict[str, Any] = {
        "id": {"workspace_id": "w", "object_id": "o", "attribute_id": slug},
        "api_slug": slug,
        "title": slug.title(),
        "description": None,
        "type": "text",
        "is_unique": unique,
        "is_required": False,
        "is_writable": True,
        "is_multiselect": False,
        "is_system_attribute": False,
        "is_archived": False,
        "default_value": None,
        "relationship": None,
        "config": {"currency": {}, "record_reference": {"allowed_object_ids": None}},
    }
    return Attribute.parse(raw)


EMAIL, NAME = attribute("email_addresses", unique=True), attribute("name", unique=False)


def test_a_unique_attribute_is_what_rows_are_matched_by() -> None:
    """Without --match the first unique attribute that has a column says which record a row means."""
    fields = [FieldConfig(column="Mail", attribute="email_addresses")]
    settings = settled({"target": "people"}, fields, ROWS, [NAME, EMAIL])

    assert ["email_addresses"] == settings["match"]
    assert [{"column": "Mail", "attribute": "email_addresses"}] == settings["fields"]


def test_what_the_user_says_wins() -> None:
    """--match is not overruled by a guess."""
    fields = [FieldConfig(column="Mail", attribute="email_addresses")]

    assert ["name"] == settled({"target": "people", "match": ["name"]}, fields, ROWS, [NAME, EMAIL])["match"]


def test_nothing_to_match_by_is_said_with_what_could_be() -> None:
    """The unique attributes are named, so that one can be chosen."""
    fields = [FieldConfig(column="Mail", attribute="name")]

    with pytest.raises(WrongUsage, match=r"Name one with --match; unique in 'people': email_addresses\."):
        settled({"target": "people"}, fields, ROWS, [NAME, EMAIL])


def test_no_column_that_fits_is_said() -> None:
    """The columns are named, and the way out."""
    with pytest.raises(WrongUsage, match=r"No column of people\.csv .* Its columns: Mail, Shoe size"):
        settled({"target": "people"}, [], ROWS, [NAME])


def test_an_unknown_attribute_to_match_by_names_the_nearest() -> None:
    """A misspelled --match is told before anything is compared."""
    fields = [FieldConfig(column="Mail", attribute="email_addresses")]

    with pytest.raises(
        WrongUsage, match=r"no attribute 'email_adresses' .* Did you mean 'email_addresses'\?"
    ):
        settled({"target": "people", "match": ["email_adresses"]}, fields, ROWS, [NAME, EMAIL])


def test_what_is_remembered_is_a_mapping_like_any_other(tmp_path: Path) -> None:
    """The file has the form of --map, and holds decisions only."""
    fields = [{"column": "Größe", "attribute": "size"}]
    path = tmp_path / "people.csv.attio.yaml"
    remember(
        path, {"stream": "people", "target": "people", "match": ["size"], "fields": fields, "mode": None}
    )
    kept = yaml.safe_load(path.read_text())

    assert {"target": "people", "match": ["size"], "fields": fields} == kept
    assert "Größe" in path.read_text()
    assert "people" == StreamConfig(**kept).target


def test_what_a_mapping_file_said_besides_is_remembered_too(tmp_path: Path) -> None:
    """Settings that came with --map count the next time as well."""
    path = tmp_path / "people.csv.attio.yaml"
    remember(path, {"stream": "s", "target": "people", "on_unknown_option": "create", "fields": [{}]})

    assert ["target", "fields", "on_unknown_option"] == list(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize(
    ("yes", "asks", "expected"),
    [(True, True, "given"), (True, False, "given"), (False, True, "ask"), (False, False, "none")],
)
def test_who_agrees_to_a_guess(yes: bool, asks: bool, expected: str) -> None:
    """--yes, an answer, or nobody."""
    assert expected == agreement(yes=yes, asks=asks)
