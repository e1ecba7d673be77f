"""How values come back: the forms in which we compare what Attio holds with what a warehouse wants."""

import pytest

from integration_tests.contract.ground import Ground, domain, record_id, unique

NOWHERE = dict.fromkeys(
    ("line_1", "line_2", "line_3", "line_4", "locality", "region", "postcode", "country_code")
) | {"latitude": None, "longitude": None}
BRISTOL = {**NOWHERE, "locality": "Bristol", "country_code": "GB", "latitude": "51.454514"}


@pytest.mark.parametrize(
    ("attribute", "sent", "expected"),
    [
        ("title", " spaces stay ", " spaces stay "),
        ("size", 12.3456, 12.3456),
        ("born", "2023", "2023-01-01"),
        ("born", "2023-01-02T23:00:00-10:00", "2023-01-03"),
        ("seen", "2026-05-01T13:00:00+02:00", "2026-05-01T11:00:00.000000000Z"),
        ("active", "true", True),
        ("stars", 0, 0),
        ("price", 99.5, {"amount": 99.5, "currency": "EUR"}),
        ("stage", "Won", "Won"),
        ("phones", ["+44 117 234 5678"], "+441172345678"),
        ("place", BRISTOL, BRISTOL),
    ],
)
def test_a_value_comes_back(ground: Ground, attribute: str, sent: object, expected: object) -> None:
    """What is written comes back in Attio's own form."""
    record = ground.create(**{attribute: sent})

    assert [expected] == ground.plain(record, attribute)


def test_a_domain_is_cut_out_of_an_address(companies: Ground) -> None:
    """Path, query and capitals of a web address are dropped from a domain."""
    name = domain()
    record = companies.company(f"https://{name.upper()}/path?query=1")

    assert [name] == companies.plain(record, "domains")


def test_a_name_is_split_at_the_comma(companies: Ground) -> None:
    """'Last, First' is split by Attio; an e-mail address is kept in lower case beside what was sent."""
    address = f"Ada@{domain()}"
    made = companies.client.create_record("people", {"name": "Lovelace, Ada", "email_addresses": [address]})
    person = record_id(made)
    companies.later(lambda: forget_company_of(companies, address.partition("@")[2]))
    companies.later(lambda: companies.client.delete_record("people", person))
    (name,) = companies.plain(person, "name", "people")

    assert ("Ada", "Lovelace") == (name["first_name"], name["last_name"])
    assert [address.lower()] == companies.plain(person, "email_addresses", "people")


def forget_company_of(companies: Ground, name: str) -> None:
    """Delete the company that Attio makes for the domain of a new address."""
    for company in companies.client.query_records("companies", filter={"domains": name}):
        companies.client.delete_record("companies", record_id(company))


def test_an_unknown_parameter_is_ignored(ground: Ground) -> None:
    """A query parameter that Attio does not know changes nothing."""
    title = unique("title")
    record = ground.create(title=title)
    path = f"/v2/objects/{ground.slug}/records/{record}"

    assert record == record_id(ground.client.one("GET", path, params={"nonsense": "1"}))
