"""Somebody works in the same workspace while a run is under way, and after it; nothing of his is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.in_process import SmallDesk

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [{"name": f"Firm {one}", "domains": f"firm{one}.example.com"} for one in range(6)]
COLLEAGUE = "colleague-token"


class Office(SmallDesk):
    """A desk with a colleague, who acts right before a write of the run that he is told."""

    def __init__(self) -> None:
        super().__init__()
        self.attio.add_token(COLLEAGUE)
        self.attio.api("POST", "/v2/objects", {"data": names("things")})
        self.attribute("objects/things", "code", "text", is_unique=True)
        self.attribute("objects/things", "label", "text")
        self.attribute("objects/things", "tags", "select", is_multiselect=True)
        self.list_of("queue", "companies")

    @property
    def member(self) -> str:
        """A member of the workspace, for comments."""
        return str(self.attio.api("GET", "/v2/workspace_members")["data"][0]["id"]["workspace_member_id"])

    def before_write(self, number: int, act: Callable[[], object]) -> None:
        """Let him act right before this write."""

        def heard(when: str, count: int) -> None:
            if (when, count) == ("before", number):
                self.on_write = lambda *_: None
                act()

        self.on_write = heard

    def theirs(self, method: str, path: str, body: Any = None) -> Any:
        """What the colleague does."""
        status, answer = self.attio.call(method, path, body, token=COLLEAGUE)
        assert status < 300, answer
        return answer["data"] if answer else None

    def company(self, number: int, **values: Any) -> str:
        """A company that the colleague makes."""
        given = {"domains": [f"firm{number}.example.com"], **values}
        made = self.theirs("POST", "/v2/objects/companies/records", {"data": {"values": given}})
        return str(made["id"]["record_id"])

    def all(self, slug: str) -> dict[str, Any]:
        """The records of an object, by id."""
        return {one["id"]["record_id"]: one["values"] for one in self.attio.records(slug, limit=500)}


def names(slug: str) -> dict[str, str]:
    return {"api_slug": slug, "singular_noun": slug, "plural_noun": f"{slug}s"}


@pytest.fixture
def office() -> Office:
    return Office()


OWN: list[dict[str, Any]] = [{}, {"name": "His words"}, {"description": "Mine"}, {"name": "Firm 5"}]


@pytest.mark.parametrize(("own", "before"), [(own, number) for own in OWN for number in (1, 4, 6)])
def test_a_record_that_a_colleague_makes_meanwhile_is_not_ours(
    office: Office, own: dict[str, Any], before: int
) -> None:
    """It counts as an update, and a revert gives his words back, or lists where Attio does not tell them."""
    made: list[str] = []
    office.before_write(before, lambda: made.append(office.company(5, **own)))
    report = office.push(ROWS, "companies", match="domains")
    undone = office.revert(report)
    left = office.all("companies")

    held = {slug: [one["value"] for one in left[made[0]][slug]] for slug in ("name", "description")}
    listed = {each.attribute for one in undone.conflicts for each in one.fields}
    lost = [
        slug
        for slug in held
        if held[slug] != [own[one] for one in [slug] if one in own] and slug not in listed
    ]

    assert (5, 1) == (report.counts.create, report.counts.update)
    assert made == [one.record_id for one in report.met] == list(left)
    assert [] == lost
    assert 5 == undone.counts.delete


@pytest.mark.parametrize("own", [{}, {"label": "His"}, {"label": "L2", "tags": []}])
def test_what_an_assert_overwrote_is_put_back(office: Office, own: dict[str, Any]) -> None:
    """Where Attio tells what a value was before, the journal knows it too."""
    body = {"data": {"values": {"code": "b", **own}}}
    office.before_write(5, lambda: office.theirs("POST", "/v2/objects/things/records", body))
    rows = [{"code": one, "label": "L2"} for one in "acdefgb"]
    undone = office.revert(office.push(rows, "things", match="code"))
    (left,) = office.all("things").values()

    assert [one for slug, one in own.items() if slug == "label"] == [one["value"] for one in left["label"]]
    assert () == undone.conflicts


def test_creations_are_looked_up_again_before_they_go_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody makes while earlier writes of a batch go out is found, not asserted over."""
    monkeypatch.setattr("destination_attio.engine.push.FRESH_FOR", 3)
    office.before_write(2, lambda: office.company(5, name="His words"))
    report = office.push(ROWS, "companies", match="domains", mode="create")

    assert (5, 1) == (report.counts.create, report.counts.rejected)
    assert "exists already" in str(report.rejected[0].reason)


