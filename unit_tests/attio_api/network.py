"""Attio's answers for tests of the client, and the address, token and paths that they are about."""

from typing import Any

import requests

URL = "https://attio.test"
TOKEN = "tok-very-secret"
RECORD_ID = "5d6e0e52-7a43-4c57-9f5b-3a0a3f1f7c02"
RECORD = f"/v2/objects/people/records/{RECORD_ID}"
QUERY = "/v2/objects/people/records/query"
NOON, LATER = "Thu, 01 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 2026 12:00:07 GMT"
DONE: dict[str, Any] = {"json": {"data": {"id": {}}}}
BUSY: dict[str, Any] = {
    "status_code": 429,
    "json": {
        "status_code": 429,
        "type": "rate_limit_error",
        "code": "rate_limit_exceeded",
        "message": "Slow down.",
    },
    "headers": {"Retry-After": LATER, "Date": NOON},
}
DOWN: dict[str, Any] = {"status_code": 502, "text": "<html>Bad gateway</html>"}
CUT: dict[str, Any] = {"text": '{"data": {"id"', "headers": {"Content-Length": "5000"}}
PAGE: dict[str, Any] = {
    "text": "<html><title>Attention Required! | Cloudflare</title></html>",
    "headers": {"Content-Type": "text/html; charset=UTF-8"},
}
"""What a firewall answers in place of Attio, with whatever status."""
GARBAGE: dict[str, Any] = {"text": "<html>Hello</html>"}
RESET: dict[str, Any] = {"exc": requests.exceptions.ConnectionError("reset")}
GONE: dict[str, Any] = {"status_code": 404, "json": {"code": "not_found", "message": "No such record."}}


def refusal(status: int, code: str) -> dict[str, Any]:
    return {"status_code": status, "json": {"status_code": status, "code": code, "message": "No."}}
