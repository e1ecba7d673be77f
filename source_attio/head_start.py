"""Asks Attio what a workspace holds before any stream is opened.

The command does so while it imports the Airbyte CDK, which takes longer than the answers. So nothing that is
imported here may import the CDK.
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from attio_api.definitions import Attribute
from attio_api.errors import AttioError
from source_attio import register
from source_attio.config import Config
from source_attio.read.context import Context, connect, governor_of_process
from source_attio.workspace import Family, Workspace, explore

Early = Mapping[tuple[Family, str], Future[list[Attribute]]]
"""Family and slug → attributes that were asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadStart:
    """What has been asked for in the context of one sync."""

    context: Context
    workspace: Future[Workspace]
    attributes: Early


def begin(context: Context, streams: Iterable[str]) -> HeadStart:
    """Ask for the workspace, and for attributes by slugs guessed from the streams' names.

    That saves a wait; the answer to a wrong guess is never looked at.
    """
    names = [each for each in streams if each not in register.streams()]
    slugs: list[tuple[Family, str]] = [
        ("lists", name.removesuffix("_entries")) if name.endswith("_entries") else ("objects", name)
        for name in names
    ]
    return HeadStart(
        context=context,
        attributes={each: ask_attributes(context, *each) for each in slugs},
        workspace=context.ask(partial(explore, context.client, context.pool)),
    )


def ask_attributes(context: Context, family: Family, slug: str) -> Future[list[Attribute]]:
    """Ask for the attributes of an object or a list."""
    archived = context.config.include_archived_attributes
    return context.ask(partial(context.client.attributes, family, slug, show_archived=archived))


def begin_for(arguments: list[str]) -> HeadStart | None:
    """Begin for the arguments of a command; None for another command than `read`, or a file with a mistake.

    The command itself reads the files again, and says what is wrong with them.
    """
    files = dict(pairwise(arguments))
    if arguments[:1] != ["read"] or not {"--config", "--catalog"} <= files.keys():
        return None
    try:
        given = {
            option: read_json(files[option])
            for option in ("--config", "--catalog", "--state")
            if option in files
        }
        config = Config.parse(given["--config"])
        names = [str(each["stream"]["name"]) for each in given["--catalog"]["streams"]]
        context = connect(config, governor=governor_of_process(config.requests_per_second))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, AttioError):
        return None
    return begin(context, names)


def read_json(path: str) -> Any:  # noqa: ANN401 (whatever the file holds)
    """Parse a file that a platform hands in, or that an editor on Windows saved with a byte order mark."""
    return json.loads(Path(path).read_text(encoding="utf-8-sig"))
