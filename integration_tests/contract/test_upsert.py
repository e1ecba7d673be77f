"""Upsert: how it finds a record, what it refuses, what it leaves alone."""

from integration_tests.contract.ground import Ground, domain, record_id, refusal, unique


def test_the_same_upsert_twice_is_one_record(ground: Ground) -> None:
    """Repeating an upsert finds the record that the first one made."""
    key = unique("key")
    first = ground.client.upsert_record(ground.slug, "key", {"key": key})
    second = ground.client.upsert_record(ground.slug, "key", {"key": key})

    assert record_id(first) == record_id(second)
    assert [record_id(first)] == ground.query(filter={"key": key})


def test_what_is_left_out_stays(ground: Ground) -> None:
    """An upsert changes only the attributes that it names."""
    key = unique("key")
    record = ground.create(key=key, title="kept", stage="Won")
    ground.client.upsert_record(ground.slug, "key", {"key": key, "size": 7})

    assert (["kept"], ["Won"], [7]) == tuple(
        ground.plain(record, slug) for slug in ("title", "stage", "size")
    )


def test_any_of_several_domains_matches(companies: Ground) -> None:
    """A company is found by any one of its domains, whatever case it is written in."""
    first, second = domain(), domain()
    record = companies.company(first, second)
    found = companies.client.upsert_record("companies", "domains", {"domains": [second.upper()]})

    assert record == record_id(found)


def test_a_match_by_what_is_not_unique_is_refused(ground: Ground) -> None:
    """An attribute that is not unique cannot be matched by."""
    assert ("NotUnique", 400, "matching_attribute_definition_not_unique") == refusal(
        lambda: ground.client.upsert_record(ground.slug, "title", {"title": "x"})
    )


def test_a_match_by_what_does_not_exist_is_refused(ground: Ground) -> None:
    """An unknown matching attribute is a value that was not found."""
    assert ("ValueNotFound", 400, "value_not_found") == refusal(
        lambda: ground.client.upsert_record(ground.slug, "nonsense", {"title": "x"})
    )


def test_a_unique_value_of_another_record_is_refused(ground: Ground) -> None:
    """A unique value that another record holds is a conflict for create and PATCH, with 400 and not 409."""
    key = unique("key")
    ground.create(key=key)
    other = ground.create(key=unique("key"))
    conflict = ("UniquenessConflict", 400, "uniqueness_conflict")

    assert conflict == refusal(lambda: ground.client.create_record(ground.slug, {"key": key}))
    assert conflict == refusal(lambda: ground.client.update_record(ground.slug, other, {"key": key}))


def test_a_domain_of_another_company_is_refused(companies: Ground) -> None:
    """Domains are unique over all companies without anybody having said so."""
    taken = domain()
    companies.company(taken)

    assert ("UniquenessConflict", 400, "uniqueness_conflict") == refusal(lambda: companies.company(taken))
