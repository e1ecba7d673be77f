"""Objects, attributes, options and statuses: made, changed, archived, refused."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_coercion import deal, define

OBJECT = {"api_slug": "boats", "singular_noun": "Boat", "plural_noun": "Boats"}
DEALS = "/v2/objects/deals/attributes"
TO_COMPANIES = {"object": "companies", "title": "Deals", "api_slug": "deals", "is_multiselect": True}
A_GHOST = {"target_object": "people", "target_record_id": "00000000-0000-4000-8000-000000000000"}


def attribute_body(**changes: Any) -> dict[str, Any]:
    return {
        "data": {
            "title": "Field",
            "description": None,
            "api_slug": "field",
            "type": "text",
            "is_required": False,
            "is_unique": False,
            "is_multiselect": False,
            "config": {},
            **changes,
        }
    }


def test_a_fresh_workspace_has_the_five_standard_objects(api: Api) -> None:
    """People, companies, deals, users and workspaces, listed by id, found by slug and by id."""
    listed = api("GET", "/v2/objects")["data"]
    ids = [each["id"]["object_id"] for each in listed]

    assert {"people", "companies", "deals", "users", "workspaces"} == {each["api_slug"] for each in listed}
    assert sorted(ids) == ids
    assert listed[0] == api("GET", f"/v2/objects/{ids[0]}")["data"]


def test_an_object_lives_and_dies_with_its_records(api: Api) -> None:
    """A custom object starts with three attributes, can be renamed, and takes everything with it."""
    api("POST", "/v2/objects", {"data": OBJECT})
    started = [each["api_slug"] for each in api("GET", "/v2/objects/boats/attributes")["data"]]
    partner = {"object": "companies", "title": "Boats", "api_slug": "boats", "is_multiselect": True}
    define(api, "owner", "record-reference", "objects/boats", relationship=partner)
    company = api.record("companies", {"domains": ["a.com"]})
    api.record("boats", {"owner": "a.com"})
    api("PATCH", "/v2/objects/boats", {"data": {"api_slug": "ships"}})
    renamed = api("GET", f"/v2/objects/companies/records/{company}")["data"]["values"]["boats"][0]
    api("DELETE", "/v2/objects/ships")

    assert ["record_id", "created_at", "created_by"] == started
    assert "ships" == renamed["target_object"]
    assert [] == api("GET", f"/v2/objects/companies/records/{company}")["data"]["values"]["boats"]
    assert (404, "not_found") == api.refusal("GET", "/v2/objects/ships")


@pytest.mark.parametrize(
    ("method", "target", "data", "refusal"),
    [
        ("POST", "/v2/objects", OBJECT | {"api_slug": "people"}, (409, "slug_conflict")),
        ("POST", "/v2/objects", OBJECT | {"plural_noun": "companies"}, (409, "slug_conflict")),
        ("POST", "/v2/objects", OBJECT | {"singular_noun": ""}, (400, "validation_type")),
        ("POST", "/v2/objects", {"api_slug": "boats"}, (400, "validation_type")),
        ("PATCH", "/v2/objects/people", {}, (400, "validation_type")),
        ("PATCH", "/v2/objects/people", {"api_slug": "humans"}, (400, "system_edit_unauthorized")),
        ("DELETE", "/v2/objects/people", None, (400, "system_edit_unauthorized")),
        ("DELETE", "/v2/objects/boats", None, (404, "not_found")),
    ],
)
def test_objects_are_protected(
    api: Api, method: str, target: str, data: Any, refusal: tuple[int, str]
) -> None:
    """Names that are taken, empty changes, and standard objects."""
    assert refusal == api.refusal(method, target, {"data": data})


def test_an_attribute_shows_its_whole_definition(api: Api) -> None:
    """Config always has both blocks; a relationship shows the other side."""
    shown = api("GET", "/v2/objects/people/attributes/company")["data"]
    companies = api("GET", "/v2/objects/companies")["data"]["id"]["object_id"]

    assert {"default_currency_code": None, "display_type": None} == shown["config"]["currency"]
    assert [companies] == shown["config"]["record_reference"]["allowed_object_ids"]
    assert ("team", True) == (shown["relationship"]["api_slug"], shown["relationship"]["is_multiselect"])
    assert (True, False, True) == (shown["is_system_attribute"], shown["is_unique"], shown["is_writable"])


@pytest.mark.parametrize(
    ("target", "changes", "code"),
    [
        ("objects/deals", {"api_slug": "name"}, "slug_conflict"),
        ("objects/deals", {"type": "interaction"}, "validation_type"),
        ("objects/deals", {"type": "select", "is_unique": True}, "validation_type"),
        ("objects/deals", {"is_multiselect": True}, "validation_type"),
        ("objects/deals", {"surprise": 1}, "validation_type"),
        ("objects/deals", {"title": ""}, "validation_type"),
        *[
            ("objects/deals", {"config": {block: wrong}}, "validation_type")
            for block, wrong in (
                ("currency", {"default_currency_code": "XXX", "display_type": "code"}),
                ("currency", {"default_currency_code": "EUR"}),
                ("currency", {"default_currency_code": None, "display_type": None}),
                ("currency", None),
                ("record_reference", {}),
                ("record_reference", None),
            )
        ],
        ("objects/people", {"is_unique": True}, "validation_type"),
        ("objects/companies", {"is_unique": True}, "validation_type"),
        ("objects/people", {"type": "status"}, "validation_type"),
        ("objects/people", {"default_value": {"type": "static", "template": ["x"]}}, "validation_type"),
        (
            "objects/deals",
            {"type": "number", "default_value": {"type": "static", "template": ["x"]}},
            "validation_type",
        ),
        (
            "objects/deals",
            {"type": "date", "default_value": {"type": "dynamic", "template": "soon"}},
            "validation_type",
        ),
        *[
            ("objects/deals", {"type": "record-reference", **changes}, "validation_type")
            for changes in (
                {"config": {"record_reference": {"allowed_objects": ["people", "nowhere"]}}},
                {"default_value": {"type": "static", "template": [A_GHOST]}},
                {
                    "config": {"record_reference": {"allowed_objects": ["people"]}},
                    "relationship": TO_COMPANIES,
                },
            )
        ],
        (
            "objects/deals",
            {"type": "select", "default_value": {"type": "static", "template": ["Nope"]}},
            "validation_type",
        ),
        ("objects/nowhere", {}, "not_found"),
        ("lists/nowhere", {}, "not_found"),
        ("things/deals", {}, "not_found"),
    ],
)
def test_attributes_that_cannot_be_are_refused(api: Api, target: str, changes: Any, code: str) -> None:
    """Slugs taken, types that nobody creates, flags that do not go together, closed bodies."""
    assert code == api.refusal("POST", f"/v2/{target}/attributes", attribute_body(**changes))[1]


def test_archived_attributes_keep_their_slug(api: Api) -> None:
    """They leave the listing unless asked for, can still be read, and their slug stays taken."""
    define(api, "field", "text")
    api("PATCH", f"{DEALS}/field", {"data": {"is_archived": True}})
    listed = [each["api_slug"] for each in api("GET", DEALS)["data"]]
    every = [each["api_slug"] for each in api("GET", f"{DEALS}?show_archived=true")["data"]]

    assert ("field" in every, "field" in listed) == (True, False)
    assert api("GET", f"{DEALS}/field")["data"]["is_archived"]
    assert (409, "slug_conflict") == api.refusal("POST", DEALS, attribute_body())
    assert ["object-attribute.created", "object-attribute.updated"] == api.events("object-attribute.")


def test_an_attribute_can_be_renamed(api: Api) -> None:
    """Its values and their history move to the new slug; system attributes stay as they are."""
    define(api, "field", "text")
    record_id = deal(api, field="x")["id"]["record_id"]
    api("PATCH", f"{DEALS}/field", {"data": {"api_slug": "renamed", "title": "New"}})
    values = api("GET", f"/v2/objects/deals/records/{record_id}")["data"]["values"]

    assert "x" == values["renamed"][0]["value"]
    assert "field" not in values
    assert (400, "system_edit_unauthorized") == api.refusal(
        "PATCH", f"{DEALS}/stage", {"data": {"title": "x"}}
    )
    assert (409, "slug_conflict") == api.refusal("PATCH", f"{DEALS}/renamed", {"data": {"api_slug": "stage"}})


def test_uniqueness_binds_new_values_only(api: Api) -> None:
    """Duplicates from before stay; from then on a new one is refused."""
    define(api, "field", "text")
    for _ in range(2):
        deal(api, field="same")
    api("PATCH", f"{DEALS}/field", {"data": {"is_unique": True}})
    body = {"data": {"values": {"name": "D", "stage": "Lead", "owner": "ada@example.com", "field": "same"}}}

    assert 2 == len(api("POST", "/v2/objects/deals/records/query", {"filter": {"field": "same"}})["data"])
    assert (400, "uniqueness_conflict") == api.refusal("POST", "/v2/objects/deals/records", body)


def test_options_are_made_changed_and_archived(api: Api) -> None:
    """A title is taken once; a renamed option shows its new title inside the values that hold it."""
    define(api, "size", "select")
    options = f"{DEALS}/size/options"
    made = api("POST", options, {"data": {"title": "L"}})["data"]
    record_id = deal(api, size="L")["id"]["record_id"]
    api("PATCH", f"{options}/{made['id']['option_id']}", {"data": {"title": "Large"}})
    taken = api.refusal("POST", options, {"data": {"title": "Large"}})
    shown = api("GET", f"/v2/objects/deals/records/{record_id}")["data"]["values"]["size"]
    api("PATCH", f"{options}/Large", {"data": {"is_archived": True}})

    assert (409, "slug_conflict") == taken
    assert "Large" == shown[0]["option"]["title"]
    assert [] == api("GET", options)["data"]
    assert 1 == len(api("GET", f"{options}?show_archived=true")["data"])
    assert 1 == len(api("POST", "/v2/objects/deals/records/query", {"filter": {"size": "Large"}})["data"])
    assert (400, "value_not_found") == api.refusal("PATCH", f"{options}/Small", {"data": {"title": "x"}})
    assert (404, "not_found") == api.refusal(
        "PATCH", f"{DEALS}/sizes/options/Small", {"data": {"title": "x"}}
    )


def test_statuses_know_celebration_and_time(api: Api) -> None:
    """Their extra members are kept; attributes of another type have none, and can be given none."""
    extras = {"celebration_enabled": True, "target_time_in_status": "P2D"}
    made = api("POST", f"{DEALS}/stage/statuses", {"data": {"title": "Signed", **extras}})["data"]
    titles = [each["title"] for each in api("GET", f"{DEALS}/stage/statuses")["data"]]
    bad = {"data": {"title": "x", "target_time_in_status": "soon"}}

    assert extras == {key: made[key] for key in extras}
    assert ["Lead", "In Progress", "Won 🎉", "Lost", "Signed"] == titles
    assert (400, "validation_type") == api.refusal("POST", f"{DEALS}/stage/statuses", bad)
    quiet = {"data": {"title": "Quiet", "celebration_enabled": None}}
    assert api("POST", f"{DEALS}/stage/statuses", quiet)["data"]["celebration_enabled"] is False
    no_more = {"data": {"celebration_enabled": None}}
    assert (400, "value_not_found") == api.refusal("PATCH", f"{DEALS}/stage/statuses/Signde", no_more)
    assert api("PATCH", f"{DEALS}/stage/statuses/Signed", no_more)["data"]["celebration_enabled"] is False
    assert [] == api("GET", f"{DEALS}/name/statuses")["data"]
    assert [] == api("GET", f"{DEALS}/stage/options")["data"]
    title = {"data": {"title": "x"}}
    assert (400, "validation_type") == api.refusal("POST", f"{DEALS}/stage/options", title)
    assert (
        "Won 🎉" == api("PATCH", f"{DEALS}/stage/statuses/Won%20%F0%9F%8E%89", {"data": {}})["data"]["title"]
    )


def test_duplicates_from_before_are_nobodys_match(api: Api) -> None:
    """An upsert by a value that two records hold is refused; when one is gone, the other is found."""
    define(api, "field", "text")
    ids = [deal(api, field="same")["id"]["record_id"] for _ in range(2)]
    api("PATCH", f"{DEALS}/field", {"data": {"is_unique": True}})
    target = "/v2/objects/deals/records?matching_attribute=field"
    body = {"data": {"values": {"field": "same", "name": "Found"}}}
    refused = api.refusal("PUT", target, body)
    api("DELETE", f"/v2/objects/deals/records/{ids[0]}")

    assert (400, "multiple_match_results") == refused
    assert ids[1] == api("PUT", target, body)["data"]["id"]["record_id"]


@pytest.mark.parametrize(
    ("type_", "given", "shown"),
    [
        ("text", "x", {"value": "x"}),
        ("currency", {"currency_value": "5"}, {"currency_value": 5, "currency_code": "USD"}),
        ("domain", "https://A.com/", {"domain": "a.com", "root_domain": "a.com"}),
        ("date", "2026", {"value": "2026-01-01"}),
    ],
)
def test_a_fixed_default_is_shown_as_values_are(api: Api, type_: str, given: Any, shown: Any) -> None:
    """In the form that is read and with its type, whatever form it was written in; new records get it."""
    template = {"type": "static", "template": [given]}
    made = define(api, "field", type_, default_value=template, is_multiselect=type_ == "domain")
    [value] = deal(api)["values"]["field"]

    assert [{**shown, "attribute_type": type_}] == made["default_value"]["template"]
    assert shown.items() <= value.items()


def test_a_default_option_is_shown_by_its_id(api: Api) -> None:
    """So are a status and an actor; a new record gets the option as it is by then."""
    define(api, "size", "select")
    small = api("POST", f"{DEALS}/size/options", {"data": {"title": "Small"}})["data"]["id"]["option_id"]
    default = {"type": "static", "template": ["Small"]}
    changed = api("PATCH", f"{DEALS}/size", {"data": {"default_value": default}})["data"]["default_value"]
    api("PATCH", f"{DEALS}/size/options/Small", {"data": {"title": "Tiny"}})

    assert [{"option": small, "attribute_type": "select"}] == changed["template"]
    assert "Tiny" == deal(api)["values"]["size"][0]["option"]["title"]
