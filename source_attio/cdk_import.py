"""Lets a command import the Airbyte CDK without the work whose result nobody reads.

While the CDK is imported it makes a serializer for each type of message, and `serpyco_rs` makes a JSON schema
with each. To describe the schema's members it reads and parses the source code of every class, which takes a
quarter of the import's processor time. Neither the CDK nor these packages look at these schemas.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def without_descriptions() -> Iterator[None]:
    """Within the block, `serpyco_rs` finds no descriptions in source code, as if none was installed."""
    try:
        library: Any = import_module("attributes_doc")
    except ModuleNotFoundError:
        # A `serpyco_rs` without it takes no descriptions from source code.
        yield
        return
    kept = library.get_attributes_doc
    library.get_attributes_doc = _none
    try:
        yield
    finally:
        library.get_attributes_doc = kept


def _none(_: type) -> dict[str, str]:
    return {}
