"""Turns a request that got no answer into an error: name, network, certificate or time.

Answers that did arrive are named in `verdicts`.
"""

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import HTTPError, LocationParseError, NameResolutionError, NewConnectionError

from attio_api.addresses import shown
from attio_api.errors import AttioError, ConnectionBroken, Misconfigured, Unreachable, Untrusted


def connection_failure(trouble: requests.RequestException | HTTPError, url: str) -> AttioError:
    """Return the error for a failure; `Unreachable` means that the request was certainly not sent."""
    causes = tuple(_causes(trouble))
    for kind, name, sentence in _FAILURES:
        if any(isinstance(cause, kind) for cause in causes):
            return name(sentence.format(url=shown(url)))
    return ConnectionBroken(f"The connection to {shown(url)} broke before the answer was complete.")


_FAILURES: tuple[tuple[type[BaseException], type[AttioError], str], ...] = (
    (ssl.SSLCertVerificationError, Untrusted, "The TLS certificate of {url} cannot be verified."),
    (NameResolutionError, Unreachable, "The host name in {url} cannot be resolved."),
    (requests.exceptions.ProxyError, Unreachable, "The proxy on the way to {url} does not let us through."),
    (requests.exceptions.ConnectTimeout, Unreachable, "{url} does not answer to connections."),
    (NewConnectionError, Unreachable, "{url} refuses connections or cannot be reached."),
    (
        requests.exceptions.SSLError,
        ConnectionBroken,
        "The TLS connection to {url} failed; is it https at all?",
    ),
    (requests.exceptions.InvalidURL, Misconfigured, "The address {url} is malformed."),
    (LocationParseError, Misconfigured, "The address {url} is malformed."),
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
