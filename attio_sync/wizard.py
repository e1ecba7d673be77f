"""Finds which column goes to which attribute and how cells are read; asks, and remembers the answer.

A person decides guesses and what the cells leave open. Where nobody can be asked, a guess ends the command
and the proposal is in a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attio_sync import workspace
from attio_sync.failures import Stopped, WrongUsage
from attio_sync.mapping import dialogue, memory
from attio_sync.mapping.draft import named, need_sense, prepare
from attio_sync.push_options import stream_config
from attio_sync.show.terminal import Ticker, remarks

if TYPE_CHECKING:
    from attio_sync.config import Connection
    from attio_sync.mapping.draft import Draft
    from attio_sync.push_options import RowOptions
    from attio_sync.rows.rows import Rows

Agreement = Literal["ask", "given", "none"]


def agreement(*, yes: bool, asks: bool) -> Agreement:
    """How the user accepts guesses: by --yes or --accept-guess, by an answer, or not at all."""
    if yes:
        return "given"
    return "ask" if asks else "none"


def complete(choice: RowOptions, rows: Rows, connection: Connection, agreement: Agreement) -> dict[str, Any]:
    """The settings of the stream, completed by a mapping.

    A mapping that a person accepted is remembered; one without a question holds for this run only.
    """
    kept, saved = _remembered(choice)
    settings = choice.settings(saved=saved)
    if saved and settings["target"] != saved.get("target"):
        remarks().print(f"{kept} is a mapping to '{saved.get('target')}', so it is not used.", markup=False)
        kept, saved, settings = None, {}, choice.settings(saved={})
    stream = stream_config(settings)
    workspace.find(connection, stream.kind, stream.slug)
    if not rows.columns or stream.kind in {"notes", "tasks"}:
        return settings
    attributes = tuple(workspace.attributes(connection, stream))
    with Ticker(remarks()).running(f"looking at the columns of {rows.name}"):
        draft = prepare(settings, rows, attributes, kept if saved else None)
    need_sense(draft)
    return _agreed(draft, choice, kept, saved.get("confirmed", ""), agreement)


def _remembered(choice: RowOptions) -> tuple[Path | None, dict[str, Any]]:
    kept = memory.place(choice)
    if choice.mapping:
        return None, {}
    return kept, memory.read(kept) if kept and kept.is_file() else {}


def _agreed(
    draft: Draft, choice: RowOptions, kept: Path | None, confirmed: str, agreement: Agreement
) -> dict[str, Any]:
    """The settings, once a person has accepted them or nobody needs to."""
    is_settled = (bool(choice.mapping) and draft.is_given) or confirmed.startswith("by_")
    needs_word = bool(draft.questions or draft.unasked or (draft.guesses and not is_settled))
    if confirmed == "refused" or (confirmed == "not_yet" and agreement == "none"):
        needs_word = True
    if is_settled and not needs_word:
        dialogue.tell(draft, kept if confirmed else choice.mapping)
        return draft.settings
    dialogue.show(draft)
    if agreement == "ask":
        return _asked(draft, kept)
    if draft.questions:
        raise WrongUsage(_open_questions(draft))
    if confirmed == "refused" or (needs_word and agreement == "none"):
        raise WrongUsage(_unconfirmed(draft, choice, kept, confirmed))
    if kept and agreement == "given":
        memory.remember(kept, draft.to_remember(), "by_option")
        remarks().print(f"Remembered in {kept}.", markup=False)
    return draft.settings


def _asked(draft: Draft, kept: Path | None) -> dict[str, Any]:
    """The settings as a person accepted them; a refusal is remembered too."""
    agreed = dialogue.asked(draft)
    if agreed is None:
        if kept:
            memory.remember(kept, draft.to_remember(), "refused")
            raise Stopped(f"Nothing was written. Correct the mapping in {kept} and run this again.")
        raise Stopped("Nothing was written. Give a mapping of your own with --map.")
    if kept:
        memory.remember(kept, agreed.to_remember(), "by_person")
        remarks().print(f"Remembered in {kept}.", markup=False)
    return agreed.settings


def _open_questions(draft: Draft) -> str:
    told = [f"'{column}': {one.text}" for column, one in draft.questions.items()]
    first = next(iter(draft.questions.values()))
    option = {"date": "--dates", "decimal": "--decimal"}[first.setting]
    return (
        f"The form of these cells is ambiguous. {'; '.join(told)}. State it with {option} "
        f"{' or '.join(first.answers)}, or in a mapping: `read: {{{first.setting}: {first.answers[0]}}}`."
    )


def _unconfirmed(draft: Draft, choice: RowOptions, kept: Path | None, confirmed: str) -> str:
    """The sentence that says where the proposal is and how to accept it."""
    if confirmed == "refused":
        return f"The mapping in {kept} was refused. Correct it there, and set `confirmed: by_person`."
    if confirmed == "not_yet" and kept and not draft.unasked:
        return (
            f"Nobody has confirmed the mapping in {kept}. Look at it and set `confirmed: by_person`, "
            "or take it as it is with --accept-guess."
        )
    path = kept or Path(f"{choice.name}.attio.yaml")
    memory.remember(path, draft.to_remember(), "not_yet")
    why = draft.unasked or f"Where {named(sorted(draft.guesses))} would go is a guess."
    then = "set `confirmed: by_person` in it" if kept else f"give it with --map {path}"
    return f"{why} The proposal is in {path}: look at it and {then}, or take it as it is with --accept-guess."
