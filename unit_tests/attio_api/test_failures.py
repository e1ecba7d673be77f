import socket
import ssl

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    LocationParseError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ProxySchemeUnknown,
)
from urllib3.exceptions import SSLError as TlsError

from attio_api import errors
from attio_api.errors import AttioError
from attio_api.failures import connection_failure

URL = "https://attio.test"
CONNECTION = HTTPConnection("attio.test")


def wrapped(reason: Exception) -> requests.ConnectionError:
    """A failure as the libraries hand it over: wrapped twice."""
    return requests.ConnectionError(MaxRetryError(None, "/v2/self", reason))  # type: ignore[arg-type] # the pool is only shown


def _no_certificates() -> OSError:
    """What OpenSSL says of a file that holds no certificate."""
    with pytest.raises(ssl.SSLError) as refused:
        ssl.create_default_context().load_verify_locations(cafile=__file__)
    return refused.value


MALFORMED = (
    "One of these is malformed: https://attio.test, the address of the proxy to it, "
    "or one that it redirects to."
)
ODD_PROXY = (
    "The proxy on the way to https://attio.test is of a kind that is not supported, "
    "or its address has no host."
)
UNREAD = "The certificates by which https://attio.test would be verified cannot be read."
FAILURES: list[tuple[Exception, type[AttioError], str]] = [
    (
        wrapped(NameResolutionError("attio.test", CONNECTION, socket.gaierror(-2, "unknown"))),
        errors.Unreachable,
        "The host name in https://attio.test cannot be resolved.",
    ),
    (
        wrapped(NewConnectionError(CONNECTION, "refused")),
        errors.Unreachable,
        "https://attio.test refuses connections or cannot be reached.",
    ),
    (
        requests.exceptions.SSLError(TlsError(ssl.SSLCertVerificationError("self-signed"))),
        errors.Untrusted,
        "The TLS certificate of https://attio.test cannot be verified.",
    ),
    (
        requests.exceptions.SSLError(TlsError(ssl.SSLError("wrong version number"))),
        errors.ConnectionBroken,
        "The TLS connection to https://attio.test failed; is it https at all?",
    ),
    (
        requests.exceptions.ConnectTimeout(),
        errors.Unreachable,
        "https://attio.test does not answer to connections.",
    ),
    (
        requests.exceptions.ProxyError(),
        errors.Unreachable,
        "The proxy on the way to https://attio.test refuses the connection.",
    ),
    (
        requests.exceptions.ReadTimeout(),
        errors.ConnectionBroken,
        "https://attio.test took too long to answer.",
    ),
    (
        requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104))),
        errors.ConnectionBroken,
        "The connection to https://attio.test broke before the answer was complete.",
    ),
    (
        requests.exceptions.ChunkedEncodingError(),
        errors.ConnectionBroken,
        "The connection to https://attio.test broke before the answer was complete.",
    ),
    (LocationParseError("a..b"), errors.Misconfigured, MALFORMED),
    (requests.exceptions.InvalidURL(), errors.Misconfigured, MALFORMED),
    (ValueError("Invalid IPv6 URL"), errors.Misconfigured, MALFORMED),
    (UnicodeError("label too long"), errors.Misconfigured, MALFORMED),
    (requests.exceptions.InvalidProxyURL(), errors.Misconfigured, ODD_PROXY),
    (ProxySchemeUnknown("foo"), errors.Misconfigured, ODD_PROXY),
    (requests.exceptions.InvalidSchema("no SOCKS support"), errors.Misconfigured, ODD_PROXY),
    (OSError("no such bundle"), errors.Misconfigured, UNREAD),
    (requests.exceptions.SSLError(TlsError(_no_certificates())), errors.Misconfigured, UNREAD),
    (
        requests.exceptions.ProxyError(
            ProxyError("no", NameResolutionError("proxy.test", CONNECTION, socket.gaierror(-2, "unknown")))
        ),
        errors.Unreachable,
        "The proxy on the way to https://attio.test refuses the connection.",
    ),
]


@pytest.mark.parametrize(("trouble", "kind", "sentence"), FAILURES)
def test_a_failure_is_said_in_one_sentence(trouble: Exception, kind: type[AttioError], sentence: str) -> None:
    """Name, network, proxy, certificate and time are told apart, and the sentence names the address."""
    failure = connection_failure(trouble, URL)

    assert (kind, sentence) == (type(failure), str(failure))
