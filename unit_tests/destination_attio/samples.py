"""Attributes for tests of single modules."""

from typing import Any

from attio_api.attributes import Attribute


def attribute(slug: str, kind: str = "text", **more: Any) -> Attribute:
    """An attribute."""
    return Attribute(attribute_id=slug, slug=slug, title=slug.replace("_", " ").title(), type=kind, **more)


DOMAINS = attribute("domains", "domain", is_multiselect=True, is_unique=True)
NAME = attribute("name")
RANK = attribute("rank", "number")
