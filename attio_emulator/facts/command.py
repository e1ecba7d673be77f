"""`attio-emulator facts`: asks a real workspace what was recorded of Attio, and writes down the answers."""

import os
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
import orjson

from attio_emulator.contract.shapes import names_host
from attio_emulator.facts.over_http import sender
from attio_emulator.facts.runner import CannotAskError, FactRun, Finding, facts

LEAVES = (
    "This writes into the workspace of ATTIO_API_TOKEN; use one that is made for it. The records it makes\n"
    "are deleted again. Left behind, because Attio's API cannot delete them: the list recorded_facts, the\n"
    "attributes people.rf_note and deals.rf_key, and companies that Attio makes from e-mail addresses."
)
REMEDIES: Final[Mapping[int | None, str]] = {
    401: " Give the API key alone, without quotation marks or 'Bearer'.",
    403: " Give an API key with all scopes.",
}


@click.command()
@click.option("--url", envvar="ATTIO_API_URL", default="https://api.attio.com", show_default=True)
@click.option("--token", envvar="ATTIO_API_TOKEN", help="Better given as ATTIO_API_TOKEN.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("attio-facts.json"),
    show_default=True,
    help="The file to send to the maintainers.",
)
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
def ask_facts(url: str, token: str | None, output: Path, *, yes: bool) -> None:
    """Compare recorded facts about Attio with a real workspace.

    Prints for each fact whether it agrees, differs, or could not be asked, and writes the same to a file that
    holds no token and nothing of the workspace but refusals.
    """
    if not token:
        raise click.UsageError("Set ATTIO_API_TOKEN to an API key of a workspace made for this.")
    check(url, token, output)
    if not yes:
        click.echo(LEAVES)
        click.confirm("Go on?", abort=True)
    asking = FactRun(send=sender(url), token=token.strip(), run=secrets.token_hex(4))
    findings = list(shown(found(asking)))
    for each in asking.left:
        click.echo(f"Not deleted again: {each}.")
    report = {"url": url, "findings": [asdict(each) for each in findings]}
    try:
        output.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from None
    counts = Counter(each.verdict for each in findings)
    click.echo(", ".join(f"{counts[each]} {each}" for each in ("agrees", "differs", "could not be asked")))
    click.echo(f"Written to {output}.")


def check(url: str, token: str, output: Path) -> None:
    """Refuse settings that cannot work before anything is asked: a run takes minutes."""
    if not names_host(url) or urlsplit(url).scheme not in {"http", "https"}:
        raise click.UsageError(f"--url is an address such as https://api.attio.com, not '{url}'.")
    if not (token.isascii() and token.strip().isprintable()):
        raise click.UsageError("The token holds characters that no API key of Attio has.")
    if not os.access(output.absolute().parent, os.W_OK):
        raise click.UsageError(f"--output: the folder {output.absolute().parent} cannot be written to.")


def found(asking: FactRun) -> Iterator[Finding]:
    """The findings of one run; only facts that do no harm to a real workspace are asked."""
    try:
        asking.prepare()
    except CannotAskError as error:
        remedy = REMEDIES.get(error.status, "")
        raise click.ClickException(f"The workspace cannot be prepared: {error}.{remedy}") from None
    try:
        for fact in facts():
            if fact.get("real") and fact.get("steps"):
                yield asking.ask(fact)
            else:
                why = "not asked of a real workspace"
                yield Finding(fact=fact["id"], verdict="could not be asked", why=why)
    finally:
        asking.clean_up()


def shown(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Print each finding as it is found."""
    for finding in findings:
        click.echo(f"{finding.verdict:18}  {finding.fact:24}  {finding.why}".rstrip())
        yield finding
