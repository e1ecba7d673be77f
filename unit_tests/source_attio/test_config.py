"""The configuration: what null means, and how many values a filter may hold."""

import json
from typing import Any

import pytest

from attio_api.errors import Misconfigured
from source_attio.changes.detection import shifted
from source_attio.config import Config

CREDENTIALS = {"credentials": {"access_token": "x"}}
OPTIONAL = [name for name, field in Config.model_fields.items() if not field.is_required()]


@pytest.mark.parametrize("name", OPTIONAL)
def test_null_is_as_good_as_absent(name: str) -> None:
    """A null for any optional setting gives the configuration without it."""
    assert Config.parse(CREDENTIALS) == Config.parse({**CREDENTIALS, name: None})


def test_null_within_a_filter_stays() -> None:
    """A user's own filter is passed on as it is."""
    wanted = {"name": {"$eq": None}}
    parsed = Config.parse({**CREDENTIALS, "filters": [{"target": "companies", "filter": wanted}]})

    assert wanted == parsed.filters[0].filter


@pytest.mark.parametrize(("count", "taken"), [(97, True), (98, False)])
def test_a_filter_leaves_room_for_the_connectors_own_values(count: int, taken: bool) -> None:
    """Attio takes a hundred values in one request; a filter with too many is refused by name."""
    wanted = json.dumps({"name": {"$in": ["x"] * count}})
    given = {**CREDENTIALS, "filters": [{"target": "companies", "filter": wanted}]}
    if taken:
        assert Config.parse(given).filters
        return
    with pytest.raises(Misconfigured, match=r"filters\.0\.filter.*98 values"):
        Config.parse(given)


@pytest.mark.parametrize("token", ["two words", "two\nlines", "tök", "\u200b"])
def test_a_feed_token_that_no_header_can_carry_is_refused_by_name(token: str) -> None:
    """Spaces around a token are taken off; those within, and other characters, are refused unquoted."""
    feed = {"url": "https://relay.example.com/feeds/acme", "token": f" {token} "}
    with pytest.raises(Misconfigured, match=r"change_feed\.token.*holds spaces or other char") as refusal:
        Config.parse({**CREDENTIALS, "change_feed": feed})

    assert token not in str(refusal.value)
    parsed = Config.parse({**CREDENTIALS, "change_feed": {**feed, "token": " plain\n"}})
    assert "plain" == (parsed.change_feed and parsed.change_feed.token.get_secret_value())


def test_an_address_may_have_spaces_around_it() -> None:
    """A line's end behind a pasted address changes nothing."""
    feed = {"url": "https://relay.example.com/feeds/acme", "token": "feed-token"}
    pasted = {**feed, "url": f" {feed['url']}\n"}

    assert Config.parse({**CREDENTIALS, "change_feed": feed}) == Config.parse(
        {**CREDENTIALS, "change_feed": pasted}
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"api_url": "api.attio.com"}, "`api_url`: must be a web address, as https://"),
        (
            {"filters": [{"target": "companies", "filter": "{name"}]},
            "`filters.0.filter`: must be a filter in JSON",
        ),
    ],
)
def test_a_wrong_text_is_refused_in_plain_words(given: dict[str, Any], told: str) -> None:
    """Neither a pattern nor the words of a parser alone say what to do."""
    with pytest.raises(Misconfigured) as refusal:
        Config.parse({**CREDENTIALS, **given})

    assert told in str(refusal.value)


KINDS = (int, float, float | None)
NUMBERS = [name for name, field in Config.model_fields.items() if field.annotation in KINDS]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("given", [True, False])
def test_true_and_false_are_no_numbers(name: str, given: bool) -> None:
    """`requests_per_second: true` is a mistake, not one request a second."""
    assert len(NUMBERS) == 3
    with pytest.raises(Misconfigured, match=f"`{name}`: must be a number"):
        Config.parse({**CREDENTIALS, name: given})


@pytest.mark.parametrize("given", ["36501d", "99999999d", "999999999999d", "9" * 400 + "d"])
def test_an_interval_beyond_the_calendar_is_refused(given: str) -> None:
    """No sync reaches a time that cannot be written."""
    with pytest.raises(Misconfigured, match="`full_scan_every`: must be at most 36500d"):
        Config.parse({**CREDENTIALS, "full_scan_every": given})
    longest = Config.parse({**CREDENTIALS, "full_scan_every": "36500d"}).scan_interval

    assert shifted("2026-11-27T00:00:00.000000000Z", longest) < "9999"


def test_two_filters_for_one_object_are_refused() -> None:
    """Only one of them would be used."""
    both = [{"target": "companies", "filter": {"name": name}} for name in ("A", "B")]
    with pytest.raises(Misconfigured, match=r"`filters`: has several filters for companies; join them by"):
        Config.parse({**CREDENTIALS, "filters": both})

    assert 1 == len(Config.parse({**CREDENTIALS, "filters": both[:1]}).filters)
