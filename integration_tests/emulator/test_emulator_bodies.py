"""Every member of every body of a broad session: what the schema of Attio refuses, the emulator refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from orjson import loads

from integration_tests.attio_session.calling import Exchange, Session
from integration_tests.attio_session.mutations import Bodies, Kind, Mutation
from integration_tests.attio_session.whole import whole_session
from integration_tests.emulator.attio_operations import AttioOperations
from integration_tests.emulator.attio_reference import needed

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

DOCUMENT = needed("operations.json")
Name = tuple[str, str, str, Kind]
# Changes that the schema allows and the sense of the body does not.
SENSELESS: dict[Name, str] = {
    ("PATCH", "/v2/objects/{object}", "data/plural_noun", "left out"): "a change must change something",
    ("POST", "/v2/lists", "data/workspace_access", "null"): "somebody must keep full access",
    ("PATCH", "/v2/lists/{list}", "data/workspace_access", "null"): "somebody must keep full access",
    ("POST", "/v2/meetings", "data/participants/0/email_address", "left out"): "they must be told apart",
}


@dataclass(kw_only=True)
class Mutating(Session):
    """Before each call that succeeds, makes it with changed bodies, and puts the workspace back."""

    attio: RemoteEmulator
    operations: AttioOperations
    bodies: Bodies
    tried: dict[Name, tuple[bool, int]] = field(default_factory=dict)

    def send(self, method: str, path: str, raw: bytes | None, content_type: str, **params: Any) -> Any:
        """Make the call, and the changed ones before it."""
        operation = self.operations.operation_of(Exchange(method=method, path=path, status=200, body=None))
        schema = self.operations.described[operation].get("body") if operation else None
        body = loads(raw) if raw and content_type == "application/json" and schema else None
        if operation and isinstance(body, dict):
            before = self.attio.dump()
            fits = self.attio.call(method, path, body, token=self.token, **params)[0] < 300
            self.attio.load(before)
            for one in self.bodies.mutations(schema, body) if fits else ():
                self._try(operation, one, (method, path, one.of(body)), params, before)
        return super().send(method, path, raw, content_type, **params)

    def _try(self, operation: tuple[str, str], one: Mutation, call: Any, params: Any, before: Any) -> None:
        name: Name = (*operation, *one.name)
        if name in self.tried:
            return
        status, _ = self.attio.call(*call, token=self.token, **params)
        self.tried[name] = (one.is_allowed, status)
        if status < 300:
            self.attio.load(before)


@pytest.fixture(scope="module")
def tried(attio_server: RemoteEmulator) -> dict[Name, tuple[bool, int]]:
    attio_server.reset()
    operations, schemas = AttioOperations.read(DOCUMENT), loads(DOCUMENT.read_bytes())["$defs"]
    session = Mutating(
        url=attio_server.url,
        token=attio_server.token,
        attio=attio_server,
        operations=operations,
        bodies=Bodies(schemas=schemas),
    )
    whole_session(session)
    attio_server.reset()
    return session.tried


def test_what_the_schema_refuses_is_refused(tried: dict[Name, tuple[bool, int]]) -> None:
    """A member that is missing, null or none of the choices is 400, unless the schema allows it."""
    assert [] == [name for name, (is_allowed, status) in tried.items() if not is_allowed and status != 400]
    assert 250 < sum(not is_allowed for is_allowed, _ in tried.values())


def test_what_the_schema_allows_is_taken(tried: dict[Name, tuple[bool, int]]) -> None:
    """An optional member may be left out, and null stands where null is allowed."""
    refused = {name for name, (is_allowed, status) in tried.items() if is_allowed and status >= 400}

    assert set(SENSELESS) == refused
