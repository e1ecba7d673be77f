"""Meetings and threads: how they come in pages."""

from attio_api.wire import as_object, as_objects
from integration_tests.contract.ground import Ground, domain, needs
from integration_tests.whole_client import WholeClient


def test_meetings_come_by_cursor(client: WholeClient) -> None:
    """A page holds two hundred meetings at most, and says where the next one begins, null after the last."""
    needs(client, "meetings")
    whole = as_object(client.call("GET", "/v2/meetings", params={"limit": 200}), "the body")
    following = as_object(whole["pagination"], "pagination")["next_cursor"]

    assert len(as_objects(whole["data"], "data")) <= 200
    assert following is None or isinstance(following, str)


def test_threads_of_a_record(companies: Ground) -> None:
    """Threads are listed by record, fifty at once; an object may be named by its id."""
    needs(companies.client, "comments")
    record = companies.company(domain())
    ids = as_object(companies.client.get_record("companies", record)["id"], "the id")
    place = {"object": str(ids["object_id"]), "record_id": record, "limit": 50, "offset": 0}

    assert [] == companies.client.many("GET", "/v2/threads", params=place)
