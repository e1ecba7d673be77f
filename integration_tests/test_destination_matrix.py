"""Every type of attribute under every merge rule, against what Attio holds afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.errors import Misconfigured
from integration_tests.destination_desk import Desk, bare
from integration_tests.in_process import MemoryDesk

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Case:
    """One type: how the attribute is made, two values as rows hold them, one that cannot be written.

    `{}` in a value stands for the row's key, where no two rows may hold the same. `again` are other spellings
    of the first value.
    """

    kind: str
    one: Any
    other: Any
    invalid: Any
    many: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    slug: str = "field"
    clears: bool = True
    again: tuple[Any, ...] = ()


MANY: dict[str, Any] = {"many": True, "settings": {"is_multiselect": True}}
CASES = [
    Case(kind="text", one="first", other="second", invalid={"not": "text"}, again=(" first ", ["first"])),
    Case(kind="text", one="{}: first", other="{}: second", invalid=["a", "b"], settings={"is_unique": True}),
    Case(kind="number", one="42", other=43.5, invalid="many", again=(42.0, "42.00000", Decimal("4.2e1"))),
    Case(kind="checkbox", one="yes", other=False, invalid="perhaps", clears=False, again=(True, 1, "TRUE")),
    Case(
        kind="currency",
        one="99.5",
        other={"amount": 7, "currency": "EUR"},
        invalid={"amount": 7, "currency": "USD"},
        settings={"config": {"currency": {"default_currency_code": "EUR", "display_type": "symbol"}}},
        again=(99.5, {"amount": "99.50", "currency": "eur"}, '{"amount": 99.5}'),
    ),
    Case(kind="currency", one="99.5", other=7, invalid="seven"),
    Case(
        kind="date",
        one="2026-05-01",
        other="2026-05-02T23:00:00-10:00",
        invalid="05/01/2026",
        again=("2026/05/01", 20260501, 1777593600, "2026-05-01T23:00:00Z"),
    ),
    Case(
        kind="timestamp",
        one="2026-05-01T10:00:00Z",
        other="2026-05-01 12:00:00+01:00",
        invalid="noon",
        again=("2026-05-01 12:00:00+0200", "2026-05-01 10:00:00", 1777629600, 1777629600000),
    ),
    Case(kind="rating", one=3, other="4", invalid=6, again=("3", 3.0)),
    Case(kind="rating", one=0, other=5, invalid=-1),
    Case(kind="select", one="Small", other="Large", invalid="Huge", again=(" Small ", ["Small"])),
    Case(
        kind="select",
        one=["Small"],
        other="Large",
        invalid="Huge",
        again=("Small", '["Small"]', "Small,,Small"),
        **MANY,
    ),
    Case(kind="status", one="Small", other="Large", invalid="Huge", again=(" Small",)),
    Case(
        kind="location",
        one={"locality": "Bristol", "country_code": "GB", "latitude": "51.4500"},
        other="FR",
        invalid="Baker Street",
        again=(
            {"city": "Bristol", "country": "gb", "lat": 51.45},
            '{"city": "Bristol", "country": "GB", "lat": 51.45}',
        ),
    ),
    Case(
        kind="phone-number",
        one="+44 117 234 5678",
        other="0117 234 5679",
        invalid="call me",
        again=("(0117) 234-5678", "00441172345678", {"phone_number": "0117 2345678", "country_code": "GB"}),
    ),
    Case(kind="phone-number", one=["+441172345678"], other="+441172345679", invalid="nobody", **MANY),
    Case(
        kind="domain",
        one="a.example.com",
        other="https://B.example.com/x",
        invalid="no domain",
        again=("https://user@A.Example.com:8080/x?y", "a.example.com."),
    ),
    Case(
        kind="domain", one=["a.example.com"], other="b.example.com", invalid=["a.example.com", "no"], **MANY
    ),
    Case(
        kind="email-address",
        one="Ada@example.com",
        other="bob@example.com",
        invalid="nobody",
        again=("ADA@EXAMPLE.COM", '"Lovelace, Ada" <ada@example.com>', "mailto:ada@example.com"),
    ),
    Case(
        kind="email-address",
        one=["ada@example.com"],
        other='"Bob, B." <bob@example.com>',
        invalid="ada@example.com, nobody",
        again=("Ada@example.com, ada@example.com",),
        **MANY,
    ),
    Case(
        kind="record-reference",
        one="T1",
        other="T2",
        invalid="T9",
        settings={"reference": True},
        again=(" T1 ", {"object": "places", "code": "T1"}, '{"code": "T1"}'),
    ),
    Case(
        kind="record-reference",
        one=["T1"],
        other="T2",
        invalid="T9",
        many=True,
        settings={"reference": True, "is_multiselect": True},
    ),
    Case(
        kind="actor-reference", one="MEMBER", other="OTHER", invalid="nobody@example.net", again=("MEMBER",)
    ),
    Case(kind="actor-reference", one="MEMBER", other="OTHER", invalid="nobody@example.net", **MANY),
    Case(
        kind="personal-name",
        one="Ada Lovelace",
        other="Byron, Ada",
        invalid=7.5,
        slug="name",
        again=(
            "Lovelace, Ada",
            " Ada  Lovelace ",
            {"full_name": "Ada Lovelace"},
            {"first_name": "Ada", "last_name": "Lovelace"},
        ),
    ),
]
SITUATIONS = ("empty", "equal", "different", "invalid")
RULES = {
    # what is there is ONE; what is there afterwards, by what the row holds
    "overwrite": {"empty": "nothing", "equal": "one", "different": "other", "invalid": "rejected"},
    "ignore_null": {"empty": "one", "equal": "one", "different": "other", "invalid": "rejected"},
    "clear_on_null": {"empty": "nothing", "equal": "one", "different": "other", "invalid": "rejected"},
    "set_if_empty": {"empty": "one", "equal": "one", "different": "one", "invalid": "rejected"},
    "append": {"empty": "one", "equal": "one", "different": "both", "invalid": "rejected"},
    "remove": {"empty": "one", "equal": "nothing", "different": "one", "invalid": "rejected"},
}
CANNOT_CLEAR = {"overwrite": "one", "clear_on_null": "rejected", "remove": "rejected"}
HOLDS_NOTHING = {
    # what is there is nothing; "equal" is the value itself
    "overwrite": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "ignore_null": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "clear_on_null": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "set_if_empty": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "append": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "remove": {"empty": "nothing", "equal": "nothing", "invalid": "rejected"},
}


def expected(case: Case, rule: str, situation: str) -> str:
    """The table's answer for one type."""
    found = RULES[rule][situation]
    if found == "nothing" and not case.clears:
        return CANNOT_CLEAR[rule]
    return "other" if found == "both" and not case.many else found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return MemoryDesk(tmp_path)


