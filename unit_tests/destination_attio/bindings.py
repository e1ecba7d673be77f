"""A target with an attribute of most kinds, and bindings of streams to it."""

from typing import Any

from attio_api.attributes import Attribute
from destination_attio.config import StreamConfig
from destination_attio.model.targets import Target, object_target
from destination_attio.rows.binding import Binding, bind


def target() -> Target:
    """An object with an attribute of most kinds."""
    found = [
        Attribute(attribute_id="1", slug="name", title="Name", type="text"),
        Attribute(
            attribute_id="2",
            slug="domains",
            title="Domains",
            type="domain",
            is_multiselect=True,
            is_unique=True,
        ),
        Attribute(attribute_id="3", slug="place", title="Head office", type="location"),
        Attribute(attribute_id="4", slug="phone", title="Phone", type="phone-number"),
        Attribute(attribute_id="5", slug="tags", title="Tags", type="select", is_multiselect=True),
        Attribute(
            attribute_id="6",
            slug="boss",
            title="Boss",
            type="record-reference",
            allowed_object_ids=("people",),
        ),
        Attribute(attribute_id="7", slug="rank", title="Rank", type="number", is_writable=False),
        Attribute(attribute_id="9", slug="worth", title="Worth", type="currency"),
        Attribute(attribute_id="8", slug="old", title="Old", type="text", is_archived=True),
    ]
    return object_target("companies", {one.slug: one for one in found})


def binding(**settings: Any) -> Binding:
    """A binding to it."""
    return bind(StreamConfig.model_validate({"stream": "s", "target": "companies", **settings}), target())
