"""Forms of several parts."""

import pytest

from attio_emulator.calls.multipart import read_upload
from attio_emulator.contract.refusals import AttioRefusal


@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"nothing"),
    ],
)
def test_a_broken_form_is_refused(content_type: str, raw: bytes) -> None:
    """A body that is no multipart form is a bad request, whatever is wrong with it."""
    with pytest.raises(AttioRefusal) as refusal:
        read_upload(content_type, raw)

    assert (400, "validation_type") == (refusal.value.status, refusal.value.code)
