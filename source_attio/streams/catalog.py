"""Which streams a workspace has, by what name, and what each of them needs.

Made without asking Attio anything. Its neighbours know how a stream is read; the four listings of
`manifest.yaml` are the CDK's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from attio_api.auth import SCOPES, Identity, missing_scopes
from attio_api.errors import UnknownObject
from source_attio.config import Config
from source_attio.decode.columns import ENTRY, RECORD, Kind, free_name
from source_attio.workspace import Target, Workspace

Way = Literal[
    "by_key",
    "notes",
    "tasks",
    "meetings",
    "call_recordings",
    "comments",
    "attribute_values_history",
    "attributes",
    "select_options",
    "statuses",
    "deleted_records",
]
COMMENTS: Final = "comments"
HISTORY: Final = "attribute_values_history"
DECLARED: Final = ("objects", "lists", "workspace_members", "workspace")
"""The streams of the manifest."""
KINDS: Final[Mapping[str, Kind]] = {"objects": RECORD, "lists": ENTRY}


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """One stream of the engine."""

    name: str
    way: Way
    primary_key: tuple[str, ...]
    use: str
    """What it needs of a token: a key of `attio_api.auth.SCOPES`."""
    target: Target | None = None
    targets: tuple[Target, ...] = ()
    """For a stream that is read per record: the objects and lists to go through."""
    incremental: bool = True

    def missing_scopes(self, identity: Identity) -> list[str]:
        """Return which scopes the token lacks for it."""
        return missing_scopes(identity, SCOPES[self.use])


FIXED: Final = (
    Blueprint(name="tasks", way="tasks", primary_key=("task_id",), use="tasks"),
    Blueprint(name="notes", way="notes", primary_key=("note_id",), use="notes"),
    Blueprint(name="meetings", way="meetings", primary_key=("meeting_id",), use="meetings"),
    Blueprint(
        name="call_recordings",
        way="call_recordings",
        primary_key=("call_recording_id",),
        use="call_recordings",
    ),
    Blueprint(
        name="attributes",
        way="attributes",
        primary_key=("attribute_id",),
        use="attributes",
        incremental=False,
    ),
    Blueprint(
        name="select_options",
        way="select_options",
        primary_key=("option_id",),
        use="select_options",
        incremental=False,
    ),
    Blueprint(name="statuses", way="statuses", primary_key=("status_id",), use="statuses", incremental=False),
    Blueprint(
        name="deleted_records", way="deleted_records", primary_key=("stream", "id"), use="deleted_records"
    ),
)


def blueprints(
    workspace: Workspace, config: Config, missing: dict[str, UnknownObject]
) -> dict[str, Blueprint]:
    """Name every stream; what the configuration names and is not there is noted in `missing`, by its name."""
    found = {each.name: each for each in FIXED}
    objects = _chosen(workspace.objects, config.objects, "object", missing)
    lists = _chosen(workspace.lists, config.lists, "list", missing)
    found |= {each.name: each for each in _opted_in(workspace, config, (*objects, *lists), missing)}
    # Names are kept free whether those streams are wanted or not, so that no stream is renamed by a setting.
    taken = {*found, *DECLARED, COMMENTS, HISTORY}
    for target, wanted, suffix in (
        *((target, target.slug, "records") for target in objects),
        *((target, f"{target.slug}_entries", "of_list") for target in lists),
    ):
        name = free_name(wanted, suffix, taken)
        taken.add(name)
        use = "records" if target.family == "objects" else "entries"
        key = (KINDS[target.family].id_column,)
        found[name] = Blueprint(name=name, way="by_key", primary_key=key, use=use, target=target)
    return found


def _opted_in(
    workspace: Workspace, config: Config, chosen: tuple[Target, ...], missing: dict[str, UnknownObject]
) -> list[Blueprint]:
    """Describe the streams that cost a request per record, if they are wanted."""
    found: list[Blueprint] = []
    if config.include_comments:
        found.append(
            Blueprint(
                name=COMMENTS, way=COMMENTS, primary_key=("comment_id",), use="comments", targets=chosen
            )
        )
    if config.history_attributes:
        slugs = tuple(dict.fromkeys(each.split(".")[0] for each in config.history_attributes))
        watched = tuple(_chosen(workspace.objects, slugs, "object", missing))
        found.append(
            Blueprint(name=HISTORY, way=HISTORY, primary_key=("value_id",), use=HISTORY, targets=watched)
        )
    return found


def _chosen(
    there: tuple[Target, ...], wanted: tuple[str, ...], noun: str, missing: dict[str, UnknownObject]
) -> list[Target]:
    known = {name for each in there for name in (each.slug, each.id)}
    for name in wanted:
        if name not in known:
            missing[name] = UnknownObject(
                f"The configuration names the {noun} '{name}', which the access token does not see.",
                remedy=f"Check its spelling; there are: {', '.join(sorted(each.slug for each in there))}.",
            )
    # By id, so that a collision of names is settled the same way in every sync.
    return [
        each
        for each in sorted(there, key=lambda target: target.id)
        if not wanted or each.slug in wanted or each.id in wanted
    ]
