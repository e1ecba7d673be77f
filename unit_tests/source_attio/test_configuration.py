"""Streams that tell how a workspace is set up: listings that come in pages."""

from typing import Any

from airbyte_cdk.models import Type

from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import Bench

PAGE = 100


def hooked(count: int) -> tuple[Bench, list[str]]:
    """A workspace with so many webhooks, and their ids in the order in which Attio lists them."""
    made = bench(0)
    wanted = {"target_url": "https://example.com/hook", "subscriptions": []}
    for _ in range(count):
        made.api("POST", "/v2/webhooks", {"data": wanted})
    return made, listed(made)


def listed(made: Bench) -> list[str]:
    pages = (made.api("GET", f"/v2/webhooks?limit={PAGE}&offset={PAGE * number}") for number in range(4))
    return [one["id"]["webhook_id"] for page in pages for one in page]


def delivered(made: Bench) -> list[Any]:
    found = made.messages(["webhooks"])
    return [each.record.data["webhook_id"] for each in found if each.type is Type.RECORD and each.record]


def test_every_row_of_a_paged_listing_comes_once() -> None:
    """Also where the last page is full, and where there is none."""
    for count in (0, PAGE - 1, PAGE, 2 * PAGE - 1, 2 * PAGE + 5):
        made, ids = hooked(count)

        assert ids == delivered(made)


def test_rows_deleted_between_two_pages_hide_none() -> None:
    """When rows before the next page go, those behind them move up: the pages share a row, which tells."""
    made, ids = hooked(2 * PAGE + 5)
    gone = ids[:3]

    def drop(path: str) -> None:
        if "/v2/webhooks" in path:
            made.adapter.after_answer = None
            for one in gone:
                made.api("DELETE", f"/v2/webhooks/{one}")

    made.adapter.after_answer = drop

    assert set(ids) - set(gone) <= set(delivered(made))
    assert set(ids) - set(gone) == set(listed(made))
