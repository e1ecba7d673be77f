"""The pages about the relay name every setting that there is."""

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from attio_relay.settings import ConfigFile

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("relay.md", "relay-targets.md"))


def tables(model: type[BaseModel]) -> list[type[BaseModel]]:
    """This table of the file and those in it."""
    inner = [table for field in model.model_fields.values() for table in models_in(field.annotation)]
    return [model, *(found for table in inner for found in tables(table))]


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


@pytest.mark.parametrize("table", tables(ConfigFile)[1:], ids=lambda table: table.__name__)
def test_every_setting_of_the_relay_is_on_the_page(table: type[BaseModel]) -> None:
    """Each member of each table stands in code type on the page."""
    # `keys` comes from the environment alone; the file may not hold it.
    missing = [name for name in table.model_fields if name != "keys" and f"`{name}`" not in PAGE]

    assert [] == missing
