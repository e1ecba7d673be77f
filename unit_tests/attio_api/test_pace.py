import threading
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attio_api.pace import ENDPOINT_LIMITS, Governor, kind_of
from unit_tests.attio_api.fake_clock import FakeClock

QUERY = "/v2/objects/companies/records/query"
NOON, LATER = "Thu, 01 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 2026 12:00:07 GMT"
EXAMPLES = {
    ("GET", "/v2/notes"): "/v2/notes",
    ("POST", "/v2/objects/*/records/merge"): "/v2/objects/people/records/merge",
    ("POST", "/v2/sql"): "/v2/sql",
    ("POST", "/v2/files/upload"): "/v2/files/upload",
    ("POST", "/v2/meetings/*/call_recordings"): "/v2/meetings/7/call_recordings",
}


def governor(clock: FakeClock, **limits: Any) -> Governor:
    return Governor(clock=clock, sleep=clock.sleep, wall=lambda: 0.0, **limits)


def start(pace: Governor, clock: FakeClock, method: str, path: str) -> float:
    with pace.turn(kind_of(method, path), method, path):
        return clock()


def spread(rate: float) -> list[float]:
    """The first starts at a rate: half of their share of a second apart."""
    return [1000.0 + 1.01 * number / rate / 2 for number in range(int(rate))]


def most_in_a_second(starts: Sequence[float]) -> int:
    """The fullest second that can be laid over the starts."""
    return max((sum(begin <= other < begin + 1.0 for other in starts) for begin in starts), default=0)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v2/objects", "read"),
        ("POST", QUERY, "read"),
        ("POST", "/v2/lists/sales/entries/query", "read"),
        ("POST", "/v2/objects/records/search", "read"),
        ("POST", "/v2/sql", "read"),
        ("POST", "/v2/objects/people/records", "write"),
        ("put", "/v2/objects/people/records", "write"),
        ("PATCH", QUERY, "write"),
        ("DELETE", "/v2/tasks/1", "write"),
    ],
)
def test_queries_are_reads(method: str, path: str, expected: str) -> None:
    """What only looks is a read, even where it is a POST."""
    assert expected == kind_of(method, path)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 0.4)), max_size=120),
    st.integers(1, 20),
    st.integers(1, 9),
    st.sampled_from([None, 3, 12]),
)
def test_no_second_is_ever_too_full(
    requests: list[tuple[bool, float]], reads: int, writes: int, together: int | None
) -> None:
    """However requests arrive, no second holds more reads, writes, or both together than allowed."""
    clock = FakeClock()
    pace = governor(clock, reads_per_second=reads, writes_per_second=writes, requests_per_second=together)
    starts: dict[bool, list[float]] = {True: [], False: []}
    for is_read, gap in requests:
        clock.sleep(gap)
        starts[is_read].append(start(pace, clock, "GET" if is_read else "PUT", "/v2/objects"))

    assert reads >= most_in_a_second(starts[True])
    assert writes >= most_in_a_second(starts[False])
    assert together is None or together >= most_in_a_second(starts[True] + starts[False])


def test_nobody_waits_longer_than_needed() -> None:
    """A second's requests start in half of it, and the next one a second after the first."""
    clock = FakeClock()
    pace = governor(clock)
    starts = [start(pace, clock, "PATCH", "/v2/tasks/1") for _ in range(26)]

    assert pytest.approx([*spread(25), 1001.01]) == starts


