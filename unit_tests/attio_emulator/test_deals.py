"""Generated deals and projects."""

from attio_emulator.model.tables import Row
from attio_emulator.seeds.deals import COURSES, define_projects, seed_deals, seed_projects
from attio_emulator.seeds.world import plan
from unit_tests.attio_emulator.calling import Api


def stages(row: Row) -> list[tuple[str, object, object]]:
    """The stages of a deal in their order: title, begin and end."""
    listed = [*(row.history or {}).get("stage", ()), *row.values["stage"]]
    return [(each["status"]["title"], each["active_from"], each["active_until"]) for each in listed]


def test_each_stage_of_a_deal_begins_when_the_one_before_ends(api: Api) -> None:
    """A deal went through the stages of one course without a break, and only the last is active."""
    workspace = api.emulator.workspace
    seed_deals(plan(workspace, {"companies": 3, "people": 5, "deals": 30, "projects": 0}))
    for row in workspace.object("deals").table.rows.values():
        titles, begins, ends = zip(*stages(row), strict=True)

        assert titles in COURSES
        assert (row.created_at, None) == (begins[0], ends[-1])
        assert begins[1:] == ends[:-1]
        assert list(begins) == sorted(set(begins))


def test_projects_show_most_types_of_attributes(api: Api) -> None:
    """Every project has a unique code and a status, and only the site is known of none."""
    workspace = api.emulator.workspace
    world = plan(workspace, {"companies": 3, "people": 5, "deals": 0, "projects": 12})
    kind = define_projects(workspace)
    seed_projects(world, kind)
    rows = [row.values for row in kind.table.rows.values()]
    own = {slug for slug, attribute in kind.by_slug.items() if attribute.is_writable}

    assert 12 == len({str(row["project_code"][0]["value"]) for row in rows})
    assert all(row["stage"] for row in rows)
    assert own - {"site"} == {slug for slug in own if any(row.get(slug) for row in rows)}
    assert {"text", "status", "currency", "select", "record-reference", "rating", "checkbox"} <= {
        attribute.type for attribute in kind.by_slug.values()
    }
