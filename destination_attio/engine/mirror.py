"""A mirror's end: deletes, or marks, the records of its scope that the source no longer has.

It runs only after the whole source was read, and never deletes more than the settings allow.
Its scope alone is tried before the first row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from attio_api.errors import BadFilter, Rejected, UnknownObject
from attio_api.values import normalise
from destination_attio.config import SetInstead
from destination_attio.engine.batch import deletion_fields
from destination_attio.model.plan import Change, FieldChange
from destination_attio.rows import refused_runs
from destination_attio.rows.merge_rules import is_same
from destination_attio.rows.operation import operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attio_api.errors import AttioError
    from destination_attio.engine.pipeline import BatchPipeline
    from destination_attio.engine.push import StreamPush
    from destination_attio.model.current import Current
    from destination_attio.rows.binding import Binding
    from destination_attio.rows.operation import Operation
    from destination_attio.workspace.catalog import Catalog

_AT_ONCE: Final = 500


def try_scope(binding: Binding, catalog: Catalog) -> None:
    """Try a mirror's scope on Attio before the first row; raises Misconfigured when Attio refuses it."""
    scope = binding.settings.scope_filter
    if binding.mode != "mirror" or not scope:
        return
    try:
        catalog.gateway(binding.target).page(0, scope, limit=1)
    except (BadFilter, UnknownObject, Rejected) as refusal:
        raise refused_runs.BAD_SCOPE(
            stream=binding.stream,
            target=binding.target.name,
            why=_why(refusal),
            remedy=refusal.remedy or BadFilter.remedy_by_default,
        ) from refusal


def _why(refusal: AttioError) -> str:
    """Attio's code, and the place in the filter where Attio names one: never its message, which may quote."""
    steps = refusal.details.get("path")
    place = f" at `{'.'.join(map(str, steps))}`" if isinstance(steps, list) and steps else ""
    return f"{refusal.code or refusal.status}{place}"


def finish_mirror(stream_push: StreamPush) -> None:
    """Delete (or mark) the records that no row mentions; raises Misconfigured when there are too many.

    Each part is read again right before its writes: what left the scope meanwhile stays, and what is deleted
    is journaled with the values that it has then.
    """
    pipeline = stream_push.pipeline
    for part in _parts(_absent(pipeline)):
        ids = [one.record_id for one in part]
        now = pipeline.tools.complete.by_ids(ids, pipeline.binding.settings.scope_filter)
        operations = (_operation(pipeline, now[one]) for one in ids if one in now)
        stream_push.mirror([one for one in operations if one])


def mirrored_changes(pipeline: BatchPipeline) -> list[Change]:
    """The changes that `finish_mirror` would make."""
    found = (_operation(pipeline, one) for one in _absent(pipeline))
    return [one.change for one in found if one]


def _absent(pipeline: BatchPipeline) -> list[Current]:
    """Records of the scope that the source no longer has; raises Misconfigured when there are too many."""
    settings = pipeline.binding.settings
    if pipeline.keyless:
        raise refused_runs.UNKNOWN_ABSENCE(count=pipeline.keyless)
    total = 0
    absent: list[Current] = []
    for page in pipeline.tools.complete.everything(settings.scope_filter):
        total += len(page)
        unseen = set(pipeline.unseen([one.record_id for one in page]))
        absent += [one for one in page if one.record_id in unseen]
    if total and 100 * len(absent) / total > settings.max_delete_percent:
        raise refused_runs.TOO_MANY_DELETIONS(
            absent=len(absent),
            total=total,
            target=pipeline.binding.target.name,
            most=settings.max_delete_percent,
        )
    return absent


def _operation(pipeline: BatchPipeline, current: Current) -> Operation | None:
    """The deletion of one record, or its mark; None when it is marked already."""
    binding = pipeline.binding
    instead = binding.settings.on_absent
    change = Change(
        kind="delete",
        stream=binding.stream,
        target=binding.target.name,
        record_id=current.record_id,
        parent_record_id=current.parent_record_id,
        name=current.name,
        web_url=current.web_url,
        key={slug: current.values.get(slug) for slug in binding.match},
        fields=deletion_fields(current, binding),
        reason="The source no longer has it.",
    )
    if not isinstance(instead, SetInstead):
        return operation(change, binding.target.attributes)
    return _mark(pipeline, current, change, instead)


def _mark(pipeline: BatchPipeline, current: Current, change: Change, instead: SetInstead) -> Operation | None:
    attribute = pipeline.binding.target.attributes[instead.attribute]
    before, after = current.values.get(attribute.slug), normalise(attribute, instead.value)
    if is_same(attribute, before, after):
        return None
    field = FieldChange(attribute=attribute.slug, before=before, after=after)
    marked = replace(change, kind="update", fields=(field,))
    return operation(marked, {attribute.slug: attribute}, exactly=True)


def _parts(absent: Sequence[Current]) -> Iterator[Sequence[Current]]:
    return (absent[start : start + _AT_ONCE] for start in range(0, len(absent), _AT_ONCE))
