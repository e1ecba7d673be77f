"""The `attio-mcp` server of the npm registry, unchanged: its tools are called as an agent would call them.

It speaks JSON-RPC on its standard input and output.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

from integration_tests.oracles.node_packages import node_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "attio-mcp@1.6.1"


def installed(folder: Path) -> Path:
    """The server's program, installed into a folder that is kept between runs."""
    return node_package(folder, "attio-mcp", PACKAGE) / "dist/cli.js"


class McpServer:
    """One running server."""

    def __init__(self, program: Path, url: str, token: str) -> None:
        environment = {
            **os.environ,
            "ATTIO_BASE_URL": f"{url}/v2",
            "ATTIO_API_KEY": token,
            "NODE_ENV": "production",
        }
        self._process = subprocess.Popen(
            ["node", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self._asked = 0
        hello = {
            "protocolVersion": "2024-11-05",
            "capabilities": {},
            "clientInfo": {"name": "o", "version": "1"},
        }
        self._ask("initialize", hello)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def tool(self, name: str, **arguments: Any) -> str:
        """Call a tool; its answer as text."""
        answer = self._ask("tools/call", {"name": name, "arguments": arguments})
        return json.dumps(answer.get("result", answer.get("error")))

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._asked += 1
        self._send({"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params})
        for line in self._lines():
            if line.get("id") == self._asked:
                return line
        raise RuntimeError("attio-mcp ended before it answered.")

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def _lines(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("{"):
                yield json.loads(line)


def work(server: McpServer) -> None:
    """What an agent does in a CRM: look up, create, change, list, note, and clean up."""
    _look_around(server)
    company = _id(
        server.tool("create_company", record_data={"name": "Oracle Mill", "domains": ["oracle-mill.com"]})
    )
    server.tool("update_company", record_id=company, record_data={"description": "Tried by a foreign client"})
    server.tool("get_record_details", resource_type="companies", record_id=company)
    server.tool("get_record_info", resource_type="companies", record_id=company)
    person = {"name": "Ada Miller", "email_addresses": ["ada@oracle-mill.com"], "company": company}
    member = _id(server.tool("create_record", resource_type="people", record_data=person))
    server.tool(
        "update_record", resource_type="people", record_id=member, record_data={"job_title": "Miller"}
    )
    server.tool("list-workspace-members")
    deal = {"name": "Mill stones", "stage": "Lead", "value": 1200, "owner": "ada@example.com"}
    server.tool("create_deal", record_data=deal)
    server.tool("create_record", resource_type="tasks", record_data={"content": "Call the mill"})
    server.tool("get_record_attribute_options", resource_type="companies", attribute="employee_range")
    server.tool("get_record_attribute_options", resource_type="deals", attribute="stage")
    server.tool("get_record_interactions", resource_type="people", record_id=member)
    _notes_and_lists(server, company)
    server.tool("search", query="mill")
    server.tool("fetch", id=f"companies:{company}")
    searches = ["mill", "oracle"]
    server.tool("batch_search_records", resource_type="companies", queries=searches)
    for kind, record in (("people", member), ("companies", company)):
        server.tool("delete_record", resource_type=kind, record_id=record)


def _look_around(server: McpServer) -> None:
    for kind in ("companies", "people", "deals", "tasks"):
        server.tool("search_records", resource_type=kind, limit=5)
        server.tool("discover_record_attributes", resource_type=kind)
    server.tool("search_records", resource_type="companies", query="a", limit=3)
    server.tool(
        "search_records_by_timeframe",
        resource_type="companies",
        timeframe_type="created",
        start_date="2025-01-01",
    )
    server.tool("search_records_advanced", resource_type="people", filters=_filters("name", "contains", "a"))


def _notes_and_lists(server: McpServer, company: str) -> None:
    place = {"resource_type": "companies", "record_id": company}
    server.tool("create_note", **place, title="First call", content="# Went well", format="markdown")
    server.tool("list_notes", **place)
    lists = re.findall(r"list_id\W+([0-9a-f-]{36}).{0,200}?parent_object\W+(\w+)", server.tool("get-lists"))
    crm_list = next(one for one, parent in lists if parent == "companies")
    server.tool("get-list-details", listId=crm_list)
    server.tool("get-list-entries", listId=crm_list, limit=5)
    entry = {"listId": crm_list, "recordId": company, "objectType": "companies"}
    added = server.tool("add-record-to-list", **entry)
    server.tool("get-record-list-memberships", recordId=company, objectType="companies")
    server.tool("filter-list-entries-by-parent-id", listId=crm_list, recordId=company)
    server.tool("remove-record-from-list", listId=crm_list, entryId=_id(added, "entry_id"))


def _filters(slug: str, condition: str, value: str) -> dict[str, Any]:
    return {"filters": [{"attribute": {"slug": slug}, "condition": condition, "value": value}]}


def _id(said: str, member: str = "record_id") -> str:
    """An id out of an answer, by the name of the member that holds it."""
    named = re.search(rf"{member}\W+([0-9a-f-]{{36}})", said)
    if not named:
        raise RuntimeError(f"attio-mcp named no {member}: {said[:500]}")
    return named[1]
