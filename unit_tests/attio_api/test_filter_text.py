import pytest

from attio_api.filter_text import parsed


def test_a_filter_is_read() -> None:
    """A null in it is a null; the word alone is no filter."""
    assert {"name": {"$eq": None}} == parsed(' {"name": {"$eq": null}} ')
    assert parsed("null") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = x", r'must be a filter in JSON, as \{"categories": "Software"\}; at character 0'),
        ('{"name": "x"', "at character 12"),
        ("[1]", "must be a filter in JSON"),
        ("5", "must be a filter in JSON"),
        ('{"a": NaN}', "cannot be read as JSON: NaN is not a number"),
        ('{"a": -Infinity}', "cannot be read as JSON: -Infinity is not a number"),
        (f'{{"a": {"9" * 5000}}}', "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_a_text_that_is_no_filter_is_refused(text: str, words: str) -> None:
    """The message says what the text must be, and where it is not."""
    with pytest.raises(ValueError, match=words):
        parsed(text)
