"""The command `attio-sync`: lists the sub-commands, and turns each failure into a sentence and an exit code.

Each sub-command is in the module named beside it, which is imported when the command is called, so that
`--help` is quick.
"""

from __future__ import annotations

import codecs
import json
import sys
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, cast

import click

from attio_api.installed import lacking
from attio_api.memory import tune
from attio_sync.failures import DONE, STOPPED, CommandEnded, Failed, Stopped, WrongUsage, explain
from attio_sync.interrupts import Interrupts, noted
from attio_sync.suggestions import instead

if TYPE_CHECKING:
    import io

# command -> (module that defines it, what it does)
COMMANDS = {
    "demo": ("demo.command", "See everything work on a made-up workspace; needs no Attio account."),
    "login": ("login", "Sign in to Attio in the browser and keep the token."),
    "check": ("check", "Say which workspace the token opens, and what it may read and write."),
    "pull": ("pull", "Load Attio into a DuckDB file; the second time only what changed."),
    "plan": ("plan", "Show what a push would change, field by field, and write nothing."),
    "push": ("push", "Write rows of a file or query to Attio, only where something changes."),
    "ui": ("ui.command", "Look at plans, approve, watch and undo them in the browser."),
    "history": ("history", "List past pushes, or what one of them changed."),
    "revert": ("revert", "Undo a push wherever Attio still holds what it wrote."),
    "completion": ("completion", "Let a shell complete commands and options."),
    "export": ("export", "Write one object or list to a CSV, Parquet or JSON file."),
}
# command -> example lines that run as they are
EXAMPLES = {
    "demo": ("attio-sync demo", "attio-sync demo --keep"),
    "login": ("attio-sync login",),
    "check": ("attio-sync check", "attio-sync check --json"),
    "pull": ("attio-sync pull --to crm.duckdb", "attio-sync pull --to crm.duckdb --stream companies"),
    "plan": (
        "attio-sync plan --from people.csv --object people --match email_addresses",
        "attio-sync plan --from people.csv --object people --out plan.json",
    ),
    "push": (
        "attio-sync push --from people.csv --object people --match email_addresses",
        'attio-sync push --db crm.duckdb --sql "FROM scores" --list customers',
        "attio-sync push --plan plan.json",
    ),
    "ui": ("attio-sync ui", "attio-sync ui plan.json --to crm.duckdb"),
    "history": ("attio-sync history", "attio-sync history --json"),
    "revert": ("attio-sync revert 20261126T140200-3e13e3", "attio-sync revert 20261126T1402 --only name"),
    "export": ("attio-sync export companies --to companies.csv",),
    "completion": ('eval "$(attio-sync completion bash)"', "attio-sync completion fish | source"),
}
# What is printed for signs that a terminal lacks: as question marks they would say something else.
_PLAIN = {"→": ">", "✓": "v", "✗": "x", "●": "o", "■": "#", "·": ".", "…": "..."}
_UNFORESEEN = "unexpected error ({}). Run it again with 'attio-sync --traceback …' and report what it prints."


class Commands(click.Group):
    """A click group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names of the commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """The command, imported from its module."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"attio_sync.{COMMANDS[cmd_name][0]}")
        found = cast("click.Command", module.command)
        found.short_help = COMMANDS[cmd_name][1]  # click would cut the first sentence off
        found.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in EXAMPLES[cmd_name])
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve the command; a misspelt one ends with the nearest name."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise click.UsageError(f"There is no command '{args[0]}'. {instead(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """List the commands from the table, without importing their modules."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="airbyte-attio", prog_name="attio-sync")
@click.option("--traceback", "show_traceback", is_flag=True, help="Show where a failure happened.")
def root(*, show_traceback: bool) -> None:
    """Move data between Attio and a DuckDB file, and from files and queries into Attio.

    The token comes from ATTIO_API_TOKEN or from 'attio-sync login'.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 done with rejected rows, 130 stopped
    by you.
    """


def run(arguments: list[str] | None = None) -> int:
    """Run one command; an error becomes a sentence on stderr and, with --json, a document on stdout."""
    with noted() as interrupts:
        return _run(sys.argv[1:] if arguments is None else arguments, arguments, interrupts)


def _run(given: list[str], arguments: list[str] | None, interrupts: Interrupts) -> int:
    try:
        answer = root.main(args=arguments, prog_name="attio-sync", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sentence, code = error.format_message(), error.exit_code
    except (click.Abort, KeyboardInterrupt):
        sentence, code = "Stopped.", STOPPED
        click.echo(sentence, err=True)
    except Exception as error:  # noqa: BLE001 -- the last line of defence: a user sees a sentence, never a traceback
        if "--traceback" in given:
            traceback.print_exc()
        stop = _end_of(error, interrupts)
        sentence, code = str(stop), stop.exit_code
        click.echo(f"{stop.label} {stop}", err=True)
    else:
        return answer if isinstance(answer, int) else DONE
    if "--json" in given:
        click.echo(json.dumps({"error": sentence}))
    return code


def _end_of(error: Exception, interrupts: Interrupts) -> CommandEnded:
    """The sentence and exit code for an error; after Ctrl-C, any error counts as a stop."""
    if isinstance(error, CommandEnded):
        return error
    if interrupts.was_asked:
        return Stopped("Nothing more was done; the same command goes on from here.")
    if isinstance(error, ModuleNotFoundError) and (
        sentence := lacking(error, command="attio-sync", extra="sync")
    ):
        return WrongUsage(sentence)
    return explain(error) or Failed(_UNFORESEEN.format(type(error).__name__))


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What is printed for characters that a terminal lacks, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(one, "?") for one in error.object[error.start : error.end]), error.end


def main() -> None:
    """Console entry point."""
    tune()
    codecs.register_error("attio_sync.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal lacks is replaced, instead of stopping the command.
        cast("io.TextIOWrapper", stream).reconfigure(errors="attio_sync.plain")
    sys.exit(run())
