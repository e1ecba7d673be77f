"""What `source-attio spec` prints, without the CDK."""

import io
import logging
import subprocess
import sys
from typing import Any

import orjson
import pytest
from airbyte_cdk.models import ConnectorSpecificationSerializer

from source_attio.source import SourceAttio
from source_attio.specification import specification, tell

HEAVY = {
    "source": {"airbyte_cdk", "pydantic", "requests", "numpy"},
    "destination": {"airbyte_cdk", "duckdb", "requests", "boto3"},
}


def without_defaults(one: Any) -> Any:
    """What is said, without what the protocol means anyway when it is not."""
    meant = {"supportsNormalization": False, "supportsDBT": False, "scopes_join_strategy": "space"}
    if not isinstance(one, dict):
        return one
    return {
        key: without_defaults(value)
        for key, value in one.items()
        if value is not None and (key not in meant or meant[key] != value)
    }


def test_it_is_what_the_cdk_makes_of_the_manifest() -> None:
    """Whoever asks the CDK for the specification is told the same."""
    by_the_cdk = ConnectorSpecificationSerializer.dump(SourceAttio().spec(logging.getLogger("airbyte")))

    assert without_defaults(by_the_cdk) == without_defaults(specification())


def test_it_is_one_line_of_the_protocol() -> None:
    """One message, and nothing beside it."""
    out = io.BytesIO()
    tell(out)

    assert {"type": "SPEC", "spec": specification()} == orjson.loads(out.getvalue())
    assert 1 == out.getvalue().count(b"\n")


@pytest.mark.parametrize("kind", HEAVY)
def test_the_command_loads_nothing_heavy(kind: str) -> None:
    """`spec` of each connector starts at once: what only the other commands need is not imported."""
    script = (
        f"import sys; from {kind}_attio.run import run; sys.argv = ['{kind}-attio', 'spec']; run(); "
        "print(sorted({one.partition('.')[0] for one in sys.modules}), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert '"SPEC"' in ran.stdout
    assert set() == {one for one in HEAVY[kind] if f"'{one}'" in ran.stderr}
