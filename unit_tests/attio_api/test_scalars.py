import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from attio_api.errors import InvalidValue
from attio_api.values import normalise, same, write_value
from unit_tests.attio_api.samples import attribute

BERLIN = timezone(timedelta(hours=2))

WRITTEN: list[tuple[str, Any, Any]] = [
    ("text", "as it is ", "as it is "),
    ("text", 7, "7"),
    ("text", 1.5, "1.5"),
    ("text", Decimal("1E+2"), "100"),
    ("text", True, "true"),
    ("text", date(2026, 5, 1), "2026-05-01"),
    ("text", datetime(2026, 5, 1, 10, tzinfo=UTC), "2026-05-01T10:00:00+00:00"),
    ("text", uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ("number", "42", 42),
    ("number", " -1.50 ", -1.5),
    ("number", Decimal("0.1"), 0.1),
    ("number", 1.0, 1),
    ("number", 1.23455, 1.2346),
    ("number", 0, 0),
    ("checkbox", "Yes", True),
    ("checkbox", "off", False),
    ("checkbox", 1, True),
    ("checkbox", 0.0, False),
    ("checkbox", Decimal(1), True),
    ("checkbox", "f", False),
    ("currency", 99.5, {"currency_value": 99.5}),
    ("currency", "12", {"currency_value": 12}),
    ("currency", {"amount": Decimal("3.10"), "currency": "eur"}, {"currency_value": 3.1}),
    ("currency", '{"amount": 3, "currency": null}', {"currency_value": 3}),
    ("currency", {"amount": None, "currency": "EUR"}, []),
    ("text", "x" * 2_500_001, "x" * 2_500_001),
    ("number", "1e3", 1000),
    ("date", 1777593600, "2026-05-01"),
    ("date", date(2026, 5, 1), "2026-05-01"),
    ("date", datetime(2026, 5, 1, 1, tzinfo=BERLIN), "2026-04-30"),
    ("date", "2023-01-02T23:00:00-10:00", "2023-01-03"),
    ("date", "2023", "2023-01-01"),
    ("date", "2023-7", "2023-07-01"),
    ("timestamp", datetime(2026, 5, 1, 13, 0, 0, 5, tzinfo=BERLIN), "2026-05-01T11:00:00.000005000Z"),
    ("timestamp", datetime(2026, 5, 1), "2026-05-01T00:00:00.000000000Z"),  # noqa: DTZ001 (warehouses hold such)
    ("timestamp", "2026-05-01 13:00:00.123456789+02", "2026-05-01T11:00:00.123456789Z"),
    ("timestamp", date(2026, 5, 1), "2026-05-01T00:00:00.000000000Z"),
    ("rating", "3", 3),
    ("rating", 5.0, 5),
    ("rating", 0, 0),
]
REFUSED: list[tuple[str, Any]] = [
    ("text", {"a": 1}),
    ("text", b"bytes"),
    ("number", "1,234"),
    ("number", "nan"),
    ("number", float("inf")),
    ("number", True),
    ("number", 2**53 + 2),
    ("number", {"a": 1}),
    ("checkbox", "maybe"),
    ("checkbox", 2),
    ("currency", {"amount": 1, "currency": "USD"}),
    ("date", "05/01/2026"),
    ("date", "2026-02-30"),
    ("date", 1.5),
    ("timestamp", 12),
    ("text", float("nan")),
    ("text", "half a character \ud83d"),
    ("text", "ü" * 5_000_001),
    ("number", "1_000"),
    ("number", "$5"),
    ("timestamp", "tomorrow"),
    ("timestamp", "9999-12-31T23:00:00-02:00"),
    ("rating", 6),
    ("rating", 2.5),
    ("rating", "good"),
]
SAME: list[tuple[str, Any, Any]] = [
    ("number", 1, 1.0),
    ("number", 0.1, "0.10000"),
    ("text", "a\nb", " a\r\nb "),
    ("timestamp", "2026-05-01T10:00:00.000000000Z", "2026-05-01T12:00:00+02:00"),
    ("currency", {"amount": 5.0, "currency": "EUR"}, 5),
    ("date", "2026-05-01", datetime(2026, 5, 1, 8, tzinfo=UTC)),
    ("checkbox", True, "yes"),
]


@pytest.mark.parametrize(("kind", "plain", "expected"), WRITTEN)
def test_what_warehouses_hold_is_written(kind: str, plain: Any, expected: Any) -> None:
    """Numbers, times and booleans are accepted in the forms that warehouses have for them."""
    written = write_value(attribute(kind), plain)

    assert (type(expected), expected) == (type(written), written)


@pytest.mark.parametrize(("kind", "plain"), REFUSED)
def test_what_would_be_a_guess_is_refused(kind: str, plain: Any) -> None:
    """A value that is not clearly one of the type is refused, with a reason and a remedy."""
    with pytest.raises(InvalidValue) as refusal:
        write_value(attribute(kind), plain)

    assert refusal.value.remedy
    assert f"'{kind}'" in str(refusal.value)


@pytest.mark.parametrize(("kind", "current", "desired"), SAME)
def test_equal_values_are_the_same(kind: str, current: Any, desired: Any) -> None:
    """Two spellings of one value are no difference, so nothing is written."""
    assert same(attribute(kind), current, desired)


def test_another_currency_is_a_difference() -> None:
    """After the attribute's currency changed, an old amount is written again, in the new one."""
    assert not same(attribute("currency"), {"amount": 5, "currency": "USD"}, 5)


def test_without_a_code_only_amounts_count() -> None:
    """An attribute that states no currency compares amounts alone."""
    assert same(attribute("currency", currency_code=None), {"amount": 5, "currency": "USD"}, {"amount": 5})


def test_a_refusal_never_quotes_the_value() -> None:
    """What stands in a row stays out of errors and logs."""
    with pytest.raises(InvalidValue) as refusal:
        write_value(attribute("number"), "4111-secret")

    assert "secret" not in f"{refusal.value!r} {refusal.value} {refusal.value.remedy}"
    assert normalise(attribute("number"), "4111-secret") == "4111-secret"


@pytest.mark.parametrize("kind", ["number", "currency"])
@pytest.mark.parametrize("plain", [0.00065, "1.00001", Decimal("0.12346"), 1e-5])
def test_a_fifth_decimal_can_be_refused(kind: str, plain: Any) -> None:
    """Attio refuses a fifth decimal; the user says whether it is rounded away or the value is refused."""
    strict = attribute(kind, more_decimals="reject")

    with pytest.raises(InvalidValue, match="more than four decimals"):
        write_value(strict, plain)
    assert write_value(attribute(kind), plain) == write_value(attribute(kind), round(float(plain), 4))


@pytest.mark.parametrize("plain", [1.2345, "1.23450", Decimal("1.2345000"), 12])
def test_four_decimals_are_kept(plain: Any) -> None:
    """Zeros behind the fourth decimal are no decimals."""
    strict = attribute("number", more_decimals="reject")

    assert float(plain) == write_value(strict, plain)