def called(case: Case) -> str:
    """A case's name."""
    return f"{case.kind}{'[]' if case.many else ''}{'!' if case.settings.get('is_unique') else ''}"


def test_no_type_is_left_out() -> None:
    """The table has every type of Attio's, and every type that may hold several values also so."""
    writable = set(ATTRIBUTE_TYPES) - {"interaction"}

    assert writable == {case.kind for case in CASES}
    assert {kind for kind in writable if ATTRIBUTE_TYPES[kind].splits_commas} == {
        case.kind for case in CASES if case.many
    }


def test_interactions_are_never_written(desk: Desk) -> None:
    """What Attio computes is refused in the settings, and left out where columns are mapped by name."""
    with pytest.raises(Misconfigured, match="'last_interaction' of 'people' cannot be written"):
        desk.push([], "people", fields=[{"column": "x", "attribute": "last_interaction"}])
    report = desk.push([{"email_addresses": "a@example.com", "last_interaction": "2026-05-01"}], "people")

    assert (1, [[]]) == (report.counts.create, desk.values("people", "last_interaction"))


@pytest.mark.parametrize("case", [case for case in CASES if case.again], ids=called)
def test_another_spelling_is_no_change(desk: Desk, case: Case) -> None:
    """However a value is spelt, a record that holds it costs no write."""
    case = prepared(desk, case)
    place, key = ("people", "email_addresses") if case.slug == "name" else ("things", "code")
    more = {"default_country": "GB", "match": key, **settings(case, key)}
    desk.push([{key: "k@example.com", case.slug: case.one}], place, **more)
    desk.attio.clear_calls()
    reports = [
        desk.push([{key: "k@example.com", case.slug: each}], place, **more)
        for each in (case.one, *case.again)
    ]

    assert [(1, 0)] * (1 + len(case.again)) == [
        (one.counts.unchanged, one.counts.rejected) for one in reports
    ]
    assert 0 == desk.writes()


@pytest.mark.parametrize("case", CASES, ids=called)
def test_every_rule_where_attio_holds_nothing(desk: Desk, case: Case) -> None:
    """What a field holds after a push into records that have no value for it."""
    case = prepared(desk, case)
    place, key = ("people", "email_addresses") if case.slug == "name" else ("things", "code")
    names = {
        (rule, situation): f"{rule}.{situation}@example.com"
        for rule, found in HOLDS_NOTHING.items()
        for situation in found
    }
    extra = {"default_country": "GB", "match": key}
    desk.push([{key: one} for one in names.values()], place, **extra)
    found: dict[tuple[str, str], str] = {}
    for rule, situations in HOLDS_NOTHING.items():
        values = {"empty": None, "equal": case.one, "invalid": case.invalid}
        rows = [
            {key: names[rule, each], case.slug: of(names[rule, each], values[each])} for each in situations
        ]
        report = desk.push(rows, place, **settings(case, key, rule), **extra)
        refused = {list(situations)[(one.row_number or 0) - 1] for one in report.rejected}
        after = held(desk, place, key, case.slug)
        for each in situations:
            now = "one" if after[names[rule, each]] else "nothing"
            found[rule, each] = ("rejected" if now == "nothing" else "changed") if each in refused else now

    wanted = {(rule, each): what for rule, row in HOLDS_NOTHING.items() for each, what in row.items()}
    if not case.clears:
        wanted["clear_on_null", "empty"] = "rejected"
    assert wanted == found


