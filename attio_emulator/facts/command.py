"""`attio-emulator facts`: asks a real workspace what was recorded of Attio, and writes down the answers."""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from attio_emulator.facts.over_http import sender
from attio_emulator.facts.runner import CannotAskError, FactRun, Finding, facts

LEAVES = (
    "This writes into the workspace of ATTIO_API_TOKEN; use one that is made for it. The records it makes\n"
    "are deleted again. Left behind, because Attio's API cannot delete them: the list recorded_facts, the\n"
    "attributes people.rf_note and deals.rf_key, and companies that Attio makes from e-mail addresses."
)


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
    if not yes:
        click.echo(LEAVES)
        click.confirm("Go on?", abort=True)
    findings = list(shown(found(FactRun(send=sender(url), token=token, run=secrets.token_hex(4)))))
    report = {"url": url, "findings": [asdict(each) for each in findings]}
    output.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    counts = Counter(each.verdict for each in findings)
    click.echo(", ".join(f"{counts[each]} {each}" for each in ("agrees", "differs", "could not be asked")))
    click.echo(f"Written to {output}.")


def found(asking: FactRun) -> Iterator[Finding]:
    """The findings of one run; only facts that do no harm to a real workspace are asked."""
    try:
        asking.prepare()
    except CannotAskError as error:
        raise click.ClickException(f"The workspace cannot be prepared: {error}.") from None
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
