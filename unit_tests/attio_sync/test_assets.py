from __future__ import annotations

from hashlib import sha256

from attio_sync.ui.assets import assets, refused
from attio_sync.ui.guard import Denial


def test_a_file_with_other_content_has_another_address() -> None:
    """Its digest is in the address, so that a browser may keep it for ever."""
    found = assets()

    assert {"look.css", "room.css", "room.js"} == set(found)
    for one in found.values():
        assert sha256(one.content).hexdigest()[:12] in one.path


def test_a_refusal_shows_its_sentence_alone() -> None:
    """No section of the room, and no markup out of the sentence; with an address it offers another try."""
    page = bytes(refused(Denial(status=401, sentence="<b>No.</b>")).body).decode()
    again = bytes(refused(Denial(status=401, sentence="No."), again='/r"x').body).decode()

    assert "&lt;b&gt;No.&lt;/b&gt;" in page
    assert "<nav" not in page
    assert ("href" in page.partition("<main")[2], 'href="/r&#34;x"' in again) == (False, True)
