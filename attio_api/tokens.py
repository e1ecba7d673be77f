"""Access tokens as people paste them: takes off what stands around one, and tells when a text is not one."""

import logging
import re
from functools import cache
from typing import Final

from attio_api import refusals
from attio_api.errors import BadToken

LENGTH: Final = 64
"""Number of characters of every token that Attio gives out, by Attio's own error message."""
_INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u2060"
_QUOTES: Final = "\"'`<>\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_SCHEME: Final = re.compile(r"authorization:|bearer(?=\s|$)", re.IGNORECASE)
_log: Final = logging.getLogger(__name__)


def bare(pasted: str) -> str:
    """The token without spaces, quotes and `Bearer` around it; raises BadToken if the rest is not one."""
    token, around = _unwrapped(pasted)
    if not token:
        raise refusals.EMPTY_TOKEN()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise refusals.ODD_TOKEN()
    if around:
        say_once(" and ".join(around))
    return token


def is_none(token: str, code: str | None) -> bool:
    """Whether a text that Attio refused was never a token, rather than one that was revoked."""
    return len(token) != LENGTH or code == "missing_value"


def unrecognised(token: str, *, status: int, code: str | None) -> BadToken:
    """The error for a text that is not a token; it names the length, not the text."""
    length = f"it has {len(token)} characters, and Attio's have {LENGTH}"
    why = length if len(token) != LENGTH else "Attio does not recognise it"
    told = f"{status}, {code}" if code else str(status)
    return refusals.NO_TOKEN(why=why, told=told, status=status, code=code)


def _unwrapped(pasted: str) -> tuple[str, list[str]]:
    token, around = _trimmed(pasted), []
    while True:
        inside = _trimmed(token.strip(_QUOTES))
        if inside != token:
            around.append("the quotation marks")
        scheme = _SCHEME.match(inside)
        if not scheme:
            return inside, list(dict.fromkeys(around))
        token = _trimmed(inside[scheme.end() :])
        around.append(f"'{scheme[0]}' before it")


def _trimmed(text: str) -> str:
    return text.strip().strip(_INVISIBLE).strip()


@cache
def say_once(around: str) -> None:
    """Log a warning once a process, however many clients it makes."""
    _log.warning("The access token is used without %s; correct it in the configuration.", around)
