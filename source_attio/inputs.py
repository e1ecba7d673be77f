"""Reads the catalog and the states that a platform hands in, and says plainly what is wrong with them.

| what is handed in                                  | what happens |
|----------------------------------------------------|---|
| STREAM states, or one GLOBAL state of such         | each stream goes on from its own |
| a stream's state that is not an object             | that stream's state counts as damaged |
| two different states of one stream                 | likewise |
| a `shared_state`, a LEGACY state, an unknown type  | a configuration error: nobody can say whose they are |
| a catalog with a mistake                           | a configuration error that names the member |
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from airbyte_cdk.models import (
    AirbyteGlobalState,
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteCatalogSerializer,
    StreamDescriptor,
)
from serpyco_rs import SchemaValidationError

from attio_api.wire import Json, JsonObject
from source_attio import refusals
from source_attio.changes.resumption import DAMAGE

_NOUNS: Final[Mapping[type, str]] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
}
"""Type of a JSON value that is not an object → what to call it."""
_TYPES: Final = tuple(kind.value for kind in AirbyteStateType)
_OURS: Final = "this connector writes one STREAM state for each stream"


def read_catalog(raw: Json) -> ConfiguredAirbyteCatalog:
    """Return the catalog; raises Misconfigured for one that the protocol does not allow."""
    try:
        catalog: ConfiguredAirbyteCatalog = ConfiguredAirbyteCatalogSerializer.load(raw)
    except SchemaValidationError as trouble:
        where = trouble.errors[0].instance_path.strip("/").replace("/", ".") if trouble.errors else ""
        raise refusals.BAD_CATALOG(why=_fault(raw, where)) from None
    if not catalog.streams:
        raise refusals.BAD_CATALOG(why="it names no stream")
    names = [each.stream.name for each in catalog.streams]
    for name in names:
        if names.count(name) > 1:
            raise refusals.BAD_CATALOG(why=f"it names the stream {name} twice")
    return catalog


def read_states(raw: Json) -> list[AirbyteStateMessage]:
    """Return the states of a parsed file; raises Misconfigured when they are not those of the protocol."""
    if not raw and (raw is None or isinstance(raw, dict | list)):
        return []
    if not isinstance(raw, list):
        raise refusals.BAD_STATES(why="they are not a list of states")
    found = [_message(f"state {place}", each) for place, each in enumerate(raw, 1)]
    by_stream(found)
    return found


def by_stream(messages: list[AirbyteStateMessage] | None) -> dict[str, JsonObject]:
    """Return each stream's state by its name; raises Misconfigured for states that belong to no stream."""
    found: dict[str, JsonObject] = {}
    for each in _stream_states(messages or []):
        name, state = each.stream_descriptor.name, _facts(each.stream_state)
        same = name not in found or found[name] == state
        found[name] = state if same else {DAMAGE: "there are two different ones"}
    return {name: state for name, state in found.items() if state}


def _stream_states(messages: list[AirbyteStateMessage]) -> Iterator[AirbyteStreamState]:
    for place, message in enumerate(messages, 1):
        match _type_of(message):
            case AirbyteStateType.STREAM if message.stream:
                yield message.stream
            case AirbyteStateType.GLOBAL if message.global_:
                _refuse_shared(message.global_, place, len(messages))
                yield from message.global_.stream_states
            case AirbyteStateType.LEGACY if not message.data:
                continue
            case AirbyteStateType.LEGACY:
                raise refusals.BAD_STATES(why=f"state {place} is of the type LEGACY, and {_OURS}")
            case kind:
                raise refusals.BAD_STATES(why=f"state {place} of the type {kind.value} holds none")


def _type_of(message: AirbyteStateMessage) -> AirbyteStateType:
    """Return a state's type; the protocol's first version had only the third, and no name for it."""
    if message.type is None:
        return AirbyteStateType.STREAM if message.stream else AirbyteStateType.LEGACY
    return AirbyteStateType(message.type)


def _refuse_shared(whole: AirbyteGlobalState, place: int, count: int) -> None:
    if _facts(whole.shared_state):
        raise refusals.BAD_STATES(
            why=f"state {place} is of the type GLOBAL and has a `shared_state`, and {_OURS}"
        )
    if count > 1:
        raise refusals.BAD_STATES(why=f"state {place} is of the type GLOBAL and is not the only one")


def _facts(state: AirbyteStateBlob | None) -> JsonObject:
    return dict(vars(state)) if state else {}


def _message(place: str, raw: Json) -> AirbyteStateMessage:
    facts = _object(raw, place)
    kind, stream, whole, data = (facts.get(name) for name in ("type", "stream", "global", "data"))
    if kind is not None and kind not in _TYPES:
        raise refusals.BAD_STATES(why=f"{place} has a type that is none of {', '.join(_TYPES)}")
    return AirbyteStateMessage(
        type=None if kind is None else AirbyteStateType(kind),
        stream=None if stream is None else _stream_state(place, stream),
        global_=None if whole is None else _global_state(place, whole),
        data=None if data is None else _object(data, f"`data` of {place}"),
    )


def _global_state(place: str, raw: Json) -> AirbyteGlobalState:
    facts = _object(raw, f"`global` of {place}")
    states, shared = facts.get("stream_states"), facts.get("shared_state")
    if not isinstance(states, list):
        raise refusals.BAD_STATES(why=f"`global` of {place} has no list `stream_states`")
    return AirbyteGlobalState(
        stream_states=[_stream_state(place, each) for each in states], shared_state=_blob(shared)
    )


def _stream_state(place: str, raw: Json) -> AirbyteStreamState:
    facts = _object(raw, f"the stream of {place}")
    descriptor = facts.get("stream_descriptor")
    name = descriptor.get("name") if isinstance(descriptor, dict) else None
    if not name or not isinstance(name, str):
        raise refusals.BAD_STATES(why=f"{place} does not name its stream")
    state = _blob(facts.get("stream_state"))
    return AirbyteStreamState(stream_descriptor=StreamDescriptor(name=name), stream_state=state)


def _blob(raw: Json) -> AirbyteStateBlob | None:
    """Return a state; one that is not an object becomes one that says so."""
    if raw is None:
        return None
    known = raw if isinstance(raw, dict) else {DAMAGE: f"it is {_NOUNS[type(raw)]}, not an object"}
    return AirbyteStateBlob(known)


def _object(raw: Json, what: str) -> JsonObject:
    if not isinstance(raw, dict):
        raise refusals.BAD_STATES(why=f"{what} is not an object")
    return raw


def _fault(raw: Any, where: str) -> str:  # noqa: ANN401 (whatever the file holds)
    """Say which member of a catalog is wrong, by its path, and by the name of its stream."""
    about = ""
    match where.split("."), raw:
        case ["streams", place, *_], {"streams": list(streams)}:
            match streams[int(place)]:
                case {"stream": {"name": str(name)}}:
                    about = f" of the stream {name}"
    return f"`{where or 'streams'}`{about} is missing or not as the protocol has it"
