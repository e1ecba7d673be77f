"""Every type of attribute under every merge rule, against what Attio holds afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.destination_desk import Desk, bare

if TYPE_CHECKING:
    from pathlib import Path

    from attio_emulator.remote import RemoteEmulator


@dataclass(frozen=True, kw_only=True)
class Case:
    """One type: how the attribute is made, two values as rows hold them, one that cannot be written."""

    kind: str
    one: Any
    other: Any
    invalid: Any
    many: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    slug: str = "field"
    clears: bool = True


CASES = [
    Case(kind="text", one="first", other="second", invalid={"not": "text"}),
    Case(kind="number", one="42", other=43.5, invalid="many"),
    Case(kind="checkbox", one="yes", other=False, invalid="perhaps", clears=False),
    Case(
        kind="currency",
        one="99.5",
        other={"amount": 7, "currency": "EUR"},
        invalid={"amount": 7, "currency": "USD"},
        settings={"config": {"currency": {"default_currency_code": "EUR", "display_type": "symbol"}}},
    ),
    Case(kind="date", one="2026-05-01", other="2026-05-02T23:00:00-10:00", invalid="someday"),
    Case(kind="timestamp", one="2026-05-01T10:00:00Z", other="2026-05-01 12:00:00+01:00", invalid="noon"),
    Case(kind="rating", one=3, other="4", invalid=9),
    Case(kind="select", one="Small", other="Large", invalid="Huge"),
    Case(
        kind="select",
        one=["Small"],
        other="Large",
        invalid="Huge",
        many=True,
        settings={"is_multiselect": True},
    ),
    Case(kind="status", one="Small", other="Large", invalid="Huge"),
    Case(
        kind="location", one={"locality": "Bristol", "country_code": "GB"}, other="FR", invalid="Baker Street"
    ),
    Case(kind="phone-number", one="+44 117 234 5678", other="0117 234 5679", invalid="call me"),
    Case(
        kind="phone-number",
        one=["+441172345678"],
        other="+441172345679",
        invalid="nobody",
        many=True,
        settings={"is_multiselect": True},
    ),
    Case(kind="domain", one="a.example.com", other="https://B.example.com/x", invalid="no domain"),
    Case(kind="email-address", one="Ada@example.com", other="bob@example.com", invalid="nobody"),
    Case(kind="record-reference", one="T1", other="T2", invalid="T9", settings={"reference": True}),
    Case(
        kind="record-reference",
        one=["T1"],
        other="T2",
        invalid="T9",
        many=True,
        settings={"reference": True, "is_multiselect": True},
    ),
    Case(kind="actor-reference", one="MEMBER", other="OTHER", invalid="nobody@example.net"),
    Case(kind="personal-name", one="Ada Lovelace", other="Byron, Ada", invalid=7.5, slug="name"),
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


def expected(case: Case, rule: str, situation: str) -> str:
    """The table's answer for one type."""
    found = RULES[rule][situation]
    if found == "nothing" and not case.clears:
        return CANNOT_CLEAR[rule]
    return "other" if found == "both" and not case.many else found


@pytest.fixture
def desk(attio: RemoteEmulator, tmp_path: Path) -> Desk:
    return Desk(attio, tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}{'[]' if case.many else ''}")
def test_every_rule_in_every_situation(desk: Desk, case: Case) -> None:
    """What a field holds after a push follows from merge rule and row, for every type."""
    case = prepared(desk, case)
    place, key = ("people", "email_addresses") if case.slug == "name" else ("things", "code")
    names = {
        (rule, situation): f"{rule}.{situation}@example.com" for rule in RULES for situation in SITUATIONS
    }
    extra = {"default_country": "GB", "match": key}
    made = desk.push(
        [{key: one, case.slug: case.one} for one in names.values()], place, **settings(case, key), **extra
    )
    before = held(desk, place, key, case.slug)
    row_values = {"empty": None, "equal": case.one, "different": case.other, "invalid": case.invalid}
    rejected: dict[str, set[str]] = {}
    for rule in RULES:
        rows = [{key: names[rule, situation], case.slug: row_values[situation]} for situation in SITUATIONS]
        report = desk.push(rows, place, **settings(case, key, rule), **extra)
        rejected[rule] = {SITUATIONS[(one.row_number or 0) - 1] for one in report.rejected}
    after = held(desk, place, key, case.slug)
    one = before[names["overwrite", "empty"]]
    other = after[names["overwrite", "different"]]

    assert (len(names), True) == (made.counts.create, one != other)
    assert {
        (rule, situation): expected(case, rule, situation) for rule in RULES for situation in SITUATIONS
    } == {
        (rule, situation): outcome(
            after[names[rule, situation]], one, other, refused=situation in rejected[rule]
        )
        for rule in RULES
        for situation in SITUATIONS
    }


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
        return with_members(desk, case)
    return case


def with_members(desk: Desk, case: Case) -> Case:
    """Two members, one of them by address; the workspace has them from a seed or is given them."""
    desk.attio.seed("demo", companies=1, people=1, deals=0)
    desk.custom_object("things") if "things" not in objects(desk) else None
    if "field" not in [
        one["api_slug"] for one in desk.attio.api("GET", "/v2/objects/things/attributes")["data"]
    ]:
        desk.attribute("objects/things", "field", case.kind)
    members = desk.attio.api("GET", "/v2/workspace_members")["data"]
    one, other = members[0]["email_address"], members[1]["id"]["workspace_member_id"]
    return Case(kind=case.kind, one=one, other=other, invalid=case.invalid)


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
