"""A small workspace with every kind of attribute, and rows for it, for the destination's property tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from integration_tests.destination.desk import bare
from integration_tests.in_process import MemoryDesk

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from integration_tests.destination.desk import Row

CODES: Final = ["T1", "T2", "T3", "T4", "T5"]
ABSENT: Final = "T9"
LOCATION: Final = {"locality": "Bristol", "country_code": "GB"}
EURO: Final = {"config": {"currency": {"default_currency_code": "EUR", "display_type": "symbol"}}}
MANY: Final = {"is_multiselect": True}
COLUMNS: Final[dict[str, tuple[str, dict[str, Any], list[Any], Any]]] = {
    # slug: type, how it is made, values that are fine, one that is not
    "title": ("text", {}, ["plain", "Zürich, 東京", 0], {"not": "text"}),
    "size": ("number", {}, [1, "42.5"], "many"),
    "is_open": ("checkbox", {}, ["yes", False], "perhaps"),
    "price": ("currency", EURO, [7, {"amount": 9.5, "currency": "EUR"}], "much"),
    "day": ("date", {}, ["2026-05-01", "2026-05-02T23:00:00-10:00"], "someday"),
    "moment": ("timestamp", {}, ["2026-05-01T10:00:00Z", "2026-05-01 12:00:00+01:00"], "noon"),
    "stars": ("rating", {}, [3, "4"], 9),
    "kind": ("select", {}, ["Small", "Large"], "Huge"),
    "kinds": ("select", MANY, [["Small"], "Large", ["Large", "Small"]], "Huge"),
    "phase": ("status", {}, ["Small", "Large"], "Huge"),
    "place": ("location", {}, [LOCATION, "FR"], "Baker Street"),
    "phone": ("phone-number", MANY, ["+44 117 234 5678", ["+441172345679"]], "call me"),
    "site": ("domain", {}, ["a.example.com", "https://B.example.com/x"], "no domain"),
    "mail": ("email-address", MANY, ["Ada@example.com", ["ada@example.com", "bob@example.com"]], "nobody"),
    "owner": ("actor-reference", {}, ["MEMBER"], "nobody@example.net"),
    "parent": ("record-reference", {}, [*CODES, ABSENT], {"no": 1, "record": 2}),
    "friends": ("record-reference", MANY, [["T1", "T2"], "T3", ["T4", ABSENT]], {"no": 1, "record": 2}),
}
POINTERS: Final = ("parent", "friends")
PLAIN: Final = tuple(one for one in COLUMNS if one not in POINTERS)


class World(MemoryDesk):
    """Things with every kind of attribute, which point at each other, and a list of them."""

    def __init__(self, *, holds: Any = None, **more: Any) -> None:
        """A world with nothing in it yet, or one that holds what another's dump says."""
        super().__init__(**more)
        if holds is None:
            self._build()
        else:
            self.attio.load(holds)
        self.member = self.attio.api("GET", "/v2/workspace_members")["data"][0]["email_address"]

    def _build(self) -> None:
        """Make the object, the list and their attributes."""
        self.custom_object("things")
        for slug, (kind, how, _, _) in COLUMNS.items():
            to_things = {"config": {"record_reference": {"allowed_objects": ["things"]}}}
            self.attribute("objects/things", slug, kind, **how, **(to_things if slug in POINTERS else {}))
            for title in ("Small", "Large") if kind in {"select", "status"} else ():
                ending = "options" if kind == "select" else "statuses"
                path = f"/v2/objects/things/attributes/{slug}/{ending}"
                self.attio.api("POST", path, {"data": {"title": title}})
        self.list_of("queue", "things")
        self.attribute("lists/queue", "note", "text")

    def twin(self) -> World:
        """Another world that holds the same, record by record."""
        return World(holds=self.attio.dump(), **self.more)

    def rows(self, given: list[Row]) -> list[Row]:
        """The rows, with the member's address in them."""
        return [{**row, "owner": self.member} if row.get("owner") == "MEMBER" else row for row in given]

    def state(self) -> dict[str, Any]:
        """All values of all things and entries, by what they are called instead of by id."""
        records = self.attio.records("things", limit=500)
        codes = {one["id"]["record_id"]: one["values"]["code"][0]["value"] for one in records}
        things = sorted((_plain(one["values"], codes) for one in records), key=str)
        entries = self.attio.api("POST", "/v2/lists/queue/entries/query", {})["data"]
        parents = (
            (codes.get(one["parent_record_id"]), _plain(one["entry_values"], codes)) for one in entries
        )
        return {"things": things, "queue": sorted(parents, key=str)}

    def codes(self) -> list[str]:
        """The keys of all things."""
        return sorted(one["code"][0] for one in self.state()["things"])

    def rejected(self) -> set[int]:
        """The numbers of the rows in the rejects file."""
        return {one["row_number"] for one in self.rejects()}

    def written(self) -> int:
        """Writes that Attio has done."""
        writes = {"POST", "PUT", "PATCH", "DELETE"}
        return sum(
            one["method"] in writes and one["status"] < 300 and not one["path"].endswith("/query")
            for one in self.attio.calls()
        )


