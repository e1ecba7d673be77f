"""What programs and pages are told of freshness: by connection and by stream, to those who may know."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from attio_relay.store.uncovered import UncoveredChanges
from unit_tests.attio_relay.asking import CONFIG, Asked, a_relay, delivery, event

TOKEN = {"authorization": "Bearer the-admins-token"}
BEHIND, OTHER = "d2544a4e-14e1-452b-965a-38fb40eb9470", "7b7a5f0c-5d7e-4b1c-8f9a-0a6f2f4f8c11"


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Asked]:
    asked = a_relay(tmp_path, CONFIG.replace('debounce = "1h"', 'debounce = "1h"\nbadge = "word"'))
    asked.relay.writer.start()
    yield asked
    asked.relay.close()


def badge(relay: Asked, query: str) -> tuple[int, bytes]:
    got = relay.ask("GET", f"/badges/crm.svg?{query}")
    return got.status, got.body


def test_a_stream_that_is_behind_is_told_apart(relay: Asked) -> None:
    """In the figures, on the page and by its badge; the others are fresh."""
    relay.deliver(delivery(event(object_id=BEHIND)))
    figures = relay.ask("GET", "/metrics", **TOKEN).body.decode()
    page = relay.ask("GET", "/", **TOKEN).body.decode()
    told = {query: badge(relay, f"key=word&stream={query}")[1] for query in (BEHIND, OTHER, "task")}

    assert f'stream_fresh_until_timestamp_seconds{{connection="crm",stream="{BEHIND}"}}' in figures
    assert f"Behind: {BEHIND} (since " in page
    assert b"behind</text>" in told[BEHIND]
    assert b">fresh</text>" in told[OTHER]
    assert b">fresh</text>" in told["task"]
    assert b"behind</text>" in badge(relay, "key=word")[1]


def test_strangers_learn_of_no_stream(relay: Asked) -> None:
    """Without the token the figures name none, and without the word there is no badge."""
    relay.deliver(delivery(event(object_id=BEHIND)))

    assert BEHIND not in relay.ask("GET", "/metrics").body.decode()
    assert [404] * 3 == [badge(relay, query)[0] for query in ("key=other", "", f"stream={BEHIND}")]


@pytest.mark.parametrize("stream", ["taks", "companies", "%3Cb%3E"])
def test_a_stream_that_never_comes_has_no_badge(relay: Asked, stream: str) -> None:
    """It would look fresh for ever."""
    assert 404 == badge(relay, f"key=word&stream={stream}")[0]


def test_a_badge_looks_through_no_changes(relay: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection's own freshness is in its line of the schedule, whoever asks how often."""
    relay.deliver(delivery(event(object_id=BEHIND)))
    monkeypatch.setattr(UncoveredChanges, "since", None)

    assert 200 == badge(relay, "key=word")[0]
    assert 200 == relay.ask("GET", "/metrics").status
