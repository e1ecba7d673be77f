"""Trial events that cannot be posted, or that something else than the relay answers."""

import pytest
import requests_mock

from attio_relay.reading import ConfigError
from attio_relay.subscribing.trial import Trial, post
from unit_tests.attio_relay.asking import Asked


def posted(relay: Asked, event_type: str = "record.updated") -> str:
    trial = Trial(route="acme", event_type=event_type, object_id=None)
    return post(relay.relay.config, relay.relay.store.secret_store, trial, "http://proxy.example.com")


@pytest.mark.parametrize("event_type", ["record.updatd", "record.*"])
def test_an_event_that_attio_does_not_have_is_refused(relay: Asked, event_type: str) -> None:
    """A misspelt type or a pattern is refused with a type that could be meant, and nothing is posted."""
    with requests_mock.Mocker() as http, pytest.raises(ConfigError, match=r"record\.updated"):
        posted(relay, event_type)

    assert 0 == http.call_count


@pytest.mark.parametrize("status", [301, 307, 401, 503])
def test_a_trial_that_something_else_answers_is_not_stored(relay: Asked, status: int) -> None:
    """A proxy that sends to https, or any answer but 2xx, is no proof that the event arrived."""
    with requests_mock.Mocker() as http:
        http.post("http://proxy.example.com/hooks/acme", status_code=status)
        with pytest.raises(ConfigError, match=f"HTTP {status}"):
            posted(relay)
