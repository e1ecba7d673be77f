"""The command `source-attio` as it is installed; without the extra it says which line installs it."""

from __future__ import annotations

from attio_api.installed import start, text_beside


def main() -> None:
    """Console entry point."""
    start(
        "source_attio.run",
        "run",
        command="source-attio",
        extra="source",
        at_once=_specification,
        needs="airbyte_cdk",
    )


def _specification(arguments: list[str]) -> str | None:
    """The line that `spec` prints, kept in a file since making it would import the CDK; None for others."""
    text = text_beside(__file__, "spec.json") if arguments == ["spec"] else None
    return text and f'{{"type": "SPEC", "spec": {text.replace(chr(10), " ")}}}\n'
