"""What holds after any history of writes, and for any filter."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attio_emulator.contract.wire import dumps
from attio_emulator.emulator import Emulator
from attio_emulator.model.workspace import Workspace
from attio_emulator.queries.filters import Scope, compile_filter
from unit_tests.attio_emulator.calling import Api

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DOMAINS = ["a.com", "b.com", "c.com"]
SLUGS = ["companies", "people"]

domains = st.lists(st.sampled_from(DOMAINS), max_size=2)
numbers = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("company"), st.sampled_from(["POST", "PATCH", "PUT", "UPSERT"]), numbers, domains),
        st.tuples(st.just("person"), st.sampled_from(["POST", "PATCH", "PUT"]), numbers, numbers),
        st.tuples(st.just("team"), st.sampled_from(["PATCH", "PUT"]), numbers, st.lists(numbers, max_size=3)),
        st.tuples(st.just("delete"), st.sampled_from(SLUGS), numbers, st.none()),
        st.tuples(st.just("merge"), st.sampled_from(SLUGS), numbers, numbers),
    ),
    max_size=14,
)


def ids(api: Api, slug: str) -> list[str]:
    return list(api.emulator.workspace.object(slug).table.rows)


def nth(api: Api, slug: str, number: int) -> str:
    known = ids(api, slug)
    return known[number % len(known)] if known else "00000000-0000-4000-8000-000000000000"


def take(api: Api, step: tuple[Any, ...]) -> None:
    """One step; refusals are as welcome as anything else."""
    what, how, number, given_ = step
    if what == "delete":
        api.raw("DELETE", f"/v2/objects/{how}/records/{nth(api, how, number)}")
    elif what == "merge":
        pair = {"primary_record_id": nth(api, how, number), "secondary_record_id": nth(api, how, given_)}
        api.raw("POST", f"/v2/objects/{how}/records/merge", {"data": pair})
    else:
        slug = "people" if what == "person" else "companies"
        values = {
            "company": lambda: {"domains": given_},
            "person": lambda: {"company": refer(api, "companies", given_)},
            "team": lambda: {"team": [refer(api, "people", each) for each in given_]},
        }[what]()
        target = f"/v2/objects/{slug}/records"
        if how == "UPSERT":
            api.raw("PUT", f"{target}?matching_attribute=domains", {"data": {"values": values}})
        else:
            place = target if how == "POST" else f"{target}/{nth(api, slug, number)}"
            api.raw(how, place, {"data": {"values": values}})


def refer(api: Api, slug: str, number: int) -> dict[str, str]:
    return {"target_object": slug, "target_record_id": nth(api, slug, number)}


def links(workspace: Workspace, slug: str, attribute: str) -> set[tuple[str, str]]:
    rows = workspace.object(slug).table.rows.values()
    return {(row.id, str(each["target_record_id"])) for row in rows for each in row.values.get(attribute, [])}


@QUIET
@given(steps)
def test_both_sides_of_a_relationship_always_agree(history: list[tuple[Any, ...]]) -> None:
    """Whatever was written, deleted and merged: who works somewhere is in that team, and nobody else is."""
    api = Api(Emulator(clock_mode="manual"))
    for step in history:
        take(api, step)
    workspace = api.emulator.workspace

    assert links(workspace, "people", "company") == {(b, a) for a, b in links(workspace, "companies", "team")}
    alive = set(ids(api, "people")) | set(ids(api, "companies"))
    assert {each for pair in links(workspace, "people", "company") for each in pair} <= alive


@QUIET
@given(steps)
def test_indexes_say_what_the_rows_hold(history: list[tuple[Any, ...]]) -> None:
    """No unique value has two owners, and the orders by id and by moment hold exactly the living rows."""
    api = Api(Emulator(clock_mode="manual"))
    api.emulator.workspace.object("companies").table.sort()
    for step in history:
        take(api, step)
    kind = api.emulator.workspace.object("companies")
    held = [
        (each["domain"], row.id) for row in kind.table.rows.values() for each in row.values.get("domains", [])
    ]

    assert dict(held) == kind.table.index(kind.by_slug["domains"].attribute_id)
    assert len(held) == len(dict(held))
    assert sorted(kind.table.rows) == kind.table.ids()
    assert sorted((row.created_at, row.id) for row in kind.table.rows.values()) == kind.table.moments()


@QUIET
@given(steps)
def test_the_past_of_a_single_value_has_no_overlaps(history: list[tuple[Any, ...]]) -> None:
    """Each value of a person's company ends before or when the next one begins, and only the last is open."""
    api = Api(Emulator(clock_mode="manual"))
    for step in history:
        take(api, step)
    for row in api.emulator.workspace.object("people").table.rows.values():
        past = (row.history or {}).get("company", [])
        every = sorted([*past, *row.values.get("company", [])], key=lambda value: str(value["active_from"]))
        ends = [each["active_until"] for each in every]

        assert all(str(end) <= str(after["active_from"]) for end, after in zip(ends, every[1:], strict=False))
        assert None not in ends[:-1]


