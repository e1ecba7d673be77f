"""`attio-sync completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import FishComplete, get_completion_class

from attio_sync.failures import DONE, Failed
from attio_sync.option_types import OneOf

SHELLS = ("bash", "zsh", "fish")


class _Fish(FishComplete):
    """For fish; the lines of click itself cut off a sentence or a file's name at its first comma."""

    source_template = FishComplete.source_template.replace("string split ", "string split --max 1 ")


@click.command("completion")
@click.argument("shell", type=OneOf(SHELLS))
def command(shell: str) -> int:
    """Print the lines that let a shell complete commands and options.

    Put the first example into ~/.bashrc, the same for zsh into ~/.zshrc after 'autoload -U compinit;
    compinit', and the second one into ~/.config/fish/config.fish.
    """
    found = _Fish if shell == "fish" else get_completion_class(shell)
    root = click.get_current_context().find_root().command
    if found is None:
        raise Failed(f"This version of click completes nothing in {shell}.")
    click.echo(found(root, {}, "attio-sync", "_ATTIO_SYNC_COMPLETE").source())
    return DONE