def _plain(values: Row, codes: dict[str, str]) -> Row:
    own = {"record_id", "entry_id", "created_at", "created_by"}
    return {
        slug: [_shown(one, codes) for one in found]
        for slug, found in values.items()
        if slug not in own and found
    }


def _shown(value: Row, codes: dict[str, str]) -> Any:
    target = value.get("target_record_id")
    return codes.get(target, "gone") if target else bare(value)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An input and its settings."""

    before: list[Row]
    rows: list[Row]
    batch: int
    settings: dict[str, Any] = field(default_factory=dict)
    target: str = "things"


def stream_settings(columns: list[str], merge: str, **more: Any) -> dict[str, Any]:
    """The settings of a stream with these columns, all merged alike."""
    fields = [
        {
            "column": one,
            "attribute": one,
            "merge": merge,
            **({"reference": "code"} if one in POINTERS else {}),
        }
        for one in columns
    ]
    return {"fields": [{"column": "code", "attribute": "code"}, *fields], "match": "code", **more}


def _row(columns: list[str], *, sound: bool) -> SearchStrategy[Row]:
    def values(slug: str) -> SearchStrategy[Any]:
        fine = st.sampled_from([*COLUMNS[slug][2], None])
        return fine if sound else st.one_of(fine, fine, fine, fine, st.just(COLUMNS[slug][3]))

    codes = st.sampled_from(CODES if sound else [*CODES * 3, None])
    gone = {} if sound else {"gone": st.sampled_from([True, False, None])}
    return st.fixed_dictionaries({"code": codes}, optional={**{one: values(one) for one in columns}, **gone})


@st.composite
def cases(draw: Callable[[SearchStrategy[Any]], Any], *, pointing_and_deleting: bool = True) -> Case:
    """Things before, rows to push, and how."""
    mode = draw(st.sampled_from(["upsert", "upsert", "update", "create", "mirror"]))
    deletes = mode != "mirror" and draw(st.booleans())
    is_pointing = pointing_and_deleting or not (deletes or mode == "mirror")
    plain = draw(st.lists(st.sampled_from(PLAIN), max_size=3, unique=True))
    # What others will change by hand is a title, so there the rows shall have one too.
    plain = plain if pointing_and_deleting else list(dict.fromkeys(["title", *plain]))
    columns = [*plain, *(POINTERS if is_pointing else ())]
    merge = draw(
        st.sampled_from(
            ["overwrite", "overwrite", "ignore_null", "clear_on_null", "set_if_empty", "append", "remove"]
        )
    )
    policy = draw(st.sampled_from(["reject", "skip", "create_stub"]))
    more = {"mode": mode, "on_missing_reference": policy, "max_delete_percent": 100}
    if deletes:
        more["delete_when"] = "gone"
    return Case(
        before=draw(st.lists(_row(columns, sound=True), max_size=4)),
        rows=draw(st.lists(_row(columns, sound=mode == "mirror"), max_size=9)),
        batch=draw(st.integers(1, 5)),
        settings=stream_settings(columns, merge, **more),
    )


@st.composite
def entry_cases(draw: Callable[[SearchStrategy[Any]], Any]) -> Case:
    """Entries of the list of things."""
    rows = st.lists(
        st.fixed_dictionaries(
            {"code": st.sampled_from([*CODES, ABSENT, None])},
            optional={"note": st.sampled_from(["one", "two", None])},
        ),
        max_size=8,
    )
    fields = [
        {"column": "code", "attribute": "parent_record", "reference": "code"},
        {"column": "note", "attribute": "note"},
    ]
    mode = draw(st.sampled_from(["upsert", "update", "create"]))
    more = {"fields": fields, "mode": mode}
    return Case(
        before=draw(rows), rows=draw(rows), batch=draw(st.integers(1, 5)), settings=more, target="lists/queue"
    )


def prepared(case: Case) -> World:
    """A world that holds what was there before."""
    world = World(batch_rows=case.batch)
    with world.unjournaled():
        _fill(world, case)
    return world


def _fill(world: World, case: Case) -> None:
    if case.target != "things":
        world.push([{"code": one} for one in CODES[:3]], "things", match="code")
        world.push(case.before, case.target, fields=case.settings["fields"])
        return
    fields = case.settings["fields"]
    plain = [{**one, "merge": "overwrite"} for one in fields]
    world.push(
        world.rows(case.before), "things", fields=plain, match="code", on_missing_reference="create_stub"
    )
