"""Names a workspace's streams: those that the manifest declares, and one for each object and list.

This module sends Attio no request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from attio_api.auth import Identity, missing_scopes
from attio_api.errors import UnknownObject
from source_attio import refusals, register
from source_attio.config import Config
from source_attio.decode.columns import ENTRY, RECORD, Kind, free_name
from source_attio.register import Declared
from source_attio.workspace import Target, Workspace

COMMENTS: Final = "comments"
HISTORY: Final = "attribute_values_history"
KINDS: Final[Mapping[str, Kind]] = {"objects": RECORD, "lists": ENTRY}


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """One stream that the engine can read."""

    name: str
    declared: Declared
    """What the manifest declares of it, or of all streams of its family."""
    target: Target | None = None
    targets: tuple[Target, ...] = ()
    """For a stream that is read per record: the objects and lists that hold the records."""

    def missing_scopes(self, identity: Identity) -> list[str]:
        """Return the scopes that the stream needs and the token lacks, sorted."""
        return missing_scopes(identity, self.declared.scopes)


def blueprints(
    workspace: Workspace, config: Config, missing: dict[str, UnknownObject]
) -> dict[str, Blueprint]:
    """Return every stream by its name; `missing` gets an error for each name in the settings without one."""
    always = (each for each in register.streams().values() if each.opt_in is None)
    found = {each.name: Blueprint(name=each.name, declared=each) for each in always}
    objects = _chosen(workspace.objects, config.objects, "object", missing)
    lists = _chosen(workspace.lists, config.lists, "list", missing)
    found |= {each.name: each for each in _opted_in(workspace, config, (*objects, *lists), missing)}
    missing |= _filters_for_nothing(workspace, config)
    # Names of streams that are turned off are taken as well, so that no setting renames another stream.
    taken = {*found, *register.streams()}
    for target, wanted, suffix in (
        *((target, target.slug, "records") for target in objects),
        *((target, f"{target.slug}_entries", "of_list") for target in lists),
    ):
        name = free_name(wanted, suffix, taken)
        taken.add(name)
        found[name] = Blueprint(name=name, declared=register.template(target.family), target=target)
    return found


def _opted_in(
    workspace: Workspace, config: Config, chosen: tuple[Target, ...], missing: dict[str, UnknownObject]
) -> list[Blueprint]:
    """Return the streams that cost a request per record, where the settings turn them on."""
    declared, found = register.streams(), list[Blueprint]()
    if config.include_comments and COMMENTS in declared:
        found.append(Blueprint(name=COMMENTS, declared=declared[COMMENTS], targets=chosen))
    if config.history_attributes and HISTORY in declared:
        slugs = tuple(dict.fromkeys(each.split(".")[0] for each in config.history_attributes))
        watched = tuple(_chosen(workspace.objects, slugs, "object", missing))
        found.append(Blueprint(name=HISTORY, declared=declared[HISTORY], targets=watched))
    return found


def _filters_for_nothing(workspace: Workspace, config: Config) -> dict[str, UnknownObject]:
    """An error for each filter whose object or list is gone or misspelt: the rows meant were not filtered."""
    there = _names((*workspace.objects, *workspace.lists))
    wanted = (each.target for each in config.filters if each.target not in there)
    return {target: refusals.FILTER_FOR_NOTHING(target=target) for target in wanted}


def _chosen(
    there: tuple[Target, ...], wanted: tuple[str, ...], noun: str, missing: dict[str, UnknownObject]
) -> list[Target]:
    known = _names(there)
    for name in wanted:
        if name not in known:
            missing[name] = refusals.UNSEEN_TARGET(
                noun=noun, name=name, known=", ".join(sorted(each.slug for each in there)) or "none"
            )
    # Sorted by id, so that names that collide get the same suffixes in every sync.
    return [
        each
        for each in sorted(there, key=lambda target: target.id)
        if not wanted or each.slug in wanted or each.id in wanted
    ]


def _names(there: tuple[Target, ...]) -> set[str]:
    """The words by which settings may name one of these."""
    return {name for each in there for name in (each.slug, each.id)}
