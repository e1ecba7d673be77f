"""What people paste for a token is read as what they mean, and a text that is not a token is called so."""

import logging

import pytest

from attio_api import tokens
from attio_api.errors import BadToken

TOKEN = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def nothing_said_yet() -> None:
    tokens.say_once.cache_clear()


@pytest.mark.parametrize(
    "pasted",
    [
        TOKEN,
        f" {TOKEN}\n",
        f'"{TOKEN}"',
        f"'{TOKEN}",
        f"Bearer {TOKEN}",
        f'"bearer  {TOKEN}"',
        f"Authorization: Bearer {TOKEN}",
        f"\ufeff{TOKEN}\u200b",
        f"\u201c{TOKEN}\u201d",
        f'Bearer "{TOKEN}"',
        f"<{TOKEN}>",
    ],
)
def test_what_stands_around_a_token_is_left_out(pasted: str) -> None:
    """Quotation marks, `Bearer` and what cannot be seen are no part of a token."""
    assert TOKEN == tokens.bare(pasted)


def test_what_was_left_out_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever pasted more than the token is told what to correct, and the token is not shown."""
    with caplog.at_level(logging.WARNING):
        tokens.bare(f'"Bearer {TOKEN}"')

    remark = "The access token is used without the quotation marks and 'Bearer' before it"
    assert [f"{remark}; correct it in the configuration."] == [one.getMessage() for one in caplog.records]


def test_a_bare_token_needs_no_remark(caplog: pytest.LogCaptureFixture) -> None:
    """Spaces around a token are not worth a word."""
    tokens.bare(f" {TOKEN} ")

    assert [] == caplog.records


@pytest.mark.parametrize("pasted", ["", "  ", '""', "Bearer ", "'Bearer '", "two words", "tökén", "a\nb"])
def test_what_cannot_be_a_token_is_refused_unsent(pasted: str) -> None:
    """A text that no header can carry, or an empty one, is refused before anything is sent."""
    with pytest.raises(BadToken, match=r"The access token (is empty|holds spaces)"):
        tokens.bare(pasted)


def test_a_cut_off_token_is_called_so() -> None:
    """The sentence says how long the text is and how long a token is, and does not show it."""
    error = tokens.unrecognised(TOKEN[:-1], status=400, code="missing_value")

    assert "it has 63 characters, and Attio's have 64" in str(error)
    assert TOKEN[:-1] not in f"{error} {error.remedy}"


def test_only_a_revoked_token_may_have_been_one() -> None:
    """A refused text of a token's length may be a revoked token; any other length is none."""
    assert tokens.is_none(TOKEN[:-1], "unauthorized")
    assert tokens.is_none(TOKEN, "missing_value")
    assert not tokens.is_none(TOKEN, "unauthorized")
