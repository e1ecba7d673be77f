"""What `spec` prints: the form as `manifest.yaml` has it, without the CDK, whose import takes two seconds."""

from typing import Any, BinaryIO, Final

import orjson

from source_attio import register

_AS_IN_THE_PROTOCOL: Final = {
    "connection_specification": "connectionSpecification",
    "documentation_url": "documentationUrl",
    "advanced_auth": "advanced_auth",
}


def specification() -> dict[str, Any]:
    """The specification, in the protocol's own spelling."""
    declared = register.form()
    return {spoken: declared[written] for written, spoken in _AS_IN_THE_PROTOCOL.items()}


def tell(out: BinaryIO) -> None:
    """Print it as Airbyte's message."""
    out.write(orjson.dumps({"type": "SPEC", "spec": specification()}, option=orjson.OPT_APPEND_NEWLINE))
    out.flush()