@pytest.mark.parametrize("made", [1, 2])
def test_a_mirror_keeps_what_a_colleague_made_of_its_rows(
    office: Office, monkeypatch: pytest.MonkeyPatch, made: int
) -> None:
    """Records that the source has are no absent ones, though somebody else made them during the run."""
    monkeypatch.setattr("destination_attio.engine.push.FRESH_FOR", 3)
    theirs: list[str] = []

    def act() -> None:
        for values in [{"code": "5", "label": "L5"}, {"label": "L5"}][:made]:
            one = office.theirs("POST", "/v2/objects/things/records", {"data": {"values": values}})
            theirs.append(one["id"]["record_id"])

    office.before_write(2, act)
    rows = [{"label": f"L{one}", "code": str(one)} for one in range(6)]
    report = office.push(rows, "things", match="label", mode="mirror", max_delete_percent=100)

    assert set(theirs) <= set(office.all("things"))
    assert (0, made - 1) == (report.counts.mirrored, report.counts.rejected)


def test_two_of_one_key_are_told(office: Office) -> None:
    """Where Attio keeps no key unique, a run says which of its records somebody has made as well."""
    theirs: list[Any] = []
    body = {"data": {"values": {"code": "x", "label": "L1"}}}
    office.before_write(
        1, lambda: theirs.append(office.theirs("POST", "/v2/objects/things/records", body)["id"]["record_id"])
    )
    rows = [{"label": "L1", "code": "a"}, {"label": "L2", "code": "b"}]
    report = office.push(rows, "things", match="label")

    assert 1 == len(report.duplicates)
    told = f"{report.duplicates[0].reason} {report.duplicates[0].remedy}"
    assert theirs[0] in told
    assert str(report.duplicates[0].record_id) in told
    assert "merge" in told.lower()


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_stub_that_a_colleague_makes_as_well_is_told(office: Office, *, is_saved: bool) -> None:
    """A stub's key is the value that rows refer by; where Attio keeps it not unique, both ids are told."""
    to_things = {"config": {"record_reference": {"allowed_objects": ["things"]}}}
    office.attribute("objects/things", "owner", "record-reference", **to_things)
    fields = [
        {"column": "code", "attribute": "code"},
        {"column": "of", "attribute": "owner", "reference": "label"},
    ]
    given = {"match": "code", "fields": fields, "on_missing_reference": "create_stub"}
    rows = [{"code": "a", "of": "L1"}, {"code": "b", "of": "L2"}]
    plan = office.plan(rows, "things", **given)
    theirs: list[Any] = []
    body = {"data": {"values": {"code": "x", "label": "L1"}}}
    office.before_write(
        1, lambda: theirs.append(office.theirs("POST", "/v2/objects/things/records", body)["id"]["record_id"])
    )
    report = office.apply(plan) if is_saved else office.push(rows, "things", **given)

    assert [{"label": "L1"}] == [one.key for one in report.duplicates]
    assert theirs[0] in str(report.duplicates[0].reason)


