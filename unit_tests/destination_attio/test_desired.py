"""One row and its binding: what it wants, or why it cannot be had."""

from typing import Any

import pytest

from attio_api.attributes import Attribute
from attio_api.errors import Misconfigured, Rejected
from destination_attio.config import StreamConfig
from destination_attio.model.targets import Target, object_target
from destination_attio.rows.binding import Binding, bind
from destination_attio.rows.desired import desire
from destination_attio.rows.lookups import Lookup
from destination_attio.rows.slugs import slugged


def target() -> Target:
    """An object with an attribute of most kinds."""
    found = [
        Attribute(attribute_id="1", slug="name", title="Name", type="text"),
        Attribute(
            attribute_id="2",
            slug="domains",
            title="Domains",
            type="domain",
            is_multiselect=True,
            is_unique=True,
        ),
        Attribute(attribute_id="3", slug="place", title="Head office", type="location"),
        Attribute(attribute_id="4", slug="phone", title="Phone", type="phone-number"),
        Attribute(attribute_id="5", slug="tags", title="Tags", type="select", is_multiselect=True),
        Attribute(
            attribute_id="6",
            slug="boss",
            title="Boss",
            type="record-reference",
            allowed_object_ids=("people",),
        ),
        Attribute(attribute_id="7", slug="rank", title="Rank", type="number", is_writable=False),
        Attribute(attribute_id="9", slug="worth", title="Worth", type="currency"),
        Attribute(attribute_id="8", slug="old", title="Old", type="text", is_archived=True),
    ]
    return object_target("companies", {one.slug: one for one in found})


def binding(**settings: Any) -> Binding:
    """A binding to it."""
    return bind(StreamConfig.model_validate({"stream": "s", "target": "companies", **settings}), target())


def test_columns_go_to_attributes_of_their_name() -> None:
    """Without a mapping, columns go by slugs and titles; other columns are left out."""
    wanted = desire(
        binding(), {"Name": "A", "HeadOffice": "GB", "domains": "a.example.com", "other": 1, "rank": 3}, 1
    )

    assert {"name", "place", "domains"} == set(wanted.values)
    assert {"domains": ["a.example.com"]} == wanted.key


def test_constants_and_explicit_columns() -> None:
    """With a mapping only what it names is written."""
    fields = [
        {"column": "web", "attribute": "domains"},
        {"constant": "fixed", "attribute": "name"},
        {"column": "missing", "attribute": "tags"},
    ]
    wanted = desire(binding(fields=fields), {"web": "a.example.com, b.example.com", "name": "ignored"}, 1)

    assert {"domains": ["a.example.com", "b.example.com"], "name": "fixed"} == wanted.values


def test_a_value_is_put_together_from_its_columns() -> None:
    """Parts make one value; all empty is none, none there leaves it alone; refusals name them."""
    parts = {"columns": {"city": "town", "country": "land"}, "attribute": "place"}
    bound = binding(fields=[{"column": "d", "attribute": "domains"}, parts])
    row = {"d": "a.example.com", "town": "Oslo", "land": "no"}
    place: Any = desire(bound, row, 1).values["place"]
    named: Any = desire(bound, row | {"land": "Norway"}, 1).values["place"]
    wrong = desire(bound, row | {"land": "Atlantis"}, 1)

    assert ("Oslo", "NO") == (place["locality"], place["country_code"])
    assert place == named
    assert desire(bound, row | {"town": " ", "land": None}, 1).values["place"] is None
    assert "place" not in desire(bound, {"d": "a.example.com"}, 1).values
    assert "town, land" == wrong.refused(wrong.trouble or Rejected()).column
    assert row == bound.reads(row | {"more": 1})
    with pytest.raises(Misconfigured, match="no part 'planet'"):
        binding(fields=[{"columns": {"planet": "p"}, "attribute": "place"}])


def test_usual_names_of_parts_go_together() -> None:
    """Without a mapping two parts make a value, one alone does not, and a column for all of it wins."""
    key = {"domains": "a.example.com"}
    place: Any = desire(binding(), key | {"City": "Oslo", "zip": "0150"}, 1).values["place"]
    whole: Any = desire(binding(), key | {"City": "Oslo", "zip": "0150", "place": "GB"}, 1).values["place"]

    assert ("Oslo", "0150") == (place["locality"], place["postcode"])
    assert (None, "GB") == (whole["locality"], whole["country_code"])
    assert "place" not in desire(binding(), key | {"state": "won", "country": "Norway"}, 1).values


def test_national_phone_numbers_need_a_country() -> None:
    """A number without + is read with the stream's country, and refused without one."""
    row = {"domains": "a.example.com", "phone": "0117 234 5678"}

    assert "+441172345678" == desire(binding(default_country="GB"), row, 1).values["phone"]
    assert "'phone'" in str(desire(binding(), row, 1).trouble)


