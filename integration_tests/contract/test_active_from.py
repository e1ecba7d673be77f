"""`active_from`: the only sign of a change that a record carries, and what the source's cursor is made of."""

from integration_tests.active_from import newest_active_from
from integration_tests.contract.ground import Ground, unique


def since(ground: Ground, record: str, slug: str) -> list[str]:
    """When each value of an attribute was set."""
    return [str(value["active_from"]) for value in ground.values(record)[slug]]


def newest(ground: Ground, record: str) -> str:
    """The newest of them over the whole record."""
    return newest_active_from({**ground.values(record)}) or ""


def test_a_change_moves_it(ground: Ground) -> None:
    """A new value has a newer `active_from`; the other attributes keep theirs."""
    record = ground.create(title="before", size=1)
    title, size = since(ground, record, "title"), since(ground, record, "size")
    ground.client.update_record(ground.slug, record, {"title": "after"})

    assert title < since(ground, record, "title")
    assert size == since(ground, record, "size")


def test_an_equal_value_does_not_move_it(ground: Ground) -> None:
    """Writing what is there already is no change, by any of the three calls."""
    key = unique("key")
    record = ground.create(key=key, title="same", colours=["Red", "Blue"])
    before = newest(ground, record)
    again = {"key": key, "title": "same", "colours": ["Red", "Blue"]}
    ground.client.update_record(ground.slug, record, {**again})
    ground.client.replace_record(ground.slug, record, {**again})
    ground.client.upsert_record(ground.slug, "key", {**again})

    assert before == newest(ground, record)


def test_values_that_stay_keep_theirs(ground: Ground) -> None:
    """Of several values only the added one is new."""
    record = ground.create(colours=["Red"])
    before = since(ground, record, "colours")
    ground.client.update_record(ground.slug, record, {"colours": ["Blue"]})
    added, kept = since(ground, record, "colours")

    assert before == [kept]
    assert kept < added


def test_clearing_leaves_no_trace(ground: Ground) -> None:
    """A cleared value takes its `active_from` along, so that the newest one of the record goes back."""
    record = ground.create(title="first")
    created = newest(ground, record)
    ground.client.update_record(ground.slug, record, {"size": 5})
    changed = newest(ground, record)
    ground.client.update_record(ground.slug, record, {"size": []})

    assert created < changed
    assert created == newest(ground, record)


def test_it_sorts_as_text(ground: Ground) -> None:
    """Every time has nine decimals and ends in Z, so that text compares as time does."""
    record = ground.create(title="x")
    times = [str(value["active_from"]) for values in ground.values(record).values() for value in values]

    assert {30} == {len(time) for time in times}
    assert {"Z"} == {time[-1] for time in times}
