"""Lets a command import of the Airbyte CDK what it uses, without work whose result nobody reads.

The package `airbyte_cdk` imports all of itself when any module of it is imported: frameworks for low code and
for destinations too, which the command does not use. That is half of the import's processor time.

And while the CDK is imported it makes a serializer for each type of message, and `serpyco_rs` makes a JSON
schema with each. To describe the schema's members it reads and parses the source code of every class, which
takes a quarter of the import's processor time. Neither the CDK nor these packages look at these schemas.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_THE_PACKAGE = frozenset({"__all__", "__version__"})


class _Deferred(ModuleType):
    """A package whose modules can be imported, and whose own code runs when something else is asked for."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the package holds)
        begun = sys.modules.get(f"{self.__name__}.{name}")
        if begun is not None:
            # A module becomes a member of its package only when its import has ended.
            return begun
        if self.__spec__ is None or self.__spec__.loader is None or _is_probed(name):
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment] # it is whole from here on
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def defer(package: str) -> None:
    """Put off a package's own code, if it is installed and was not imported yet."""
    spec = None if package in sys.modules else find_spec(package)
    if spec is not None:
        module = module_from_spec(spec)
        module.__class__ = _Deferred
        sys.modules[package] = module


@contextmanager
def lean() -> Iterator[None]:
    """Within the block, the CDK is imported module by module as asked for, and without descriptions."""
    defer("airbyte_cdk")
    with without_descriptions():
        yield


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


def _is_probed(name: str) -> bool:
    """Whether the import system and `inspect` look for a name in any module, most of which do not have it."""
    return name.startswith("__") and name not in _OF_THE_PACKAGE
