"""Lists: entries by parent, the same record twice, and what an upsert of an entry does."""

from typing import Any

from integration_tests.contract.ground import Ground, domain, plain, refusal


def entry_id(entry: dict[str, Any]) -> str:
    """The id of an entry as Attio sends it."""
    return str(entry["id"]["entry_id"])


def test_an_entry_by_its_parent(companies: Ground, sales: str) -> None:
    """An upsert by parent makes one entry, and the next one finds it and replaces its values."""
    company = companies.company(domain())
    made = companies.client.upsert_entry(sales, "companies", company, {"labels": ["Red", "Green"]})
    again: dict[str, Any] = companies.client.upsert_entry(sales, "companies", company, {"labels": ["Blue"]})

    assert entry_id(made) == entry_id(again)
    assert ["Blue"] == plain(again["entry_values"]["labels"])


def test_a_record_twice_in_a_list(companies: Ground, sales: str) -> None:
    """A record may be in a list twice; then an upsert by parent is refused, and we are told of both."""
    company = companies.company(domain())
    both = {entry_id(companies.client.create_entry(sales, "companies", company, {})) for _ in range(2)}
    listed = companies.client.record_entries("companies", company)

    assert both == {each["entry_id"] for each in listed}
    assert ("Ambiguous", 400, "multiple_match_results") == refusal(
        lambda: companies.client.upsert_entry(sales, "companies", company, {})
    )


def test_the_four_writes_hold_for_entries(companies: Ground, sales: str) -> None:
    """PATCH puts new values in front, PUT replaces, as with records."""
    company = companies.company(domain())
    entry = entry_id(companies.client.create_entry(sales, "companies", company, {"labels": ["Red"]}))
    patched: dict[str, Any] = companies.client.update_entry(sales, entry, {"labels": ["Green"]})
    put: dict[str, Any] = companies.client.replace_entry(sales, entry, {"labels": ["Blue"]})

    assert ["Green", "Red"] == plain(patched["entry_values"]["labels"])
    assert ["Blue"] == plain(put["entry_values"]["labels"])


def test_entries_by_id(companies: Ground, sales: str) -> None:
    """`entry_id` can be filtered and sorted by, as `record_id` can."""
    company = companies.company(domain())
    entry = entry_id(companies.client.create_entry(sales, "companies", company, {"remark": "x"}))
    (found,) = companies.client.query_entries(
        sales,
        filter={"entry_id": {"$in": [entry]}},
        sorts=[
            {"attribute": "created_at", "direction": "asc"},
            {"attribute": "entry_id", "direction": "asc"},
        ],
    )

    assert (entry, company, "companies") == (
        entry_id(found),
        found["parent_record_id"],
        found["parent_object"],
    )


def test_entries_by_their_parents(companies: Ground, sales: str) -> None:
    """A path over `parent_record` finds the entries of many records at once, the object named by its slug."""
    company = companies.company(domain())
    entry = entry_id(companies.client.create_entry(sales, "companies", company, {}))
    nobody = "00000000-0000-4000-8000-000000000000"
    path = [[sales, "parent_record"], ["companies", "record_id"]]
    found = companies.client.query_entries(
        sales, filter={"path": path, "constraints": {"value": {"$in": [company, nobody]}}}
    )

    assert [entry] == [entry_id(each) for each in found]


def test_taking_an_entry_off_keeps_the_record(companies: Ground, sales: str) -> None:
    """Deleting an entry leaves its record."""
    company = companies.company(domain())
    entry = entry_id(companies.client.create_entry(sales, "companies", company, {}))
    companies.client.delete_entry(sales, entry)

    assert [] == companies.client.record_entries("companies", company)
    assert companies.values(company)


def test_an_unknown_parent(companies: Ground, sales: str) -> None:
    """An entry needs a record that exists."""
    nobody = "00000000-0000-4000-8000-000000000000"

    assert ("ValueNotFound", 400, "value_not_found") == refusal(
        lambda: companies.client.create_entry(sales, "companies", nobody, {})
    )
