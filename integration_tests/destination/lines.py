"""Lines of Airbyte's protocol, and the destination's commands run on them in this process."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from destination_attio.airbyte.commands import main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration_tests.destination.desk import Desk


Line = dict[str, Any]


def record(data: Line, stream: str = "companies") -> Line:
    """One row."""
    return {"type": "RECORD", "record": {"stream": stream, "data": data, "emitted_at": 1}}


def state(number: int, stream: str = "companies", **found: Any) -> Line:
    """A state as the platform sends it, with its id and something nobody knows."""
    body = {"stream_descriptor": {"name": stream}, "stream_state": found or {"at": number}}
    return {
        "type": "STATE",
        "state": {"type": "STREAM", "id": number, "stream": body, "unknown": {"kept": True}},
    }


def complete(stream: str = "companies") -> Line:
    """The platform's word that the source was read to its end."""
    status = {"stream_descriptor": {"name": stream}, "status": "COMPLETE"}
    return {"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 1, "stream_status": status}}


def configured(name: str = "companies", mode: str = "append_dedup", **more: Any) -> Line:
    """One stream of a catalog."""
    described = {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    return {"stream": described, "sync_mode": "full_refresh", "destination_sync_mode": mode, **more}


def write(desk: Desk, lines: Sequence[Line], *streams: Line, **config: Any) -> tuple[int, list[Line]]:
    """Run `write` in this process; its exit code and what it printed."""
    raw = "".join(json.dumps(one) + "\n" for one in lines).encode()
    return write_raw(desk, raw, *streams, **config)


def states(said: Sequence[Line]) -> list[Line]:
    """The states let out."""
    return [one["state"] for one in said if one["type"] == "STATE"]


def counted(said: Sequence[Line]) -> list[tuple[int, float, float]]:
    """Id, stored and rejected rows of each state let out."""
    return [
        (
            one["id"],
            one["destinationStats"]["recordCount"],
            one["destinationStats"].get("rejectedRecordCount", 0),
        )
        for one in states(said)
    ]


def failure(said: Sequence[Line]) -> Line:
    """The error trace."""
    return next(one["trace"]["error"] for one in said if one["type"] == "TRACE")


def company(number: int, **more: Any) -> Line:
    """A row of companies."""
    return {"domains": f"c{number}.example.com", "name": f"C {number}", **more}


def described(*columns: str, name: str = "companies", **more: Any) -> Line:
    """A stream whose columns the catalog describes."""
    one = configured(name, **more)
    one["stream"]["json_schema"] = {"properties": {column: {"type": "string"} for column in columns}}
    return one


def logged(said: Sequence[Line]) -> str:
    """All sentences of the log."""
    return "\n".join(one["log"]["message"] for one in said if one["type"] == "LOG")


def write_raw(desk: Desk, raw: bytes, *streams: Line, **config: Any) -> tuple[int, list[Line]]:
    """Run `write` on bytes."""
    return write_cataloged(desk, raw, {"streams": list(streams) or [configured()]}, **config)


def write_cataloged(desk: Desk, raw: bytes, catalog: Line, **config: Any) -> tuple[int, list[Line]]:
    """Run `write` on bytes with any catalog."""
    (desk.folder / "config.json").write_text(json.dumps(desk.config(**config)))
    (desk.folder / "catalog.json").write_text(json.dumps(catalog))
    out = io.BytesIO()
    files = ["--config", str(desk.folder / "config.json"), "--catalog", str(desk.folder / "catalog.json")]
    status = main(["write", *files], out, io.BytesIO(raw))
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def checked(desk: Desk, **config: Any) -> Line:
    """The answer of `check`."""
    (desk.folder / "config.json").write_text(json.dumps(desk.config(**config)))
    out = io.BytesIO()
    main(["check", "--config", str(desk.folder / "config.json")], out, io.BytesIO())
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    return dict(next(one["connectionStatus"] for one in said if one["type"] == "CONNECTION_STATUS"))
