"""The refusals on which our code branches: name, status and code."""

import pytest

from integration_tests.contract.ground import Ground, refusal
from integration_tests.whole_client import WholeClient

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_dead_token(client: WholeClient, api_url: str) -> None:
    """An unknown token is told by /v2/self as not active with 200, and refused elsewhere with 401."""
    stranger = WholeClient("0" * 64, api_url=api_url)

    assert not stranger.whoami().active
    assert ("BadToken", 401) == refusal(stranger.objects)[:2]


def test_a_living_token(client: WholeClient) -> None:
    """A living token names its workspace and its scopes."""
    identity = client.whoami()

    assert identity.active
    assert identity.workspace_id
    assert identity.workspace_slug
    assert all(":" in scope for scope in identity.scopes)


def test_an_unknown_object(client: WholeClient) -> None:
    """An object that does not exist is 404, for its attributes as for its records."""
    unknown = ("UnknownObject", 404, "not_found")

    assert unknown == refusal(lambda: client.attributes("objects", "no_such_object"))
    assert unknown == refusal(lambda: client.query_records("no_such_object"))
    assert unknown == refusal(lambda: client.create_record("no_such_object", {}))


def test_an_unknown_record(ground: Ground) -> None:
    """A record that does not exist is 404, and we call it gone."""
    assert ("Gone", 404, "not_found") == refusal(lambda: ground.client.get_record(ground.slug, NOBODY))


def test_a_malformed_id(ground: Ground) -> None:
    """An id that is not a UUID is refused with 400, not 404."""
    assert 400 == refusal(lambda: ground.client.get_record(ground.slug, "not-a-uuid"))[1]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"nonsense": "x"}, "value_not_found"),
        ({"colours": ["Mauve"]}, "value_not_found"),
        ({"stage": "Nowhere"}, "value_not_found"),
        ({"friends": [{"target_object": "people", "target_record_id": NOBODY}]}, None),
        ({"size": "not a number"}, "validation_type"),
        ({"born": "not a date"}, "validation_type"),
        ({"stars": 6}, "validation_type"),
        ({"phones": ["0117 234 5678"]}, "validation_type"),
        ({"place": {"locality": "Bristol"}}, "validation_type"),
        ({"active": None}, "validation_type"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_a_value_that_is_refused(ground: Ground, values: dict[str, object], code: str | None) -> None:
    """What Attio cannot take it refuses with 400, and with the code that tells us why."""
    family, status, found = refusal(lambda: ground.create(**values))

    assert 400 == status
    assert family in {"ValueNotFound", "InvalidValue"}
    assert found == (code or found)


def test_several_values_must_be_a_list(companies: Ground) -> None:
    """An attribute of several values refuses a bare one."""
    path = "/v2/objects/companies/records"
    made = refusal(
        lambda: companies.client.one("POST", path, {"data": {"values": {"domains": "bare.example.com"}}})
    )

    assert ("InvalidValue", 400, "validation_type") == made


def test_an_option_that_exists(ground: Ground) -> None:
    """Creating an option or a status whose title is taken is 409, which means: it is there."""
    taken = ("AlreadyExists", 409, "slug_conflict")

    assert taken == refusal(lambda: ground.client.create_option("objects", ground.slug, "colours", "Red"))
    assert taken == refusal(lambda: ground.client.create_status("objects", ground.slug, "stage", "Won"))


def test_a_system_attribute(companies: Ground) -> None:
    """A system attribute cannot be changed."""
    path = "/v2/objects/companies/attributes/domains"
    change = refusal(lambda: companies.client.one("PATCH", path, {"data": {"title": "Domains"}}))

    assert ("Forbidden", 400, "system_edit_unauthorized") == change