def test_pointers_wait_for_their_lookup() -> None:
    """A reference by value becomes a lookup; one by id is ready."""
    known = "6e2c1f0a-1111-4222-8333-444455556666"
    fields = [
        {"column": "d", "attribute": "domains"},
        {"column": "boss", "attribute": "boss", "reference": "email_addresses"},
    ]
    by_id = desire(binding(), {"domains": "a.example.com", "boss": known.upper()}, 1)
    by_value = desire(binding(fields=fields), {"d": "a.example.com", "boss": "ada@example.org"}, 1)

    assert {"object": "people", "record_id": known} == by_id.values["boss"]
    assert [Lookup(slug="boss", objects=("people",), by="email_addresses", value="ada@example.org")] == (
        by_value.pointers["boss"]
    )


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


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"match": "nothing"}, "no attribute 'nothing' to match by"),
        ({"match": "place"}, "cannot search the type location"),
        ({"fields": [{"column": "x", "attribute": "rank"}]}, "cannot be written"),
        ({"fields": [{"column": "x", "attribute": "old"}]}, "no attribute 'old'"),
        ({"fields": [{"column": "x", "attribute": "name"}]}, "Nothing says which record"),
    ],
)
def test_settings_that_do_not_fit_the_workspace(settings: dict[str, Any], sentence: str) -> None:
    """Wrong settings are found before any row is read."""
    with pytest.raises(Misconfigured, match=sentence):
        binding(**settings)


@pytest.mark.parametrize(
    ("column", "slug"),
    [("Job Title", "job_title"), ("jobTitle", "job_title"), (" E-Mail ", "e_mail"), ("ID", "id")],
)
def test_names_are_compared_as_slugs(column: str, slug: str) -> None:
    """Case and punctuation of a column's name mean nothing."""
    assert slug == slugged(column)


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


BOTH = {"column": "web", "more_columns": ["shop"], "attribute": "domains"}
FILE: dict[str, Any] = {"match": "name", "read": {"blank": "leave"}}
NAMED = {"column": "name", "attribute": "name"}


@pytest.mark.parametrize(
    ("row", "values", "merge"),
    [
        ({"web": "a.example.com", "shop": "b.example.com"}, ["a.example.com", "b.example.com"], "overwrite"),
        ({"web": "a.example.com", "shop": "www.a.example.com"}, ["a.example.com"], "overwrite"),
        ({"web": "a.example.com, c.example.com", "shop": ""}, ["a.example.com", "c.example.com"], "append"),
        ({"web": None, "shop": "b.example.com"}, ["b.example.com"], "append"),
        ({"shop": "b.example.com"}, ["b.example.com"], "append"),
    ],
)
def test_several_columns_bring_the_values_of_one_attribute(
    row: dict[str, Any], values: list[str], merge: str
) -> None:
    """The first column's come first; where one is blank, the others take nothing of what Attio holds."""
    wanted = desire(binding(fields=[NAMED, BOTH], **FILE), {"name": "A", **row}, 1)

    assert wanted.trouble is None
    assert (values, merge) == (wanted.values["domains"], wanted.fields["domains"].merge)


def test_columns_that_are_all_blank_set_nothing() -> None:
    """In a file; what a warehouse holds as null clears."""
    blank = {"name": "A", "web": None, "shop": None}

    assert "domains" not in desire(binding(fields=[NAMED, BOTH], **FILE), blank, 1).values
    assert desire(binding(fields=[NAMED, BOTH], match="name"), blank, 1).values["domains"] is None


def test_of_several_columns_the_one_that_cannot_be_taken_is_named() -> None:
    """It rejects its row, or is left out alone and listed; its other columns are written."""
    row = {"name": "A", "web": "a.example.com", "shop": "none at all"}
    rejected = desire(binding(fields=[NAMED, BOTH], **FILE), row, 1)
    skipped = desire(binding(fields=[NAMED, BOTH], **FILE, on_invalid="skip_field"), row, 1)

    assert rejected.trouble is not None
    change = rejected.refused(rejected.trouble)
    assert ("shop", "none at all") == (change.column, change.value)
    assert ["a.example.com"] == skipped.values["domains"]
    assert [("shop", "none at all")] == [(one.column, one.value) for one in skipped.skipped]
    assert "append" == skipped.fields["domains"].merge


def test_one_value_has_one_column() -> None:
    """And further columns need a first one."""
    with pytest.raises(Misconfigured, match="'name' holds one value, and `more_columns` would bring several"):
        binding(fields=[{**BOTH, "attribute": "name"}])
    with pytest.raises(ValueError, match="name a column twice"):
        binding(fields=[{**BOTH, "more_columns": ["web"]}])
    with pytest.raises(ValueError, match="`more_columns` goes with `column`"):
        binding(fields=[{"constant": "x", "more_columns": ["web"], "attribute": "domains"}])
