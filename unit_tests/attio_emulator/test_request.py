"""Requests as the emulator takes them."""

from attio_emulator.calls.request import Request, is_control


def test_a_path_is_decoded_segment_by_segment() -> None:
    """A slash inside a title does not make two of one, and an empty parameter is kept."""
    request = Request.of("PATCH", "/v2/options/A%2FB%20%C3%A9?x=&y=1%2B1")

    assert ("v2", "options", "A/B \u00e9") == request.segments()
    assert {"x": "", "y": "1+1"} == request.query


def test_the_control_plane_is_told_by_its_path() -> None:
    """Nothing of Attio's API is there."""
    paths = ("/_emulator/dump", "/v2/_emulator/", "/_emulator")

    assert [True, False, False] == [is_control(Request(method="GET", path=path)) for path in paths]
