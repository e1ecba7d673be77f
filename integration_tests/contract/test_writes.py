"""The four writes, and what each does to an attribute that holds several values."""

from integration_tests.contract.ground import Ground, domain, refusal, unique


def test_create_keeps_the_order_sent(ground: Ground) -> None:
    """POST sets several values in the order in which they were sent."""
    record = ground.create(colours=["Blue", "Red"])

    assert ["Blue", "Red"] == ground.plain(record, "colours")


def test_one_value_is_a_list_of_one(ground: Ground) -> None:
    """An attribute of one value takes a list of one, which is the only form in which we send values."""
    record = ground.create(title=["one"], size=[3], active=[True], stage=["Lead"], price=[99.5])

    assert [["one"], [3], [True], ["Lead"]] == [
        ground.plain(record, name) for name in ("title", "size", "active", "stage")
    ]


def test_patch_puts_new_values_in_front(ground: Ground) -> None:
    """PATCH adds what is new before what was there, and repeats nothing."""
    record = ground.create(colours=["Red", "Green"])
    ground.client.update_record(ground.slug, record, {"colours": ["Green", "Blue"]})

    assert ["Blue", "Red", "Green"] == ground.plain(record, "colours")


def test_patch_with_nothing_removes_nothing(ground: Ground) -> None:
    """PATCH of several values with an empty list changes nothing."""
    record = ground.create(colours=["Red"])
    ground.client.update_record(ground.slug, record, {"colours": []})

    assert ["Red"] == ground.plain(record, "colours")


def test_put_replaces(ground: Ground) -> None:
    """PUT by id leaves exactly the values sent, in their order, and other attributes alone."""
    record = ground.create(colours=["Red", "Green"], title="stays")
    ground.client.replace_record(ground.slug, record, {"colours": ["Blue", "Green"]})

    assert ["Blue", "Green"] == ground.plain(record, "colours")
    assert ["stays"] == ground.plain(record, "title")


def test_put_with_nothing_empties(ground: Ground) -> None:
    """PUT by id with an empty list takes all values away."""
    record = ground.create(colours=["Red", "Green"])
    ground.client.replace_record(ground.slug, record, {"colours": []})

    assert [] == ground.plain(record, "colours")


def test_upsert_replaces_what_it_does_not_match_by(ground: Ground) -> None:
    """PUT by a matching attribute leaves exactly the values sent in every other attribute."""
    key = unique("key")
    record = ground.create(key=key, colours=["Red", "Green"])
    ground.client.upsert_record(ground.slug, "key", {"key": key, "colours": ["Blue"]})

    assert ["Blue"] == ground.plain(record, "colours")


def test_upsert_adds_to_what_it_matches_by(companies: Ground) -> None:
    """PUT by a matching attribute adds to that attribute and removes nothing from it."""
    first, second = domain(), domain()
    record = companies.company(first)
    companies.client.upsert_record("companies", "domains", {"domains": [first, second]})

    assert {first, second} == set(companies.plain(record, "domains"))


def test_a_single_value_is_replaced_by_each_call(ground: Ground) -> None:
    """PATCH, PUT and upsert each replace a value that stands alone, sent bare or in a list."""
    key = unique("key")
    record = ground.create(key=key, title="first")
    titles = []
    for write in (
        lambda: ground.client.update_record(ground.slug, record, {"title": "second"}),
        lambda: ground.client.replace_record(ground.slug, record, {"title": ["third"]}),
        lambda: ground.client.upsert_record(ground.slug, "key", {"key": key, "title": "fourth"}),
    ):
        write()
        titles.append(ground.plain(record, "title"))

    assert [["second"], ["third"], ["fourth"]] == titles


def test_an_empty_list_clears_a_single_value(ground: Ground) -> None:
    """`[]` clears text, number, date, currency and status, which is what we send for an empty column."""
    full = {"title": "x", "size": 1, "born": "2026-05-01", "price": 9.5, "stage": "Lead", "stars": 3}
    record = ground.create(**full)
    ground.client.update_record(ground.slug, record, {slug: [] for slug in full})

    assert {slug: [] for slug in full} == {slug: ground.plain(record, slug) for slug in full}


def test_a_refused_write_stores_nothing(ground: Ground) -> None:
    """One bad value refuses the whole write, and the good values beside it are not stored."""
    record = ground.create(title="before")
    refused = refusal(
        lambda: ground.client.update_record(ground.slug, record, {"title": "after", "colours": ["Mauve"]})
    )

    assert ("ValueNotFound", 400, "value_not_found") == refused
    assert ["before"] == ground.plain(record, "title")


def test_a_relationship_shows_the_records_in_the_order_sent(ground: Ground) -> None:
    """References are written by id and read back by id, with the slug of their object."""
    friends = [ground.create(title="a"), ground.create(title="b")]
    sent = [{"target_object": ground.slug, "target_record_id": each} for each in reversed(friends)]
    record = ground.create(friends=sent)

    assert [{"object": ground.slug, "record_id": each} for each in reversed(friends)] == ground.plain(
        record, "friends"
    )


def test_a_deleted_record_is_gone_for_good(ground: Ground) -> None:
    """DELETE answers once; afterwards the record is unknown to reading, writing and deleting."""
    record = ground.create(title="short lived")
    ground.client.delete_record(ground.slug, record)
    gone = ("Gone", 404, "not_found")

    assert gone == refusal(lambda: ground.client.get_record(ground.slug, record))
    assert gone == refusal(lambda: ground.client.update_record(ground.slug, record, {"title": "x"}))
    assert gone == refusal(lambda: ground.client.delete_record(ground.slug, record))


def test_a_merge_makes_a_third_record(ground: Ground) -> None:
    """Merging gives a record of a new id, with the primary's values first; both old ids are gone."""
    primary, secondary = ground.create(title="primary"), ground.create(title="secondary", size=2)
    merged = ground.client.merge_records(ground.slug, primary, secondary)
    gone = ("Gone", 404, "not_found")

    assert merged not in {primary, secondary}
    assert (["primary"], [2]) == (ground.plain(merged, "title"), ground.plain(merged, "size"))
    assert [gone, gone] == [
        refusal(lambda each=each: ground.client.get_record(ground.slug, each))
        for each in (primary, secondary)
    ]
