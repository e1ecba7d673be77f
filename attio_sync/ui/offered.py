"""What the form of an import's columns offers; a form with anything else is refused; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_sync.failures import WrongUsage
from attio_sync.show.page import MERGES
from attio_sync.ui.choices import INVALID, LEFT_OUT, MODES, READINGS, UNKNOWN_OPTIONS, goal_of, goals, keys
from attio_sync.ui.guard import CSRF_FIELD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from attio_sync.ui.drafts import NewImport

_BUTTONS: Final = ("save", "compare")


def need_offered(form: Mapping[str, str], draft: NewImport) -> None:
    """Raise WrongUsage for an input or a choice that the page of this import does not have."""
    offered = dict(_offered(draft))
    for name, chosen in form.items():
        if name != CSRF_FIELD and chosen not in offered.get(name, ()):
            raise WrongUsage(
                f"Nothing was decided: the page does not offer '{chosen}' for '{name}'. Load the page of the "
                "columns again, and choose there."
            )


def _offered(draft: NewImport) -> Iterator[tuple[str, Collection[str]]]:
    """The names of the form's inputs with their choices; what a mapping file has set can stay."""
    settings = draft.settings
    yield "do", _BUTTONS
    yield "is_all", ("yes",)
    yield "mode", {*MODES, str(settings.get("mode"))}
    yield "match", {"", *keys(draft.attributes, settings)}
    places = {LEFT_OUT, *(one.value for one in goals(draft.attributes))}
    for number, column in enumerate(draft.rows.columns):
        goal, field = goal_of(settings, column)
        yield f"to-{number}", places | {goal}
        yield f"merge-{number}", MERGES
        yield f"on_unknown_option-{number}", UNKNOWN_OPTIONS
        yield f"on_invalid-{number}", INVALID
        for name, words in READINGS.items():
            yield f"{name}-{number}", {*words, str((field.get("read") or {}).get(name))}
