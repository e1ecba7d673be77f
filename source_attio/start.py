"""The command `source-attio` as it is installed: says what is missing where its extra is not."""

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
    """What `spec` prints. It is kept in a file: to make it from the settings, all of the CDK is imported."""
    text = text_beside(__file__, "spec.json") if arguments == ["spec"] else None
    return text and f'{{"type": "SPEC", "spec": {text.replace(chr(10), " ")}}}\n'
