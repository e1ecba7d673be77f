"""Queries: pages, order, ties, filters, and how a bad one is refused."""

import pytest

from attio_api.errors import TooManyValues
from attio_api.wire import Json, JsonObject
from integration_tests.contract.ground import Ground, refusal, unique

OLDEST_FIRST: list[Json] = [
    {"attribute": "created_at", "direction": "asc"},
    {"attribute": "record_id", "direction": "asc"},
]


@pytest.fixture(scope="module")
def crowd(ground: Ground) -> tuple[str, list[str]]:
    """A title that five records share, and their ids in the order in which they were made."""
    title = unique("crowd")
    return title, [ground.create(title=title, size=size) for size in (3, 1, 4, 2, 5)]


def test_pages_cover_everything_once(ground: Ground, crowd: tuple[str, list[str]]) -> None:
    """Pages by offset, sorted by creation and then by id, hold each record once; a short one is the last."""
    title, records = crowd
    pages = [
        ground.query(filter={"title": title}, sorts=OLDEST_FIRST, limit=2, offset=offset)
        for offset in (0, 2, 4)
    ]

    assert [2, 2, 1] == [len(page) for page in pages]
    assert records == [record for page in pages for record in page]


def test_the_order_of_creation_is_that_of_the_attribute(ground: Ground, crowd: tuple[str, list[str]]) -> None:
    """Sorting by `created_at` goes by the attribute of that name; the record's own member may differ."""
    title, _ = crowd
    by_age: list[Json] = [{"attribute": "created_at", "direction": "asc"}]
    found = ground.query(filter={"title": title}, sorts=by_age)
    made = [str(ground.values(each)["created_at"][0]["value"]) for each in found]

    assert sorted(made) == made


def test_records_of_one_moment_are_ordered_by_id(ground: Ground, crowd: tuple[str, list[str]]) -> None:
    """`created_at` is a tie for records of one moment, and `record_id` can be sorted by to break it."""
    title, records = crowd
    by_id: list[Json] = [{"attribute": "record_id", "direction": "asc"}]

    assert sorted(records) == ground.query(filter={"title": title}, sorts=by_id)


def test_without_sorts_the_order_is_the_same_twice(ground: Ground, crowd: tuple[str, list[str]]) -> None:
    """A query without sorts gives one order, not a new one each time."""
    title, records = crowd
    first = ground.query(filter={"title": title})

    assert sorted(records) == sorted(first)
    assert first == ground.query(filter={"title": title})


def test_sorts_by_an_attribute(ground: Ground, crowd: tuple[str, list[str]]) -> None:
    """Any attribute can be sorted by, in both directions."""
    title, records = crowd
    largest_first: list[Json] = [{"attribute": "size", "direction": "desc"}]

    assert [records[at] for at in (4, 2, 0, 3, 1)] == ground.query(
        filter={"title": title}, sorts=largest_first
    )


def test_many_ids_in_one_query(ground: Ground, crowd: tuple[str, list[str]]) -> None:
    """`$in` on `record_id` finds records by id, a hundred at once, unknown ones left out; not one more."""
    _, records = crowd
    unknown = [f"00000000-0000-4000-8000-{at:012d}" for at in range(97)]
    found = ground.query(filter={"record_id": {"$in": [*records[:3], *unknown]}})

    assert sorted(records[:3]) == sorted(found)
    with pytest.raises(TooManyValues):
        ground.query(filter={"record_id": {"$in": [*records[:4], *unknown]}})


def test_a_window_over_creation(ground: Ground, crowd: tuple[str, list[str]]) -> None:
    """A window over the attribute `created_at` includes both its ends, to the last of nine decimals."""
    _, records = crowd
    made = [str(ground.values(each)["created_at"][0]["value"]) for each in records]
    window: JsonObject = {"created_at": {"$gte": made[1], "$lte": made[3]}}

    assert records[1:4] == ground.query(filter=window, sorts=OLDEST_FIRST)


def test_values_that_are_looked_up(ground: Ground) -> None:
    """Text, select, status and reference are found by the filters that we send."""
    friend = ground.create(title=unique("friend"))
    title = unique("title")
    record = ground.create(
        title=title,
        colours=["Red", "Blue"],
        stage="Won",
        friends=[{"target_object": ground.slug, "target_record_id": friend}],
    )
    filters: list[JsonObject] = [
        {"title": {"$in": [title, "something else"]}},
        {"$and": [{"title": title}, {"colours": "Blue"}]},
        {"$and": [{"title": title}, {"stage": "Won"}]},
        {"friends": {"target_object": ground.slug, "target_record_id": friend}},
        {"$or": [{"title": title}, {"title": unique("nobody")}]},
    ]

    assert [[record]] * len(filters) == [ground.query(filter=each) for each in filters]


def test_values_of_every_type_are_looked_up(ground: Ground) -> None:
    """Each type is found by `$eq`, as rows are matched; several values by `$or`."""
    record = ground.create(
        title=unique("types"),
        size=7.25,
        price=99.5,
        born="2001-02-03",
        seen="2026-05-01T10:00:00.000000000Z",
        active=True,
        stars=4,
        phones=["+441172345699"],
    )
    (title,) = ground.values(record)["title"]
    asked: list[JsonObject] = [
        {"size": {"$eq": 7.25}},
        {"price": {"currency_value": {"$eq": 99.5}}},
        {"born": {"$eq": "2001-02-03"}},
        {"seen": {"$eq": "2026-05-01T10:00:00.000000000Z"}},
        {"active": {"$eq": True}},
        {"stars": {"$eq": 4}},
        {"phones": {"$eq": "+441172345699"}},
        {"$or": [{"size": {"$eq": 7.25}}, {"size": {"$eq": -1}}]},
    ]
    found = [ground.query(filter={"$and": [{"title": title["value"]}, each]}) for each in asked]

    assert [[record]] * len(asked) == found


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"nonsense": "x"}, "unknown_filter_attribute_slug"),
        ({"stage": {"$in": ["Won"]}}, "invalid_filter_operator"),
        ({"phones": {"original_phone_number": "+441172345678"}}, "invalid_filter_field"),
    ],
)
def test_a_bad_filter_is_refused(ground: Ground, bad: JsonObject, code: str) -> None:
    """A filter that Attio does not understand is refused with a code of its own, not read as 'nothing'."""
    assert ("BadFilter", 400, code) == refusal(lambda: ground.query(filter=bad))
