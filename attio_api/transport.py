"""Sends one request to Attio, with retry and backoff, until it is answered or the tries are used up.

It adds the token, keeps the pace and checks that answers are complete. `client` knows the endpoints.
"""

import json
import logging
import random
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Final, NamedTuple, TypeAlias, TypeVar

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from attio_api import errors, refusals
from attio_api.auth import scopes_for
from attio_api.errors import AttioError, RateLimited, Transient
from attio_api.failures import UNSENT, connection_failure
from attio_api.pace import Governor, kind_of
from attio_api.tokens import bare, is_none, unrecognised
from attio_api.verdicts import verdict
from attio_api.wire import Json, decode

_TIMEOUT: Final = (10.0, 120.0)
_POOL: Final = 64
_FIRST_BACKOFF: Final = 0.5
_LONGEST_BACKOFF: Final = 30.0
_REFUSALS_PER_TRY: Final = 4
_NOT_DONE: Final = (RateLimited, errors.ConcurrentWrite, errors.MergeInProgress, errors.Unreachable)
"""Troubles after which nothing was done. A gateway answers 503, or a page, also where a record was made."""
_OF_A_PROXY: Final = 407
_GATEKEEPERS: Final = frozenset({400, 401, 402, 403, 405, 406, 409, 451})
"""Statuses that a web application firewall or a proxy also answers with, and then with a page of HTML."""
_log: Final = logging.getLogger(__name__)

Result = TypeVar("Result")
Params: TypeAlias = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiCall:
    """One call, which may be sent several times; body and parameters stay out of reprs."""

    method: str
    path: str
    json: Json = field(default=None, repr=False)
    params: Params | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice has the same effect as sending it once."""
        return self.method != "POST" or kind_of(self.method, self.path) == "read"


class _Answer(NamedTuple):
    """One answer, and its body read in one piece; the library would join pieces of ten kilobytes."""

    head: requests.Response
    body: bytes


class _Bearer(AuthBase):
    """Adds the token to each request; it is an auth object so that a .netrc file cannot replace the token."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


