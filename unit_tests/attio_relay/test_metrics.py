"""Figures in Prometheus' text format."""

from attio_relay.metrics import Gauge, Metrics


def test_labels_are_escaped_and_numbers_exact() -> None:
    """A time of seconds since 1970 keeps its milliseconds."""
    gauge = Gauge(name="at", help="When", values={(("route", 'a"b\\c\nd'),): 1790000000.125, (): 2.0})
    lines = Metrics().text([gauge]).splitlines()

    assert 'attio_relay_at{route="a\\"b\\\\c\\nd"} 1790000000.125' in lines
    assert "attio_relay_at 2" in lines


def test_the_histogram_adds_up() -> None:
    """Each bucket counts what took at most as long; the last one counts all."""
    metrics = Metrics()
    for seconds in (0.0005, 0.001, 0.02, 99.0):
        metrics.acknowledged(seconds)
    lines = metrics.text([]).splitlines()

    assert 'attio_relay_ack_seconds_bucket{le="0.001"} 2' in lines
    assert 'attio_relay_ack_seconds_bucket{le="0.025"} 3' in lines
    assert 'attio_relay_ack_seconds_bucket{le="5.0"} 3' in lines
    assert 'attio_relay_ack_seconds_bucket{le="+Inf"} 4' in lines
    assert "attio_relay_ack_seconds_count 4" in lines