@QUIET
@given(steps)
def test_equal_histories_give_equal_bytes_and_survive_a_dump(history: list[tuple[Any, ...]]) -> None:
    """Two emulators told the same print the same; so does a third one that loaded the dump."""
    first, second, third = (Api(Emulator(clock_mode="manual")) for _ in range(3))
    for step in history:
        take(first, step)
        take(second, step)
    dumped = first("GET", "/_emulator/dump")
    third("POST", "/_emulator/load", dumped)

    assert dumps(dumped) == dumps(second("GET", "/_emulator/dump")) == dumps(third("GET", "/_emulator/dump"))
    for slug in SLUGS:
        target = f"/v2/objects/{slug}/records/query"
        assert first.raw("POST", target, {}).body == third.raw("POST", target, {}).body


simple = st.one_of(
    st.builds(lambda domain: {"domains": domain}, st.sampled_from(DOMAINS)),
    st.builds(lambda part: {"domains": {"$contains": part}}, st.sampled_from(["a", "co"])),
    st.builds(lambda domain: {"domains": {"root_domain": domain}}, st.sampled_from(DOMAINS)),
    st.builds(lambda name: {"name": name}, st.sampled_from(["x", "y"])),
    st.builds(lambda names: {"name": {"$in": names}}, st.lists(st.sampled_from(["x", "y", "z"]))),
    st.builds(
        lambda op, n: {"created_at": {op: f"2026-01-01T09:00:00.{n:03d}Z"}},
        st.sampled_from(["$gt", "$gte", "$lt", "$lte", "$eq"]),
        st.integers(0, 8),
    ),
    st.builds(lambda picked: {"record_id": {"$in": picked}}, st.just(["7"])),
)
filters = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"$and": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"$or": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"$and": [{"$not": {"$and": [part]}}]}, inner),
    ),
    max_leaves=6,
)


@QUIET
@given(filters, st.sampled_from([[], ["asc"], ["desc"]]), st.integers(1, 4), st.integers(0, 4))
def test_an_index_never_changes_an_answer(filter_: Any, order: list[str], limit: int, offset: int) -> None:
    """A query finds what testing every row one by one finds, in the same order, page by page."""
    api = Api(Emulator(clock_mode="manual"))
    for number in range(6):
        api.record("companies", {"name": "xy"[number % 2], "domains": DOMAINS[number : number + 1]})
    workspace = api.emulator.workspace
    kind = workspace.object("companies")
    condition = compile_filter(Scope(workspace=workspace, kind=kind), filter_)
    rows = [row for _, row in sorted(kind.table.rows.items()) if condition.holds(row)]
    if order:
        rows.sort(key=lambda row: row.created_at, reverse=order == ["desc"])
    sorts = [{"attribute": "created_at", "direction": each} for each in order]
    body = {"filter": filter_, "sorts": sorts, "limit": limit, "offset": offset}
    found = api("POST", "/v2/objects/companies/records/query", body)["data"]

    assert [row.id for row in rows[offset : offset + limit]] == [each["id"]["record_id"] for each in found]
