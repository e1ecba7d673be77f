"""Writes the texts that commands answer with at once: python -m integration_tests.shipped_texts.

They are made from the code and kept beside it, since making them takes a hundred times as long as printing
them; `test_shipped_texts` holds them against the code.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from attio_sync.cli import COMMANDS, root

ROOT = Path(__file__).resolve().parents[1]
CONNECTORS = {"source-attio": "source_attio", "destination-attio": "destination_attio"}
# The command of the source prints the file, so its specification is taken from the manifest itself.
SPEC_OF = {
    "source-attio": "from airbyte_cdk.entrypoint import launch; from source_attio.source import SourceAttio; "
    "launch(SourceAttio(), ['spec'])",
    "destination-attio": "from destination_attio.run import run; run()",
}


def help_texts() -> dict[str, str]:
    """What each command's --help says on a terminal of eighty columns, by the name of its file."""
    asked = {"attio-sync": ["--help"]} | {name: [name, "--help"] for name in COMMANDS}
    runner = CliRunner()
    return {
        name: runner.invoke(
            root, words, prog_name="attio-sync", terminal_width=80, catch_exceptions=False
        ).output
        for name, words in asked.items()
    }


def specification(connector: str) -> str:
    """What a connector's own code makes of its settings, as the file keeps it."""
    code = [sys.executable, "-c", SPEC_OF[connector], "spec"]
    printed = subprocess.run(code, capture_output=True, text=True, check=True)
    (spec,) = [
        json.loads(line, parse_float=_plain)["spec"]
        for line in printed.stdout.splitlines()
        if '"SPEC"' in line
    ]
    return json.dumps(spec, indent=2) + "\n"


def _plain(number: str) -> float:
    """A number as people write it: without a fraction that says nothing."""
    found = float(number)
    return int(found) if found.is_integer() else found


def shipped() -> dict[Path, str]:
    """Every file and what belongs into it."""
    texts = {ROOT / f"attio_sync/help/{name}.txt": text for name, text in help_texts().items()}
    return texts | {ROOT / package / "spec.json": specification(name) for name, package in CONNECTORS.items()}


if __name__ == "__main__":
    for path, text in shipped().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