@pytest.mark.parametrize("case", CASES, ids=called)
def test_every_rule_in_every_situation(desk: Desk, case: Case) -> None:
    """What a field holds after a push follows from merge rule and row, for every type."""
    case = prepared(desk, case)
    place, key = ("people", "email_addresses") if case.slug == "name" else ("things", "code")
    names = {
        (rule, situation): f"{rule}.{situation}@example.com" for rule in RULES for situation in SITUATIONS
    }
    extra = {"default_country": "GB", "match": key}
    made = desk.push(
        [{key: one, case.slug: of(one, case.one)} for one in names.values()],
        place,
        **settings(case, key),
        **extra,
    )
    before = held(desk, place, key, case.slug)
    row_values = {"empty": None, "equal": case.one, "different": case.other, "invalid": case.invalid}
    rejected: dict[str, set[str]] = {}
    for rule in RULES:
        rows = [
            {key: names[rule, each], case.slug: of(names[rule, each], row_values[each])}
            for each in SITUATIONS
        ]
        report = desk.push(rows, place, **settings(case, key, rule), **extra)
        rejected[rule] = {SITUATIONS[(one.row_number or 0) - 1] for one in report.rejected}
    after = held(desk, place, key, case.slug)
    other = after[names["overwrite", "different"]]
    is_unique = bool(case.settings.get("is_unique"))
    others = {name: [of(name, case.other)] if is_unique else other for name in names.values()}

    assert (len(names), True) == (made.counts.create, before[names["overwrite", "different"]] != other)
    assert {
        (rule, situation): expected(case, rule, situation) for rule in RULES for situation in SITUATIONS
    } == {
        (rule, situation): outcome(
            after[names[rule, situation]],
            before[names[rule, situation]],
            others[names[rule, situation]],
            refused=situation in rejected[rule],
        )
        for rule in RULES
        for situation in SITUATIONS
    }


def of(name: str, value: Any) -> Any:
    """A value of the table as the row of this name holds it."""
    return value.replace("{}", name) if isinstance(value, str) else value


def outcome(now: list[Any], one: list[Any], other: list[Any], *, refused: bool) -> str:
    """What a field's value amounts to."""
    if refused:
        return "rejected" if now == one else "rejected, but changed"
    if now and now == [*other, *one]:
        return "both"
    return {str(one): "one", str(other): "other", "[]": "nothing"}.get(str(now), f"something else: {now}")


def settings(case: Case, key: str, rule: str = "overwrite") -> dict[str, Any]:
    """The fields of a push."""
    reference = {"reference": "code"} if case.settings.get("reference") else {}
    own = {"column": case.slug, "attribute": case.slug, "merge": rule, **reference}
    return {"fields": [{"column": key, "attribute": key}, own]}


def prepared(desk: Desk, case: Case) -> Case:
    """Make the object, the attribute and what its values name."""
    if case.slug == "name":
        return case
    desk.custom_object("things")
    more = {name: value for name, value in case.settings.items() if name != "reference"}
    if case.settings.get("reference"):
        desk.custom_object("places")
        desk.push([{"code": "T1"}, {"code": "T2"}], "places")
        more["config"] = {"record_reference": {"allowed_objects": ["places"]}}
    desk.attribute("objects/things", "field", case.kind, **more)
    titles = {"select": "options", "status": "statuses"}.get(case.kind)
    for title in ("Small", "Large") if titles else ():
        desk.attio.api("POST", f"/v2/objects/things/attributes/field/{titles}", {"data": {"title": title}})
    if case.kind == "actor-reference":
        return with_members(desk, case, more)
    return case


def with_members(desk: Desk, case: Case, more: dict[str, Any]) -> Case:
    """Two members, one of them by address; the workspace has them from a seed or is given them."""
    desk.attio.seed("demo", companies=1, people=1, deals=0)
    desk.custom_object("things") if "things" not in objects(desk) else None
    if "field" not in [
        one["api_slug"] for one in desk.attio.api("GET", "/v2/objects/things/attributes")["data"]
    ]:
        desk.attribute("objects/things", "field", case.kind, **more)
    members = desk.attio.api("GET", "/v2/workspace_members")["data"]
    one, other = members[0]["email_address"], members[1]["id"]["workspace_member_id"]
    return replace(case, one=one, other=other, again=(one.upper(), members[0]["id"]["workspace_member_id"]))


def objects(desk: Desk) -> list[str]:
    """Slugs of all objects."""
    return [one["api_slug"] for one in desk.attio.api("GET", "/v2/objects")["data"]]


def held(desk: Desk, place: str, key: str, slug: str) -> dict[str, list[Any]]:
    """One attribute of all records by their key."""
    found = {}
    for record in desk.attio.records(place):
        keys = [bare(one) for one in record["values"][key]]
        name = keys[0]["email_address"] if keys and isinstance(keys[0], dict) else (keys or [None])[0]
        found[name] = [bare(one) for one in record["values"][slug]]
    return found
