"""Every type of attribute under every merge rule, against what Attio holds afterwards."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.attributes import ATTRIBUTE_TYPES
from attio_api.errors import Misconfigured
from integration_tests.destination.attribute_types import (
    CASES,
    HOLDS_NOTHING,
    RULES,
    SITUATIONS,
    Case,
    called,
    expected,
)
from integration_tests.destination.desk import Desk, bare
from integration_tests.in_process import MemoryDesk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return MemoryDesk(tmp_path)


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
    names = {(rule, each): f"{rule}.{each}@example.com" for rule, each in product(RULES, SITUATIONS)}
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
    assert {(rule, each): expected(case, rule, each) for rule, each in names} == {
        (rule, each): outcome(after[name], before[name], others[name], refused=each in rejected[rule])
        for (rule, each), name in names.items()
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
