"""Endpoints that Attio has and the emulator has not."""

import re

from attio_emulator.routes.unsupported import UNSUPPORTED
from unit_tests.attio_emulator.calling import Api


def test_what_is_left_out_is_refused_loudly(api: Api) -> None:
    """A call of what is left out says that Attio has it and the emulator has not."""
    for method, path in UNSUPPORTED:
        answer = api.raw(method, re.sub(r"\{\w+\}", "x", path))

        assert (404, True) == (answer.status, b"does not emulate" in answer.body)
