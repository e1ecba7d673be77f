"""An address in a message names the place and holds no secret."""

import pytest

from attio_api.addresses import shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.attio.com", "https://api.attio.com"),
        ("http://someone:canary@127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://someone:can@ary@proxy.example.com/attio", "http://proxy.example.com/attio"),
        ("https://api.example.com/v2?key=canary#canary", "https://api.example.com/v2"),
        ("http://canary@[::1]:80", "http://[::1]:80"),
        ("http://someone:canary@[::1", "the address"),
        ("someone:canary@host", "host"),
    ],
)
def test_user_password_and_query_are_not_shown(url: str, expected: str) -> None:
    """What may be secret in an address is left out, also of an address that is malformed."""
    assert expected == shown(url)
