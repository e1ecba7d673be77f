"""Turns a request that got no answer into an error: name, network, certificate or time.

Answers that did arrive are named in `verdicts`.
"""

import ssl
from collections.abc import Iterator
from typing import Final

import requests
from urllib3.exceptions import (
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProxySchemeUnknown,
)

from attio_api import refusals
from attio_api.addresses import shown
from attio_api.errors import AttioError, ConnectionBroken, Misconfigured, Unreachable, Untrusted
from attio_api.refusals import Refusal

UNSENT: Final = (requests.RequestException, HTTPError, OSError, ValueError)
"""What the library raises for a request without an answer.

Beside its own errors this is a plain OSError for certificates that it does not find, and a plain ValueError
for an address, or one in a redirection, that it cannot take apart.
"""


def connection_failure(trouble: Exception, url: str) -> AttioError:
    """Return the error for one of `UNSENT`; `Unreachable` means that the request was certainly not sent."""
    causes = tuple(_causes(trouble))
    refusal = next((one for each in causes if (one := _wrong(each))), None) or _plain(trouble)
    if refusal:
        return refusal(url=shown(url))
    for kind, name, sentence in _FAILURES:
        if any(isinstance(cause, kind) for cause in causes):
            return name(sentence.format(url=shown(url)))
    return ConnectionBroken(f"The connection to {shown(url)} broke before the answer was complete.")


def _wrong(cause: BaseException) -> Refusal[Misconfigured] | None:
    """The refusal of what a person must correct in the settings or in the environment."""
    if isinstance(cause, ssl.SSLError) and getattr(cause, "library", None) in _OF_FILES:
        return refusals.NO_CERTIFICATES
    return next((refusal for kinds, refusal in _WRONG if isinstance(cause, kinds)), None)


def _plain(trouble: Exception) -> Refusal[Misconfigured] | None:
    """The refusal of what the library raises without an error of its own, see `UNSENT`."""
    if isinstance(trouble, requests.RequestException | HTTPError):
        return None
    return refusals.NO_CERTIFICATES if isinstance(trouble, OSError) else refusals.MALFORMED_ADDRESS


_OF_FILES: Final = {"X509", "PEM"}
"""Parts of OpenSSL that read certificates from files; another part is for the connection itself."""
_WRONG: tuple[tuple[tuple[type[BaseException], ...], Refusal[Misconfigured]], ...] = (
    # `InvalidSchema` is for a SOCKS proxy: other addresses have been looked at before.
    ((requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema), refusals.ODD_PROXY),
    ((ProxySchemeUnknown,), refusals.ODD_PROXY),
    ((requests.exceptions.InvalidURL, LocationParseError), refusals.MALFORMED_ADDRESS),
)
_FAILURES: tuple[tuple[type[BaseException], type[AttioError], str], ...] = (
    (ssl.SSLCertVerificationError, Untrusted, "The TLS certificate of {url} cannot be verified."),
    (requests.exceptions.ProxyError, Unreachable, "The proxy on the way to {url} refuses the connection."),
    (NameResolutionError, Unreachable, "The host name in {url} cannot be resolved."),
    (requests.exceptions.ConnectTimeout, Unreachable, "{url} does not answer to connections."),
    (NewConnectionError, Unreachable, "{url} refuses connections or cannot be reached."),
    (
        requests.exceptions.SSLError,
        ConnectionBroken,
        "The TLS connection to {url} failed; is it https at all?",
    ),
    (requests.exceptions.Timeout, ConnectionBroken, "{url} took too long to answer."),
)


def _causes(trouble: BaseException) -> Iterator[BaseException]:
    """Yield the error and all that it wraps; libraries put other errors into `args` and `reason`."""
    seen: set[int] = set()
    waiting: list[object] = [trouble]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [*each.args, each.__cause__, each.__context__, getattr(each, "reason", None)]
