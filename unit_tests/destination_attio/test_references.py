"""Which records rows point at, by the values that they name them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from destination_attio.rows.desired import desire
from destination_attio.workspace.references import References
from unit_tests.destination_attio.bindings import binding, target

if TYPE_CHECKING:
    from attio_api.attributes import Attribute
    from destination_attio.model.targets import Target
    from destination_attio.workspace.snapshot import Snapshot


def nothing_asked(_: Target, attribute: Attribute) -> Snapshot:
    raise AssertionError(f"Attio was asked for '{attribute.slug}'.")


def test_nobody_is_pointed_at_by_a_number_without_its_extension() -> None:
    """Others may have the same number with another extension, so the row is refused and Attio not asked."""
    fields = [
        {"column": "domains", "attribute": "domains"},
        {"column": "boss", "attribute": "boss", "reference": "phone"},
    ]
    row = desire(binding(fields=fields), {"domains": "a.com", "boss": "+1 415 555 2671 x5"}, 1)
    references = References(lambda _: target(), nothing_asked, list)
    refused, missing = references.resolve([row])

    assert ["Take the extension out" in str(error.remedy) for error in refused.values()] == [True]
    assert not missing
