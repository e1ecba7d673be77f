"""A client for a running emulator, for calls of its API and of its control plane.

The fixture `attio` returns one.
"""

import http.client
from typing import Any
from urllib.parse import urlencode, urlsplit

from attio_emulator.contract.wire import dumps, loads
from attio_emulator.model.tokens import DEFAULT_TOKEN


class AnsweredError(AssertionError):
    """An answer was not 2xx."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:  # noqa: ANN401 - any JSON
        super().__init__(f"{method} {path} was answered {status}: {body}")
        self.status = status
        self.body = body


class RemoteEmulator:
    """A client for the emulator at an address."""

    def __init__(self, url: str, token: str = DEFAULT_TOKEN) -> None:
        self.url = url
        self.token = token

    def call(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **params: object
    ) -> tuple[int, Any]:
        """Make one call; returns its status and parsed body, also for a refusal."""
        target = f"{path}?{urlencode(params)}" if params else path
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            headers = {"authorization": f"Bearer {token or self.token}", "content-type": "application/json"}
            connection.request(method, target, None if body is None else dumps(body), headers)
            response = connection.getresponse()
            raw = response.read()
            return response.status, loads(raw) if raw else None
        finally:
            connection.close()

    def api(self, method: str, path: str, body: object = None, **params: Any) -> Any:  # noqa: ANN401 - any JSON
        """The parsed body of one call; raises unless it is 2xx."""
        status, answer = self.call(method, path, body, **params)
        if not 200 <= status < 300:  # noqa: PLR2004 - success
            raise AnsweredError(method, path, status, answer)
        return answer

    def control(self, method: str, name: str, body: object = None, **params: object) -> Any:  # noqa: ANN401 - any JSON
        """One call of the control plane."""
        return self.api(method, f"/_emulator/{name}", body, **params)

    def reset(self) -> None:
        """Begin anew."""
        self.control("POST", "reset", {})

    def seed(self, name: str = "demo", **options: object) -> Any:  # noqa: ANN401 - any JSON
        """Fill the workspace."""
        return self.control("POST", "seed", {"name": name, **options})

    def clock(self, **change: object) -> str:
        """Change the clock by `now=…`, `advance_seconds=…` or `mode=…`; returns its time."""
        return str(self.control("POST" if change else "GET", "clock", change or None)["now"])

    def automatic_changes(self, **change: object) -> Any:  # noqa: ANN401 - any JSON
        """Set the automatic changes after a write."""
        return self.control("POST", "echoes", change)

    def formula(self, object_slug: str, attribute: str, **form: object) -> Any:  # noqa: ANN401 - any JSON
        """Give an object a formula: `sum_of=[…]`, `product_of=[…]` or `text_of=[…]`."""
        return self.control("POST", "formulas", {"object": object_slug, "attribute": attribute, **form})[
            "data"
        ]

    def limits(self, **change: object) -> Any:  # noqa: ANN401 - any JSON
        """Change the rate limits."""
        return self.control("POST", "limits", change)

    def fault(self, kind: str, *, method: str = "*", path: str = "*", **more: object) -> None:
        """Order a failure."""
        self.control("POST", "faults", {"kind": kind, "method": method, "path": path, **more})

    def clear_faults(self) -> None:
        """Remove all faults, and let go the calls that are held."""
        self.control("DELETE", "faults")

    def held(self) -> int:
        """The number of calls that a fault of the kind `hold` holds now."""
        return int(self.control("GET", "faults")["held"])

    def calls(self, since: int = 0) -> list[Any]:
        """What was received."""
        return list(self.control("GET", "calls", since=since)["calls"])

    def counts(self) -> dict[str, int]:
        """The number of received calls, by `read`, `write`, `all` and status."""
        return dict(self.control("GET", "calls", since=10**12)["counts"])

    def clear_calls(self) -> None:
        """Clear the log of calls."""
        self.control("DELETE", "calls")

    def add_token(self, token: str, **more: object) -> str:
        """Add, change or revoke a token."""
        self.control("POST", "tokens", {"token": token, **more})
        return token

    def events(self, since: int = 0) -> list[Any]:
        """The events of the first workspace, as webhooks carry them."""
        return [each["event"] for each in self.control("GET", "events", since=since)["events"]]

    def dump(self) -> Any:  # noqa: ANN401 - any JSON
        """Everything as JSON."""
        return self.control("GET", "dump")

    def load(self, dumped: object) -> None:
        """Replace the whole state by a dump."""
        self.control("POST", "load", dumped)

    def create_record(self, object_slug: str, values: dict[str, object]) -> Any:  # noqa: ANN401 - any JSON
        """Make a record and show it."""
        return self.api("POST", f"/v2/objects/{object_slug}/records", {"data": {"values": values}})["data"]

    def records(self, object_slug: str, **query: object) -> list[Any]:
        """Records of an object, by a query's members."""
        return list(self.api("POST", f"/v2/objects/{object_slug}/records/query", query)["data"])

    def drain(self, timeout_seconds: float = 20) -> bool:
        """Wait until every webhook delivery was tried once; False when that took too long."""
        return bool(self.control("POST", "webhooks/drain", {"timeout_seconds": timeout_seconds})["drained"])

    def webhooks(self, **options: object) -> Any:  # noqa: ANN401 - any JSON
        """Change delivery options; returns the options, webhooks and deliveries."""
        if options:
            self.control("POST", "webhooks", options)
        return self.control("GET", "webhooks")
