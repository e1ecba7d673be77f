"""The history of values: every value an attribute ever had, oldest first."""

from integration_tests.contract.ground import Ground, plain


def test_every_value_is_kept(ground: Ground) -> None:
    """Each stage a record went through is told, oldest first, each ending where the next one begins."""
    record = ground.create(stage="Lead")
    ground.client.update_record(ground.slug, record, {"stage": "Won"})
    history = ground.client.value_history("objects", ground.slug, record, "stage")
    first, second = history

    assert ["Lead", "Won"] == plain(history)
    assert first["active_until"] == second["active_from"]
    assert None is second["active_until"]


def test_a_cleared_value_is_told(ground: Ground) -> None:
    """A value that was cleared has an end and no successor."""
    record = ground.create(title="once")
    ground.client.update_record(ground.slug, record, {"title": []})
    (once,) = ground.client.value_history("objects", ground.slug, record, "title")

    assert ["once"] == plain([once])
    assert None is not once["active_until"]


def test_a_history_comes_page_by_page(ground: Ground) -> None:
    """A history has pages by limit and offset, of fifty at least, and the last one is short."""
    record = ground.create(stage="Lead")
    ground.client.update_record(ground.slug, record, {"stage": "Won"})
    path = f"/v2/objects/{ground.slug}/records/{record}/attributes/stage/values"
    whole = ground.client.value_history("objects", ground.slug, record, "stage")

    assert whole == ground.client.pages(path, 1, {"show_historic": True})
    assert whole == ground.client.pages(path, 50, {"show_historic": True})


def test_who_wrote_is_told(ground: Ground) -> None:
    """Each value names its author, which is how our own writes are told apart."""
    record = ground.create(title="x")
    (value,) = ground.values(record)["title"]
    author = value["created_by_actor"]

    assert isinstance(author, dict)
    assert author["type"] in {"api-token", "app"}
