"""Attributes, settings and a run for tests of single modules."""

from typing import Any

from attio_api.attributes import Attribute
from destination_attio.config import DestinationConfig
from destination_attio.model.plan import Counts
from destination_attio.storage.journal import Run


def attribute(slug: str, kind: str = "text", **more: Any) -> Attribute:
    """An attribute."""
    return Attribute(attribute_id=slug, slug=slug, title=slug.replace("_", " ").title(), type=kind, **more)


DOMAINS = attribute("domains", "domain", is_multiselect=True, is_unique=True)
NAME = attribute("name")
RANK = attribute("rank", "number")
RUN = Run(
    run_id="r1",
    kind="push",
    started_at="2026-01-01T00:00:00+00:00",
    finished_at=None,
    status="running",
    workspace_id="w",
    workspace_name="W",
    target="companies",
    reverts=None,
    counts=Counts(),
)
"""A push that has begun."""


def parsed(**more: Any) -> DestinationConfig:
    """A configuration with a token and these settings."""
    return DestinationConfig.parse({"credentials": {"access_token": "very-secret"}, **more})
