"""The pages of two applications that import nothing of each other look alike."""

from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_relay_and_the_review_room_share_one_look() -> None:
    """The stylesheet of both is the same, byte for byte."""
    assert (ROOT / "attio_sync/show/look.css").read_bytes() == (
        ROOT / "attio_relay/serving/look.css"
    ).read_bytes()
