"""Attributes and settings for tests of single modules."""

from typing import Any

from attio_api.attributes import Attribute
from destination_attio.config import DestinationConfig


def attribute(slug: str, kind: str = "text", **more: Any) -> Attribute:
    """An attribute."""
    return Attribute(attribute_id=slug, slug=slug, title=slug.replace("_", " ").title(), type=kind, **more)


DOMAINS = attribute("domains", "domain", is_multiselect=True, is_unique=True)
NAME = attribute("name")
RANK = attribute("rank", "number")


def parsed(**more: Any) -> DestinationConfig:
    """A configuration with a token and these settings."""
    return DestinationConfig.parse({"credentials": {"access_token": "very-secret"}, **more})