ADDED: dict[str, Callable[[Office, str], object]] = {
    "note": lambda office, one: office.theirs(
        "POST",
        "/v2/notes",
        {
            "data": {
                "parent_object": "companies",
                "parent_record_id": one,
                "title": "t",
                "format": "plaintext",
                "content": "c",
            }
        },
    ),
    "task": lambda office, one: office.theirs(
        "POST",
        "/v2/tasks",
        {
            "data": {
                "content": "c",
                "format": "plaintext",
                "deadline_at": None,
                "is_completed": False,
                "assignees": [],
                "linked_records": [{"target_object": "companies", "target_record_id": one}],
            }
        },
    ),
    "list entry": lambda office, one: office.theirs(
        "POST",
        "/v2/lists/queue/entries",
        {"data": {"parent_object": "companies", "parent_record_id": one, "entry_values": {}}},
    ),
    "comment": lambda office, one: office.theirs(
        "POST",
        "/v2/comments",
        {
            "data": {
                "format": "plaintext",
                "content": "c",
                "author": {"type": "workspace-member", "id": office.member},
                "record": {"object": "companies", "record_id": one},
            }
        },
    ),
    "meeting": lambda office, one: office.theirs(
        "POST",
        "/v2/meetings",
        {
            "data": {
                "title": "t",
                "description": "",
                "is_all_day": False,
                "start": {"datetime": "2026-05-01T10:00:00", "timezone": "UTC"},
                "end": {"datetime": "2026-05-01T11:00:00", "timezone": "UTC"},
                "participants": [
                    {"email_address": "ada@example.com", "is_organizer": True, "status": "accepted"}
                ],
                "linked_records": [{"object": "companies", "record_id": one}],
                "external_ref": f"m-{len(office.attio.calls())}",
            }
        },
    ),
    "value": lambda office, one: office.theirs(
        "PATCH", f"/v2/objects/companies/records/{one}", {"data": {"values": {"description": "Mine"}}}
    ),
}


@pytest.mark.parametrize("what", ADDED)
def test_a_record_that_others_added_to_is_left_and_listed(office: Office, what: str) -> None:
    """A revert deletes what only the run has touched; the plan of the revert says the same before."""
    report = office.push(ROWS, "companies", match="domains")
    ids = list(office.all("companies"))
    ADDED[what](office, ids[2])
    with office.session() as session:
        plan = session.plan_revert(report.run_id)
    undone = office.revert(report)

    assert (5, 1) == (plan.counts.delete, plan.counts.rejected)
    assert [ids[2]] == [one.record_id for one in plan.changes if one.kind == "rejected"]
    assert [ids[2]] == [one.record_id for one in undone.conflicts] == list(office.all("companies"))
    assert what in str(undone.conflicts[0].reason) + " value"


def options(office: Office) -> list[str]:
    found = office.attio.api("GET", "/v2/objects/things/attributes/tags/options")["data"]
    return [str(one["title"]) for one in found if not one["is_archived"]]


def test_options_are_planned_noted_and_undone(office: Office) -> None:
    """What `on_unknown_option: create` makes is in the plan, in the journal, and archived by the revert."""
    rows = [{"code": "a", "tags": ["New", "Other"]}, {"code": "b", "tags": ["New"]}]
    settings = {"match": "code", "on_unknown_option": "create"}
    plan = office.plan(rows, "things", **settings)
    report = office.push(rows, "things", **settings)
    with office.open_journal() as journal:
        noted = [one.change.key["title"] for one in journal.changes(report.run_id) if one.change.is_option]
    undone = office.revert(report)
    restored = office.revert(undone)

    assert ["New", "Other"] == [one.key["title"] for one in plan.changes if one.is_option] == noted
    assert (2, 2) == (plan.counts.create, report.counts.create)
    assert 2 == undone.counts.delete
    assert 2 == restored.counts.create
    assert ["New", "Other"] == options(office)


def test_an_option_that_others_use_stays(office: Office) -> None:
    """A title of the run that a record of somebody else's holds is left, and listed."""
    rows = [{"code": "a", "tags": ["New", "Other"]}]
    report = office.push(rows, "things", match="code", on_unknown_option="create")
    body = {"data": {"values": {"code": "theirs", "tags": ["New"]}}}
    office.theirs("POST", "/v2/objects/things/records", body)
    undone = office.revert(report)

    assert ["New"] == options(office)
    assert ["'New' of 'tags' is used by records that the revert leaves as they are."] == [
        one.reason for one in undone.conflicts
    ]
