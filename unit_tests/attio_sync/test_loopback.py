from __future__ import annotations

import runpy
import sys

import pytest

from attio_sync import loopback
from attio_sync.loopback import Consent


def test_the_code_counts_with_the_state_that_was_sent() -> None:
    """The browser that was sent out comes back, and the sign-in is done."""
    consent = Consent()
    status, _, _ = consent.answer(f"code=abc&state={consent.state}")

    assert (200, "abc") == (status, consent.code)


@pytest.mark.parametrize("query", ["code=abc", "code=abc&state=", "code=abc&state=other", "state=é"])
def test_a_foreign_state_is_refused_and_changes_nothing(query: str) -> None:
    """Nobody else can slip in a code of theirs."""
    consent = Consent()
    status, _, _ = consent.answer(query)

    assert (400, None, None) == (status, consent.code, consent.refusal)


def test_a_second_answer_is_refused() -> None:
    """A state is good for one sign-in."""
    consent = Consent()
    consent.answer(f"code=first&state={consent.state}")
    status, _, _ = consent.answer(f"code=second&state={consent.state}")

    assert (400, "first") == (status, consent.code)


def test_a_refusal_is_told() -> None:
    """Whoever says no on the consent page reads so in the terminal."""
    consent = Consent()
    consent.answer(f"error=access_denied&state={consent.state}")

    assert "access_denied" == consent.refusal


def test_states_cannot_be_guessed() -> None:
    """Each sign-in has its own, long enough."""
    states = {Consent().state for _ in range(10)}

    assert 10 == len(states)
    assert all(len(state) >= 32 for state in states)


@pytest.mark.parametrize(("system", "reused"), [("linux", True), ("darwin", True), ("win32", False)])
def test_on_windows_no_other_program_can_listen_on_the_port(
    monkeypatch: pytest.MonkeyPatch, system: str, reused: bool
) -> None:
    """There the option that frees a port at once lets two programs listen on it."""
    monkeypatch.setattr(sys, "platform", system)

    assert runpy.run_path(loopback.__file__)["_Server"].allow_reuse_address == reused
