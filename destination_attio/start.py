"""The command `destination-attio` as it is installed: says what is missing where its extra is not."""

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
    """What `spec` prints. It is kept in a file: to make it from the settings, all of them are imported."""
    text = text_beside(__file__, "spec.json") if arguments == ["spec"] else None
    return text and f'{{"type": "SPEC", "spec": {text.replace(chr(10), " ")}}}\n'
