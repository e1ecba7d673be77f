"""The installed command `destination-attio`: names the missing extra where it is not installed."""

from __future__ import annotations

from attio_api.installed import start, text_beside


def main() -> None:
    """Console entry point."""
    start(
        "destination_attio.run",
        "run",
        command="destination-attio",
        extra="destination",
        at_once=_specification,
        needs="airbyte_cdk",
    )


def _specification(arguments: list[str]) -> str | None:
    """The output of `spec`, kept in a file: generating it would import every settings model."""
    text = text_beside(__file__, "spec.json") if arguments == ["spec"] else None
    return text and f'{{"type": "SPEC", "spec": {text.replace(chr(10), " ")}}}\n'
