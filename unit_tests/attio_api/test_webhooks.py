import json

import pytest

from attio_api.webhooks import EVENT_TYPES, sign, verify

BODY = (
    b'{"webhook_id":"7d0f2c1e-55a1-4e0b-9d6a-1f2e3d4c5b6a","events":[{"event_type":"record.created",'
    b'"id":{"workspace_id":"w","object_id":"o","record_id":"r"},"actor":{"type":"system","id":null}}]}'
)
SECRET = "0123456789abcdef" * 4
SIGNATURE = "666839d29e6ef61f3ab6d6c9f1f3cbdc9bd452833a0cd676d4ab770cfeb43130"


def test_there_are_34_events() -> None:
    """All event types that Attio names can be subscribed to."""
    assert 34 == len(EVENT_TYPES)
    assert {
        "record.merged",
        "note-content.updated",
        "call-recording.created",
        "activity.deleted",
    } < EVENT_TYPES


def test_a_signature_is_the_hex_hmac_of_the_bytes() -> None:
    """The signature of a known body and secret is the one that OpenSSL computes."""
    assert SIGNATURE == sign(SECRET, BODY)


@pytest.mark.parametrize("signature", [SIGNATURE, SIGNATURE.upper(), f" {SIGNATURE}\n"])
def test_a_right_signature_is_accepted(signature: str) -> None:
    """Any of several secrets may have signed, as while one replaces another."""
    assert verify([SECRET], BODY, signature)
    assert verify(["new-secret", SECRET], BODY, signature)


@pytest.mark.parametrize(
    "signature", ["", "0" * 64, SIGNATURE[:-1], "sha256=" + SIGNATURE, "é" * 64, "\udcff"]
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    """Nothing but the exact signature passes, whatever characters it is made of."""
    assert not verify([SECRET], BODY, signature)


def test_other_bytes_are_refused() -> None:
    """The same JSON in other bytes is another body, and without a secret nothing passes."""
    assert not verify([SECRET], json.dumps(json.loads(BODY)).encode(), SIGNATURE)
    assert not verify([], BODY, SIGNATURE)
