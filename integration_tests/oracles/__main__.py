"""`make oracles`: programs that nobody here wrote, against the emulator; each new refusal is to be judged.

Without arguments all of them run; else those that are named.
A client that works with Attio and is refused by the emulator shows that the emulator is wrong, unless the
mistake is the client's own: those are listed in `judged.toml`, each with its reason.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from integration_tests.attio_session.calling import Exchange, Session
from integration_tests.attio_session.whole import whole_session
from integration_tests.oracles import mcp_tools
from integration_tests.oracles.node_packages import node_package
from integration_tests.oracles.recorder import recorded
from integration_tests.peers.environments import FOLDER, environment
from integration_tests.platform.workspaces import another_attio

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
PEERS = HERE.parent / "peers"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CLIENT, INGESTR, SDK = "attio==0.26.1", "ingestr==0.14.155", "attio-ts-sdk@2.3.0"
TABLES = (
    "objects",
    "records:companies",
    "records:people",
    "records:deals",
    "lists",
    "all_list_entries:companies",
)
# Nothing is reported home: it would wait for a network that may not be there.
SILENT = {"DISABLE_TELEMETRY": "true", "RUNTIME__DLTHUB_TELEMETRY": "false", "DO_NOT_TRACK": "1"}
REFUSED, FEWEST = 400, {"attio": 60, "attio-mcp": 40, "ingestr": len(TABLES)}


class Refusal(NamedTuple):
    """One kind of refusal."""

    client: str
    call: str
    status: int
    code: str


def refusals(client: str, exchanges: list[Exchange]) -> Counter[Refusal]:
    """What a client was refused, by kind."""
    return Counter(
        Refusal(client, f"{one.method} {UUID.sub('{id}', one.path)}", one.status, _code(one.body))
        for one in exchanges
        if one.status >= REFUSED
    )


def _code(body: Any) -> str:
    return str(body.get("code")) if isinstance(body, dict) else ""


def judged() -> set[Refusal]:
    """The refusals that are the clients' own mistakes."""
    return {Refusal(*(one[name] for name in Refusal._fields)) for one in _list("refusal")}


def _list(kind: str) -> list[dict[str, Any]]:
    """One of the lists of what was judged."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / "judged.toml").read_text()).get(kind, [])
    return found


def attio_client(url: str, token: str) -> None:
    """The `attio` package from PyPI: writes, then reads all it can."""
    python = environment("attio-client", CLIENT) / "python"
    for script in ("attio_client.py", "attio_client_reads.py"):
        _run(python, PEERS / script, url, token)


def mcp(url: str, token: str) -> None:
    """The `attio-mcp` server from npm."""
    server = mcp_tools.McpServer(mcp_tools.installed(FOLDER / "attio-mcp"), url, token)
    try:
        mcp_tools.work(server)
    finally:
        server.close()


def ingestr(url: str, token: str) -> None:
    """`ingestr` from PyPI: reads every table it knows into DuckDB."""
    python = environment("ingestr", INGESTR) / "python"
    with tempfile.TemporaryDirectory() as folder:
        _run(python, HERE / "ingestr_reads.py", url, token, Path(folder) / "warehouse.duckdb", *TABLES)


def _run(*command: str | Path) -> str:
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=900, env=os.environ | SILENT
    )
    if ran.returncode:
        raise RuntimeError(f"{Path(command[1]).name} failed: {(ran.stderr or ran.stdout)[-2000:]}")
    return ran.stdout


CLIENTS: dict[str, Callable[[str, str], None]] = {"attio": attio_client, "attio-mcp": mcp, "ingestr": ingestr}


def main() -> int:
    """Run all, say what came out, and fail for whatever is new."""
    chosen = sys.argv[1:] or list(CLIENTS)
    known = {one for one in judged() if one.client in chosen}
    found, answers, few = Counter[Refusal](), list[Exchange](), list[str]()
    for name, run in ((name, CLIENTS[name]) for name in chosen):
        with another_attio() as attio, recorded(attio.url) as recorder:
            attio.seed("demo", companies=20, people=30, deals=10)
            done = _through(name, run, recorder.url, attio.token)
            found += refusals(name, recorder.exchanges)
            answers += recorder.exchanges
            few += [name] if not done or len(recorder.exchanges) < FEWEST[name] else []
            _say(f"{name}: {len(recorder.exchanges)} calls")
    refused = _held_against_models([*answers, *_our_session()])
    new = [one for one in found if one not in known]
    for one, count in sorted(found.items()):
        word = "judged" if one in known else "NEW"
        _say(f"{word} {count} times {one.client}: {one.call} {one.status} {one.code}")
    for one in sorted(known - set(found)):
        _say(f"gone        {one.client}: {one.call} {one.status} {one.code}; drop it from judged.toml")
    for name in few:
        _say(f"{name} did not get through its work, which takes at least {FEWEST[name]} calls.")
    return 1 if new or few or refused or known - set(found) else 0


def _through(name: str, run: Callable[[str, str], None], url: str, token: str) -> bool:
    """Whether a client got to the end of its work; what it was refused meanwhile counts all the same."""
    try:
        run(url, token)
    except RuntimeError as trouble:
        _say(f"{name}: {trouble}")
        return False
    return True


def _our_session() -> list[Exchange]:
    with another_attio() as attio:
        session = Session(url=attio.url, token=attio.token)
        whole_session(session)
    return session.exchanges


def _held_against_models(exchanges: list[Exchange]) -> bool:
    """Whether a client's models refuse a successful answer that they were not known to refuse."""
    told = [one for one in exchanges if one.status < REFUSED and isinstance(one.body, dict)]
    complaints, judged_all = Counter[str](), True
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for one in told:
            file.write(json.dumps({"method": one.method, "path": one.path, "body": one.body}) + "\n")
        file.flush()
        for name, judge in (("attio client", _python_models()), ("attio-ts-sdk", _typescript_models())):
            verdict = json.loads(_run(*judge, file.name))
            complaints.update(f"{one['model']} at {one['at']}: {one['why']}" for one in verdict["refused"])
            judged_all = judged_all and bool(verdict["judged"])
            _say(f"models of {name}: {verdict['judged']} answers, {len(verdict['refused'])} complaints")
            for call in sorted({UUID.sub("{id}", one) for one in verdict["unknown"]}):
                _say(f"no model of {name} for {call}")
    known = {one["complaint"] for one in _list("model")}
    for complaint, count in complaints.items():
        _say(f"{'judged' if complaint in known else 'NEW'} {count} times {complaint}")
    for complaint in known - set(complaints):
        _say(f"gone {complaint}; drop it from judged.toml")
    return bool(known ^ set(complaints) or not judged_all)


def _python_models() -> tuple[str | Path, ...]:
    return environment("attio-client", CLIENT) / "python", HERE / "attio_models.py"


def _typescript_models() -> tuple[str | Path, ...]:
    package = node_package(FOLDER / "attio-ts-sdk", "attio-ts-sdk", SDK)
    return "node", HERE / "sdk_models.cjs", package


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (what the target is for)


if __name__ == "__main__":
    sys.exit(main())
