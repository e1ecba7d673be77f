"""The command line: every command of `attio-relay`.

Every complaint is one sentence on stderr; exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
"""

from __future__ import annotations

import click

from attio_relay.commands import orders, serve, webhooks


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="airbyte-attio")
def main() -> None:
    """Receive Attio's webhooks, store them, and start syncs."""


for command in (
    serve.serve_command,
    serve.check_config,
    webhooks.subscribe,
    webhooks.unsubscribe,
    webhooks.rotate,
    webhooks.make_key,
    orders.status,
    orders.replay,
    orders.pause,
    orders.resume,
    orders.scan,
    orders.trigger,
    orders.tail,
):
    # The list of commands has whole sentences; click would cut them off.
    command.short_help = (command.help or "").partition("\n\n")[0]
    main.add_command(command)
