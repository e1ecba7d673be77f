"""Rounds of sudden death: deliveries come in, the relay dies, what was acknowledged is looked for.

By hand: `python -m integration_tests.relay.crash_rounds 200 100` (kill -9 rounds, power-cut rounds).
"""

import json
import random
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from attio_api.webhooks import sign
from attio_relay.store.database import StoreError
from attio_relay.store.sqlite import SqliteDatabase

CONNECTIONS = 32
SECRET = "s" * 64
CONFIG = f"""
[[routes]]
name = "acme"
secret = "{SECRET}"
[[connections]]
name = "c"
route = "acme"
debounce = "1h"
max_wait = "1h"
[connections.target]
type = "command"
command = ["true"]
"""
EVENT = {"event_type": "record.updated", "id": {"workspace_id": "w", "object_id": "o", "record_id": "r"}}
BODY = json.dumps({"webhook_id": "hook", "events": [EVENT]}).encode()


@dataclass
class CrashCounts:
    """What rounds brought."""

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    losing_rounds: int = 0
    keys: set[str] = field(default_factory=set)


def request(key: str) -> bytes:
    head = f"POST /hooks/acme HTTP/1.1\r\nHost: r\r\nContent-Length: {len(BODY)}\r\n"
    return f"{head}Attio-Signature: {sign(SECRET, BODY)}\r\nIdempotency-Key: {key}\r\n\r\n".encode() + BODY


def flood(at: tuple[str, int], prefix: str, wanted: int) -> set[str]:
    """Deliver on all connections until so many are acknowledged; their keys."""
    selector = selectors.DefaultSelector()
    peers: dict[socket.socket, str] = {}
    acknowledged: set[str] = set()
    number = 0
    for number in range(CONNECTIONS):
        peer = socket.create_connection(at)
        selector.register(peer, selectors.EVENT_READ)
        peers[peer] = f"{prefix}-{number}"
        peer.send(request(peers[peer]))
    while len(acknowledged) < wanted:
        for key, _ in selector.select():
            peer = key.fileobj
            assert isinstance(peer, socket.socket)
            answer = peer.recv(4096)
            assert answer, "The relay hung up."
            if answer.endswith(b'{"status":"stored"}'):
                acknowledged.add(peers[peer])
                number += 1
                peers[peer] = f"{prefix}-{number}"
                peer.send(request(peers[peer]))
    for peer in peers:
        peer.close()
    return acknowledged


def one_round(folder: Path, flushed: Path | None, fault: str, counts: CrashCounts, wanted: int) -> None:
    """Start, flood, kill, look."""
    command = [sys.executable, "-m", "integration_tests.relay.fragile_relay", str(flushed or "-"), fault]
    relay = subprocess.Popen(
        [*command, "serve", "--port", "0", "--config", str(folder / "relay.toml")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert relay.stdout is not None
    host, port = relay.stdout.readline().split("//")[1].strip().split(":")
    acknowledged = flood((host, int(port)), f"round{counts.rounds}", wanted)
    relay.kill()
    relay.wait()
    relay.stdout.close()
    counts.keys |= acknowledged
    counts.rounds += 1
    counts.acknowledged += len(acknowledged)
    if flushed is not None:
        replace(folder, flushed)
    lost = len(counts.keys - stored(folder / "relay.db"))
    if flushed is not None:
        # Looking has tidied up; the next round begins with what is there now on the disk.
        replace(flushed, folder)
    counts.lost += lost
    counts.losing_rounds += lost > 0


def replace(target: Path, source: Path) -> None:
    """Put the source's database files in the place of the target's, as they are on the disk."""
    for file in target.glob("relay.db*"):
        file.unlink()
    for file in source.glob("relay.db*"):
        shutil.copy(file, target / file.name)


def stored(path: Path) -> set[str]:
    """The keys in the store; message, change and schedule are there together or not at all."""
    database = SqliteDatabase(path)
    try:
        with database.reading() as transaction:
            keys = {
                row["idempotency_key"] for row in transaction.rows("SELECT idempotency_key FROM deliveries")
            }
            changes = transaction.rows("SELECT COUNT(*) AS n FROM changes")[0]["n"]
            seen = transaction.rows("SELECT COALESCE(SUM(seen), 0) AS n FROM connections")[0]["n"]
    except StoreError:
        # A store whose tables never reached the disk.
        return set()
    finally:
        database.close()
    assert len(keys) == changes == seen, (len(keys), changes, seen)
    return keys


def rounds(count: int, *, power_cut: bool, fault: str = "-", until_lost: bool = False) -> CrashCounts:
    """So many rounds on one store, or fewer when one loss is enough."""
    counts = CrashCounts()
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        folder, flushed = Path(name) / "live", Path(name) / "flushed"
        folder.mkdir()
        flushed.mkdir()
        (folder / "relay.toml").write_text(CONFIG)
        for _ in range(count):
            one_round(folder, flushed if power_cut else None, fault, counts, chance.randint(100, 500))
            if until_lost and counts.lost:
                break
            if fault != "-":
                counts.keys.clear()
    return counts


if __name__ == "__main__":
    kills, cuts = int(sys.argv[1]), int(sys.argv[2])
    for label, found in (
        ("kill -9", rounds(kills, power_cut=False)),
        ("power cut", rounds(cuts, power_cut=True)),
        ("kill -9, control: answers early", rounds(max(3, kills // 20), power_cut=False, fault="early")),
        ("power cut, control: NORMAL", rounds(max(3, cuts // 10), power_cut=True, fault="normal")),
    ):
        print(  # noqa: T201 (a command)
            f"{label}: {found.rounds} rounds, {found.acknowledged} acknowledged, {found.lost} lost"
            f" in {found.losing_rounds} rounds",
            flush=True,
        )
