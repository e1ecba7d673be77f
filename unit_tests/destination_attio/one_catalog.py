"""A catalog of objects in memory, each with its gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attio_api.errors import UnknownObject
from destination_attio.model.targets import object_target
from unit_tests.destination_attio.one_gateway import OneGateway

if TYPE_CHECKING:
    from attio_api.attributes import Attribute
    from destination_attio.model.targets import Target


class OneCatalog:
    """Objects by slug or by the id `ID-slug`; there are no lists."""

    def __init__(self, **objects: tuple[list[Attribute], dict[str, dict[str, Any]]]) -> None:
        self.gateways: dict[str, OneGateway] = {}
        for slug, (attributes, records) in objects.items():
            target = object_target(slug, {one.slug: one for one in attributes})
            self.gateways[slug] = OneGateway(target, **records)

    def object(self, slug_or_id: str) -> Target:
        """The object."""
        slug = slug_or_id.removeprefix("ID-")
        if slug not in self.gateways:
            raise UnknownObject(f"There is no {slug}.")
        return self.gateways[slug].target

    def by_name(self, name: str) -> Target:
        """The same, by its name in journals."""
        return self.object(name)

    def gateway(self, target: Target) -> OneGateway:
        """The object's gateway."""
        return self.gateways[target.slug]

    def object_slugs(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self.gateways)

    def list_slugs(self) -> tuple[str, ...]:
        """None."""
        return ()
