import pytest

from attio_api.errors import Malformed, Unreadable
from attio_api.wire import as_list, as_object, as_objects, as_text, decode, text_or_none


def test_json_is_decoded() -> None:
    """A complete body is what it says."""
    assert {"data": [1, None]} == decode(b'{"data":[1,null]}')


@pytest.mark.parametrize("body", [b"", b'{"data":[1', b"<html>", b"\xff\xfe"])
def test_a_cut_body_is_unreadable(body: bytes) -> None:
    """A body that is not JSON is an error that tells its size, not its content."""
    with pytest.raises(Unreadable, match=f"{len(body)} bytes"):
        decode(body)


@pytest.mark.parametrize(
    "token", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"1" * 5000, b"[" * 10**5]
)
def test_json_that_nobody_can_mean_is_malformed(token: bytes) -> None:
    """It is complete, so another try brings the same: it is not a number, too great a one, or too deep."""
    with pytest.raises(Malformed, match=r"holds|nested"):
        decode(b'{"data":%b}' % token)


def test_whole_numbers_and_halves_of_characters_are_kept() -> None:
    """A whole number has all its digits; what becomes of half a surrogate pair is for the reader to say."""
    assert {"n": 2**70, "t": "a\ud83d"} == decode(b'{"n":%d,"t":"a\\ud83d"}' % 2**70)


def test_shapes_are_checked_by_name() -> None:
    """A wrong shape is an error that names what was expected."""
    for check in (as_object, as_list, as_objects, as_text):
        with pytest.raises(Unreadable, match="the thing"):
            check(None, "the thing")
    assert [{}] == as_objects([{}], "things")
    assert ("a", None) == (text_or_none("a"), text_or_none(1))