@given(st.lists(st.floats(0, 0.24), min_size=9, max_size=9))
def test_attio_sees_no_burst_when_the_network_delays_some(delays: list[float]) -> None:
    """A bucket of one second's writes never runs dry, though those of a second arrive late together."""
    clock, tokens, last = FakeClock(), 25.0, 1000.0
    pace = governor(clock)
    starts = [start(pace, clock, "PUT", "/v2/tasks/1") for _ in range(25 * len(delays))]
    for arrival in sorted(began + delays[number // 25] for number, began in enumerate(starts)):
        tokens = min(25.0, tokens + 25.0 * (arrival - last)) - 1.0
        last = arrival

        assert tokens >= 0.0


@pytest.mark.parametrize(("endpoint", "rate"), ENDPOINT_LIMITS.items())
def test_slow_endpoints_have_limits_of_their_own(endpoint: tuple[str, str], rate: float) -> None:
    """Endpoints that Attio limits further get no more than their share, and keep nobody else waiting."""
    clock = FakeClock()
    pace = governor(clock)
    starts = [start(pace, clock, endpoint[0], EXAMPLES[endpoint]) for _ in range(int(rate) * 2)]

    assert pytest.approx([*spread(rate), *(moment + 1.01 for moment in spread(rate))]) == starts
    assert clock() + 0.01 > start(pace, clock, "GET", "/v2/objects")


def test_less_than_one_a_second_is_possible() -> None:
    """A rate of a half is one start in two seconds."""
    clock = FakeClock()
    pace = governor(clock, requests_per_second=0.5)

    assert [1000.0, 1002.02, 1004.04] == [start(pace, clock, "GET", "/v2/objects") for _ in range(3)]


def test_many_threads_share_one_limit() -> None:
    """Threads that all want at once still keep to the limit together."""
    clock, starts = FakeClock(), list[float]()
    pace = governor(clock, reads_per_second=7)

    def work() -> None:
        starts.extend(start(pace, clock, "POST", QUERY) for _ in range(10))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 160 == len(starts)
    assert 7 >= most_in_a_second(starts)


def test_a_pause_lasts_until_attios_moment() -> None:
    """After a refusal nothing starts before the date that Attio names, by Attio's own clock."""
    clock = FakeClock()
    pace = governor(clock)

    assert 7.0 == pace.pause_until(LATER, now=NOON)
    assert 1007.0 == start(pace, clock, "GET", "/v2/objects")
    assert 1007.0 == start(pace, clock, "PUT", "/v2/objects")


def test_without_the_answers_date_our_own_clock_counts() -> None:
    """Seconds since 1970 are accepted as well as dates, and a missing date is read from our clock."""
    clock = FakeClock()
    pace = governor(clock)

    assert 5.0 == pace.pause_until(5.0)
    assert 0.0 == pace.pause_until(None)
    assert 0.0 == pace.pause_until(NOON, now=LATER)
    assert 900.0 == pace.pause_until(1e12)


def test_a_pause_may_hold_for_one_kind_only() -> None:
    """Writes that were refused do not keep reads waiting."""
    clock = FakeClock()
    pace = governor(clock)
    pace.pause_until(LATER, now=NOON, kind="write")

    assert 1000.0 == start(pace, clock, "GET", "/v2/objects")
    assert 1007.0 == start(pace, clock, "PUT", "/v2/objects")


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    """Of several pauses the longest holds."""
    clock = FakeClock()
    pace = governor(clock)
    pace.pause_until(9.0)
    pace.pause_until(2.0)

    assert 1009.0 == start(pace, clock, "GET", "/v2/objects")


def test_refusals_halve_what_is_in_flight_and_success_adds_to_it() -> None:
    """Fewer requests at once after a refusal, slowly more while all goes well."""
    clock = FakeClock()
    pace = governor(clock)
    before = pace.in_flight_limit("read")
    pace.pause_until(1.0, kind="read")
    halved = pace.in_flight_limit("read")
    for _ in range(300):
        start(pace, clock, "GET", "/v2/objects")

    assert before // 2 == halved
    assert halved < pace.in_flight_limit("read") < before * 2
    assert before == pace.in_flight_limit("write")


def test_one_overload_counts_once() -> None:
    """Twenty refusals of one moment are one reason to slow down, not twenty; the next moment is another."""
    clock = FakeClock()
    pace = governor(clock)
    before = pace.in_flight_limit("read")
    for _ in range(20):
        pace.pause_until(NOON, now=NOON, kind="read")
    once = pace.in_flight_limit("read")
    for _ in range(20):
        clock.sleep(1.0)
        pace.pause_until(NOON, now=NOON, kind="read")

    assert before // 2 == once
    assert 1 == pace.in_flight_limit("read")


def test_a_failure_teaches_nothing() -> None:
    """A request that fails neither raises the limit nor keeps its place."""
    clock = FakeClock()
    pace = governor(clock)
    for _ in range(20):
        clock.sleep(1.0)
        pace.pause_until(NOON, now=NOON, kind="read")
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), pace.turn("read", "GET", "/v2/objects"):
            raise ValueError("broken")

    assert 1 == pace.in_flight_limit("read")


def test_no_more_are_in_flight_than_allowed() -> None:
    """Requests overlap, but never more of them than the limit of the moment."""
    clock, lock, pair = FakeClock(), threading.Lock(), threading.Barrier(2, timeout=60)
    pace = governor(clock)
    for _ in range(4):
        clock.sleep(1.0)
        pace.pause_until(NOON, now=NOON, kind="read")
    inside, seen = list[int](), list[tuple[int, int]]()

    def work(number: int) -> None:
        with pace.turn("read", "GET", "/v2/objects"):
            with lock:
                inside.append(number)
                seen.append((len(inside), pace.in_flight_limit("read")))
            pair.wait()
            with lock:
                inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 12 == len(seen)
    assert 2 == seen[0][1]
    assert all(active <= limit for active, limit in seen)
