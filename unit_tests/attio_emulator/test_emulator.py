"""What holds of every answer, and of two emulators that were told the same."""

from attio_emulator.contract.wire import dumps
from attio_emulator.emulator import Emulator
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal

PEOPLE = "/v2/objects/people/records"


def test_answers_say_when_and_which_they_are(api: Api) -> None:
    """x-accurate-at is the emulator's time, x-attio-execution-id differs every time."""
    first, second = api.raw("GET", "/v2/self").headers, api.raw("GET", "/v2/self").headers

    assert "2026-01-01T09:00:00.000000000Z" == first["x-accurate-at"]
    assert first["x-attio-execution-id"] != second["x-attio-execution-id"]


def test_equal_seeds_and_calls_give_equal_bytes() -> None:
    """Two emulators that were told the same say the same, to the byte."""
    dumps_ = []
    for _ in range(2):
        api = Api(Emulator(clock_mode="manual"))
        api("POST", "/_emulator/seed", {"name": "demo", "companies": 20, "people": 30, "deals": 5, "seed": 7})
        deal(api)
        dumps_.append(dumps(api("GET", "/_emulator/dump")))

    assert dumps_[0] == dumps_[1]


def test_a_browser_may_ask_from_anywhere(api: Api) -> None:
    """Answers, refusals and preflights carry the headers that let a page of another origin read them."""
    answers = [
        api.raw("GET", "/v2/objects"),
        api.raw("GET", "/v2/objects", token="0" * 64),
        api.raw("GET", "/v2/nothing"),
        api.raw("OPTIONS", "/v2/objects/people/records"),
    ]

    assert [200, 401, 404, 204] == [each.status for each in answers]
    assert ["*"] * 4 == [each.headers["access-control-allow-origin"] for each in answers]
    assert "PATCH" in answers[-1].headers["access-control-allow-methods"]


def test_webhook_calls_do_not_say_how_accurate_they_are(api: Api) -> None:
    """The moment of accuracy is on every other answer, in microseconds."""
    others = api.raw("GET", "/v2/objects").headers["x-accurate-at"]

    assert others.endswith("000Z")
    assert "x-accurate-at" not in api.raw("GET", "/v2/webhooks").headers