class Transport:
    """Requests to one Attio with one token; may be used by many threads at once."""

    def __init__(  # noqa: PLR0913 (each is a seam that a test replaces)
        self,
        token: str,
        *,
        api_url: str,
        governor: Governor,
        session: requests.Session | None,
        max_tries: int,
        sleep: Callable[[float], None],
        rng: random.Random,
        receiving: AbstractContextManager[object],
    ) -> None:
        """Prepare a session with room for 64 threads; nothing is sent yet.

        `receiving` is held from the moment an answer begins to arrive until it has been read.
        """
        self._url = _checked_url(api_url)
        self._token = bare(token)
        self._auth = _Bearer(self._token)
        self._session = session or pooled_session()
        self._governor = governor
        self._max_tries = max_tries
        self._sleep = sleep
        self._rng = rng
        self._receiving = receiving
        self._is_accepted = False

    def send(self, request: ApiCall, read: Callable[[bytes], Result]) -> Result:
        """Return what `read` makes of the complete body, trying again after each Transient error.

        Raises the last error when the tries are used up; `read` may raise Unreadable to have another try.
        """
        troubles, refusals = 0, 0
        while True:
            try:
                return self._with_token(request, read)
            except RateLimited as refusal:
                refusals += 1
                self._heed(request, refusal, refusals)
            except Transient as trouble:
                troubles += 1
                self._give_up(request, trouble, troubles)
                self._back_off(request, trouble, troubles)
            except errors.Malformed as trouble:
                if request.repeatable:
                    raise
                raise _outcome_unknown(request, trouble) from trouble
            except errors.Gone:
                if request.method == "DELETE" and troubles:
                    return read(b"{}")
                raise

    def _with_token(self, request: ApiCall, read: Callable[[bytes], Result]) -> Result:
        """Try once, and once more if Attio refuses a token that it had accepted, as it does under load."""
        try:
            return self._try(request, read)
        except errors.BadToken as refusal:
            if not self._is_accepted:
                raise
            self._back_off(request, refusal, 1)
        return self._try(request, read)

    def _try(self, request: ApiCall, read: Callable[[bytes], Result]) -> Result:
        with ExitStack() as held:
            return read(self._once(request, held))

    def _once(self, request: ApiCall, held: ExitStack) -> bytes:
        kind = kind_of(request.method, request.path)
        with self._governor.turn(kind, request.method, request.path):
            answer = self._exchange(request, held)
            if not requests.codes.ok <= answer.head.status_code < requests.codes.multiple_choices:
                raise self._refused(request, answer)
        self._is_accepted = True
        return _complete(answer)

    def _exchange(self, request: ApiCall, held: ExitStack) -> _Answer:
        params = {
            name: _parameter(value) for name, value in (request.params or {}).items() if value is not None
        }
        headers = {"Accept": "application/json"}
        body = None if request.json is None else _encode(request.json)
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            with self._session.request(
                request.method,
                self._url + request.path,
                params=params,
                data=body,
                headers=headers,
                auth=self._auth,
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as head:
                held.enter_context(self._receiving)
                return _Answer(head, b"".join(head.iter_content(None)))
        except UNSENT as trouble:
            failure = connection_failure(trouble, self._url)
        # Outside the handler, and so without a context: the library's own error carries request and token.
        raise failure

    def _refused(self, request: ApiCall, answer: _Answer) -> AttioError:
        """Return the error for an answer that is no success."""
        head = answer.head
        if head.is_redirect:
            return refusals.REDIRECTED(request=f"{request.method} {request.path}", status=head.status_code)
        body = _body_or_none(answer)
        if _is_foreign(answer, body):
            return errors.Gatekeeper(status=head.status_code)
        error = verdict(head.status_code, body, head.headers, path=request.path)
        if isinstance(error, errors.BadToken) and is_none(self._token, error.code):
            return unrecognised(self._token, status=head.status_code, code=error.code)
        if isinstance(error, errors.MissingScope):
            scopes = sorted(scopes_for(request.method, request.path))
            error.remedy = f"{error.remedy} It needs {' and '.join(scopes)}." if scopes else error.remedy
            error.details["scopes"] = scopes
        return error

    def _heed(self, request: ApiCall, refusal: RateLimited, refusals: int) -> None:
        """After HTTP 429, hold back requests of its kind until Attio's Retry-After; raises after too many."""
        kind = kind_of(request.method, request.path)
        seconds = self._governor.pause_until(refusal.retry_at, now=refusal.answered_at, kind=kind)
        if refusals >= self._max_tries * _REFUSALS_PER_TRY:
            raise refusal
        if not seconds:
            self._back_off(request, refusal, refusals)

    def _give_up(self, request: ApiCall, trouble: Transient, troubles: int) -> None:
        if not request.repeatable and not isinstance(trouble, _NOT_DONE):
            raise _outcome_unknown(request, trouble) from trouble
        if troubles >= self._max_tries:
            raise trouble

    def _back_off(self, request: ApiCall, trouble: AttioError, tries: int) -> None:
        self.pause(tries, f"{request.method} {request.path}: {trouble}")

    def pause(self, tries: int, why: str = "An answer was lost.") -> None:
        """Sleep longer after each try, by a random part so that many threads do not return together."""
        longest = min(_FIRST_BACKOFF * 2 ** (tries - 1), _LONGEST_BACKOFF)
        seconds = longest * (0.5 + self._rng.random() / 2)
        _log.info("%s Trying again in %.1f s.", why, seconds)
        self._sleep(seconds)


class Adapter(HTTPAdapter):
    """Connections for 64 threads; it does not retry, since `Transport` does."""

    def __init__(self) -> None:
        super().__init__(pool_connections=4, pool_maxsize=_POOL, max_retries=0)


def pooled_session(adapter: HTTPAdapter | None = None) -> requests.Session:
    """Return a session that keeps no cookies, with the adapter or a new one."""
    session = requests.Session()
    session.headers["User-Agent"] = "airbyte-attio"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    used = adapter or Adapter()
    for scheme in ("https", "http"):
        session.mount(f"{scheme}://", used)
    return session


def _outcome_unknown(request: ApiCall, trouble: AttioError) -> errors.OutcomeUnknown:
    return errors.OutcomeUnknown(
        f"The answer to {request.method} {request.path} was lost: it may or may not have been done.",
        status=trouble.status,
    )


def _is_foreign(answer: _Answer, body: Json) -> bool:
    """Whether a firewall, a proxy or a gateway answered in place of Attio.

    Attio's own 404 has a code. By any other, a record that lives would be taken for deleted.
    """
    status = answer.head.status_code
    if status == requests.codes.not_found:
        return not isinstance(body, dict) or not isinstance(body.get("code"), str)
    return status == _OF_A_PROXY or (status in _GATEKEEPERS and _is_web_page(answer))


def _is_web_page(answer: _Answer) -> bool:
    """Whether a proxy or a firewall answered instead of Attio, which itself answers in JSON."""
    kind = answer.head.headers.get("Content-Type", "")
    return "html" in kind.lower() or answer.body.lstrip().startswith(b"<")


def _complete(answer: _Answer) -> bytes:
    """Return the body; raises Unreadable when it is cut, which the library misses behind some proxies."""
    headers, body = answer.head.headers, answer.body
    announced = headers.get("Content-Length", "")
    plain = not headers.get("Content-Encoding")
    if plain and announced.isdigit() and int(announced) != len(body):
        raise errors.Unreadable(f"Attio's answer was cut: {len(body)} of {announced} bytes arrived.")
    return body


def _body_or_none(answer: _Answer) -> Json:
    try:
        return decode(answer.body)
    except (errors.Unreadable, errors.Malformed):
        return None


def _encode(body: Json) -> bytes:
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError):
        raise refusals.NO_JSON() from None


def _parameter(value: str | int | bool) -> str:  # noqa: FBT001 (a query parameter may be a boolean)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _checked_url(api_url: str) -> str:
    if not re.match("https?://", api_url):
        raise refusals.NO_WEB_ADDRESS()
    return api_url.rstrip("/")
