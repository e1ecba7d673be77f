"""Renders the templates of all pages: outside text is escaped, and an unknown name is an error."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from attio_sync.show import wording
from attio_sync.show.look_at_first import WORDS
from attio_sync.show.plan_parts import DID


@lru_cache
def environment() -> Environment:
    """The Jinja environment of the plan page and the review room."""
    folders = [PackageLoader("attio_sync.show"), PackageLoader("attio_sync.ui")]
    made = Environment(
        loader=ChoiceLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "number": _number,
        "visible": wording.visible,
        "coded": _coded,
        "moment": wording.moment,
        "short": wording.short_moment,
        "spoken": wording.value,
        "duration": wording.duration,
    }
    made.globals |= {"SIGNS": wording.SIGNS, "DID": DID, "SIGNALS": WORDS, "NOTHING": wording.NOTHING}
    return made


def render(template: str, **facts: Any) -> str:  # noqa: ANN401 -- whatever the template shows
    """A page from its template."""
    return environment().get_template(template).render(**facts)


def look() -> str:
    """The stylesheet that all pages share."""
    return files("attio_sync.show").joinpath("look.css").read_text(encoding="utf-8")


def _coded(text: str) -> Markup:
    """A sentence as HTML, in which words between backticks become code."""
    parts = wording.visible(text).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    said = (
        Markup("<code>{}</code>").format(one) if odd % 2 else escape(one) for odd, one in enumerate(parts)
    )
    return Markup("").join(said)


def _number(count: int) -> str:
    return f"{count:,}"
