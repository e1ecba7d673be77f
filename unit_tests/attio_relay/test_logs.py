"""Secrets stay out of logs."""

import io
import json
import logging

import pytest

from attio_relay.logs import JsonLines, masked

CANARY = "canary-4711"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {CANARY}",
        f'{{"client_secret": "{CANARY}"}}',
        f"POST /hooks/acme?secret={CANARY}&x=1",
        f"Attio-Signature: {CANARY}",
        f"code={CANARY}&state={CANARY}",
        f"postgresql://relay:{CANARY}@db/relay",
        f"access_token='{CANARY}'",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    """Whatever a library writes, a secret does not get through."""
    assert CANARY not in masked(text)


def test_a_log_line_is_one_json_object() -> None:
    """Message, level and trace on one line, masked as well."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("relay")  # noqa: LOG001 (of its own, so that no other test hears it)
    logger.addHandler(handler)
    try:
        int(f"token={CANARY}")
    except ValueError:
        logger.exception("It\nfailed.")
    (line,) = stream.getvalue().splitlines()

    assert CANARY not in line
    assert ("It\nfailed.", "error") == (json.loads(line)["message"], json.loads(line)["level"])
