import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attio_api.attributes import ATTRIBUTE_TYPES, Attribute
from attio_api.errors import InvalidValue, Malformed, Unreadable
from attio_api.values import (
    checked,
    is_empty,
    lacking,
    normalise,
    read_values,
    same,
    write_value,
)
from unit_tests.attio_api.samples import MEMBER, VALUES, attribute, value

WRITABLE = sorted(set(ATTRIBUTE_TYPES) - {"interaction"})


def test_a_record_becomes_columns() -> None:
    """Each attribute gives one column: bare, an array for several values, null for none."""
    wanted = [attribute("text"), attribute("number"), attribute("domain", is_multiselect=True)]
    found = {
        "text": [value("text")],
        "number": [],
        "domain": [value("domain"), value("domain", domain="b.org")],
    }

    assert {"text": "Widgets & more", "number": None, "domain": ["app.example.com", "b.org"]} == read_values(
        found, wanted
    )


def test_an_attribute_that_is_missing_has_no_value() -> None:
    """An attribute younger than the answer reads as empty, whether it holds one value or several."""
    wanted = [attribute("text"), attribute("select", is_multiselect=True)]

    assert {"text": None, "select": []} == read_values({}, wanted)


@pytest.mark.parametrize("kind", ["select", "status"])
def test_a_bare_id_stands_for_its_title(kind: str) -> None:
    """Where Attio sends an option's id instead of the option, the id is what there is to read."""
    member = {"select": "option", "status": "status"}[kind]

    assert {kind: "an-id"} == read_values({kind: [{member: "an-id"}]}, [attribute(kind)])


@pytest.mark.parametrize("kind", ["select", "status"])
@pytest.mark.parametrize("found", [{"id": {}}, {"title": 5}, 5, ["an-id"]])
def test_a_choice_that_names_nothing_is_malformed(kind: str, found: Any) -> None:
    """A choice without a title and without an id is an error, not a choice that nobody made."""
    member = {"select": "option", "status": "status"}[kind]

    with pytest.raises(Malformed):
        read_values({kind: [{member: found}]}, [attribute(kind)])


@pytest.mark.parametrize("found", ["text", {"value": 1}, ["text"], [None], 7, {}, "", 0, False])
def test_another_shape_is_unreadable(found: Any) -> None:
    """Values that are no list of objects are an error, never an empty column."""
    with pytest.raises(Unreadable):
        read_values({"text": found}, [attribute("text")])


@pytest.mark.parametrize("kind", WRITABLE)
def test_what_was_read_can_be_written(kind: str) -> None:
    """A value that was read and is written back is the same to us, in plain and in Attio's form."""
    about = attribute(kind)
    plain = read_values({about.slug: [value(kind)]}, [about])[about.slug]

    assert normalise(about, plain) == normalise(about, write_value(about, plain))
    assert normalise(about, plain) == normalise(about, value(kind))


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("number", {"value": "many"}),
        ("rating", {"value": [3]}),
        ("currency", {"currency_value": "1,5", "currency_code": "EUR"}),
        ("select", {"option": {"id": {"option_id": MEMBER}}}),
        ("status", {"status": ["Lead"]}),
    ],
)
def test_a_row_in_attios_form_that_attio_would_not_send_is_an_invalid_value(kind: str, plain: Any) -> None:
    """The row is at fault, not an answer of Attio, so it is refused alone and the other rows go on."""
    for judged in (write_value, checked):
        with pytest.raises(InvalidValue):
            judged(attribute(kind), plain)
    assert plain == normalise(attribute(kind), plain)


@pytest.mark.parametrize("kind", sorted(ATTRIBUTE_TYPES))
@pytest.mark.parametrize("is_multiselect", [False, True])
def test_nothing_is_the_same_as_nothing(kind: str, is_multiselect: bool) -> None:
    """Null, blank text and an empty list are one and the same absence."""
    about = attribute(kind, is_multiselect=is_multiselect)

    nothings = (None, " ", [], (), {}, {"amount": None, "currency": "EUR"}, {"object": "x", "record_id": ""})
    assert all(same(about, one, other) for one in (None, "", []) for other in nothings)


@pytest.mark.parametrize("kind", sorted(set(WRITABLE) - {"checkbox"}))
def test_an_empty_value_clears(kind: str) -> None:
    """Writing nothing asks Attio for an empty list of values."""
    assert [] == write_value(attribute(kind), None)


def test_a_checkbox_is_never_empty() -> None:
    """Attio refuses a checkbox without a value, so we do before asking."""
    with pytest.raises(InvalidValue, match="never empty"):
        write_value(attribute("checkbox"), None)


def test_what_attio_keeps_itself_is_refused() -> None:
    """Interactions, read-only attributes and unknown types are not written, and the error says why."""
    for about in (attribute("interaction"), attribute("text", is_writable=False), attribute("hologram")):
        with pytest.raises(InvalidValue, match="cannot be written") as refusal:
            write_value(about, "x")

        assert about.slug == refusal.value.attribute


@pytest.mark.parametrize(
    "plain",
    [
        ["a.org", "b.org"],
        ("a.org", "b.org"),
        "a.org, b.org",
        '["a.org", "b.org"]',
        ["A.org", "b.org", "a.org."],
    ],
)
def test_several_values_come_in_many_forms(plain: Any) -> None:
    """Lists, JSON arrays as text and comma lists are taken apart; the same value twice counts once."""
    assert ["a.org", "b.org"] == write_value(attribute("domain", is_multiselect=True), plain)


