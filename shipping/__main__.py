"""`make registry` and `make registry-submission`."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shipping import registry, submission

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def written_into(out: Path) -> Iterator[None]:
    """Say in a sentence why a folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(
            f"{out} cannot be written: {error.strerror}. Name another folder with --out."
        ) from error


@click.group()
def main() -> None:
    """Bring the connectors to an Airbyte."""


@main.command("registry")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/registry"), show_default=True)
@click.option("--base", type=click.Path(path_type=Path, exists=True), help="A downloaded oss_registry.json.")
@click.option(
    "--images", default="airbyte", show_default=True, help="Where your cluster pulls the images from."
)
def write_registry(out: Path, base: Path | None, images: str) -> None:
    """Write a folder that can be served as CONNECTOR_REGISTRY_BASE_URL."""
    try:
        with written_into(out):
            written = registry.write(out, base=base, images=images)
    except registry.NoRegistryError as error:
        raise click.ClickException(str(error)) from error
    for path in written:
        click.echo(path)
    if base is None:
        click.echo(
            "Without --base an Airbyte that reads this registry offers these two connectors and no others.",
            err=True,
        )


@main.command("submission")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/submission"), show_default=True)
def write_submission(out: Path) -> None:
    """Write the folders as Airbyte's monorepo wants each connector."""
    with written_into(out):
        folders = submission.write(out)
    for folder in folders:
        click.echo(folder)
        try:
            locked = submission.lock(folder)
        except submission.NoLockError as error:
            raise click.ClickException(str(error)) from error
        if locked is None:
            click.echo("Its poetry.lock is missing: there is no Poetry on the PATH.", err=True)


if __name__ == "__main__":
    main()