def test_quotes_keep_commas_together() -> None:
    """In a list with commas a quoted part is one value, as in CSV; a quote elsewhere is just a character."""
    titles = attribute("select", is_multiselect=True)
    addresses = attribute("email-address", is_multiselect=True)

    assert ["Smith, Jones", "Other"] == normalise(titles, '"Smith, Jones", Other')
    assert ['27" screen', "TV"] == normalise(titles, '27" screen, TV')
    assert ["a@x.org", "b@x.org"] == normalise(addresses, '"Lovelace, Ada" <a@x.org>, b@x.org')


def test_one_value_is_a_list_of_one() -> None:
    """An attribute that holds several always gets a list."""
    assert ["a.org"] == write_value(attribute("domain", is_multiselect=True), "a.org")


def test_a_single_valued_attribute_takes_one_value() -> None:
    """A list of one is that one; a longer list is refused, never cut."""
    assert 3 == write_value(attribute("number"), [3])
    with pytest.raises(InvalidValue, match="holds one value"):
        write_value(attribute("number"), [3, 4])


@pytest.mark.parametrize("text", ["a, b", "[1, 2]", '{"a": 1}', "[draft"])
def test_text_is_left_alone(text: str) -> None:
    """Text that looks like a list or like JSON is still text."""
    assert text == write_value(attribute("text"), text)


def test_objects_may_come_as_json_text() -> None:
    """Warehouses without nested types hold objects as text."""
    text = json.dumps(VALUES["location"])

    assert VALUES["location"] == write_value(attribute("location"), text)


def test_order_counts_unless_it_does_not() -> None:
    """Overwriting keeps an order, so order is a difference; as sets the two are the same."""
    about = attribute("select", is_multiselect=True)

    assert not same(about, ["a", "b"], ["b", "a"])
    assert same(about, ["a", "b"], ["b", "a"], in_order=False)
    assert not same(about, ["a", "b"], ["a", "c"], in_order=False)


def test_what_appending_would_add() -> None:
    """Appending adds what is not there yet, compared in normal form."""
    about = attribute("email-address", is_multiselect=True)

    assert ["c@d.org"] == lacking(about, ["a@b.org"], ["A@B.org", "c@d.org"])
    assert [] == lacking(attribute("text"), "a", None)


def test_an_invalid_value_is_not_the_same() -> None:
    """A value that cannot be normalised stands for itself, so that writing it brings out the reason."""
    assert not same(attribute("number"), 3, "three")
    assert {"a": ["1"]} == normalise(attribute("hologram"), {"a": ("1",)})


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (None, True),
        (" ", True),
        ([], True),
        ({}, True),
        (0, False),
        (False, False),
        ("0", False),
        ([None], False),
    ],
)
def test_what_is_empty(plain: Any, expected: bool) -> None:
    """Zero and false are values; null, blanks and empty containers are not."""
    assert expected == is_empty(plain)


REFUSED = object()


def written(about: Attribute, plain: Any) -> Any:
    """What is written, or that it was refused by name."""
    try:
        return write_value(about, plain)
    except InvalidValue as refusal:
        return REFUSED if refusal.attribute == about.slug else refusal


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(-1e9, 1e9),
    st.decimals(-(10**9), 10**9, places=4),
)
_HOSTS = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z]{2,5}){1,2}", fullmatch=True)
_UUIDS = st.uuids().map(str)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "text": _WORDS,
    "number": _NUMBERS,
    "checkbox": st.sampled_from([True, False, "yes", "No", 1, 0, "TRUE"]),
    "currency": _NUMBERS
    | st.fixed_dictionaries({"amount": _NUMBERS, "currency": st.sampled_from(["EUR", None])}),
    "date": st.dates() | st.datetimes().map(str),
    "timestamp": st.datetimes(timezones=st.timezones()) | st.datetimes().map(lambda at: at.isoformat()),
    "rating": st.integers(0, 5) | st.integers(0, 5).map(str),
    "status": _WORDS,
    "select": _WORDS,
    "record-reference": _UUIDS | st.fixed_dictionaries({"object": st.just("people"), "record_id": _UUIDS}),
    "actor-reference": _UUIDS | st.just("Ada@Example.com"),
    "location": st.fixed_dictionaries({}, optional={"locality": _WORDS, "latitude": st.floats(-90, 90)}),
    "domain": _HOSTS | _HOSTS.map(lambda host: f"HTTPS://{host.upper()}.:443/a?b"),
    "email-address": _HOSTS.map(lambda host: f"Ada.L@{host}"),
    "phone-number": st.integers(1_000_000, 9_999_999).map(lambda number: f"+44 117 {number}"),
    "personal-name": _WORDS | st.fixed_dictionaries({"first_name": _WORDS, "last_name": _WORDS}),
}


@pytest.mark.parametrize("kind", WRITABLE)
def test_normal_forms_are_final(kind: str) -> None:
    """Normalising twice is normalising once, and what is written normalises to the same."""
    about = attribute(kind)

    @settings(max_examples=50)
    @given(PLAIN[kind])
    def claim(plain: Any) -> None:
        normal = normalise(about, plain)
        assert normal == normalise(about, normal)
        outcome = written(about, plain)

        assert outcome is REFUSED or same(about, outcome, plain)

    claim()


@pytest.mark.parametrize("kind", sorted(ATTRIBUTE_TYPES))
def test_any_value_is_either_written_or_refused(kind: str) -> None:
    """Whatever a warehouse holds, the answer is JSON or an InvalidValue that does not quote it."""
    json_like = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )

    @settings(max_examples=50)
    @given(json_like | st.binary() | st.dates() | st.decimals() | st.uuids(), st.booleans())
    def claim(plain: Any, is_multiselect: bool) -> None:
        about = attribute(kind, is_multiselect=is_multiselect)
        outcome = written(about, plain)

        assert outcome is REFUSED or json.dumps(outcome, allow_nan=False)
        normalise(about, plain)

    claim()
