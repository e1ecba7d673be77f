from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.mapping.draft import prepare
from attio_sync.rows.readers import rows_of_file
from attio_sync.ui.drafts import NewImport
from attio_sync.ui.guard import CSRF_FIELD
from attio_sync.ui.offered import need_offered
from unit_tests.attio_sync.test_choices import attribute

if TYPE_CHECKING:
    from pathlib import Path

PAGE = {
    CSRF_FIELD: "x",
    "match": "domains",
    "mode": "mirror",
    "is_all": "yes",
    "to-0": "name",
    "merge-0": "set_if_empty",
    "on_invalid-0": "",
    "to-1": "",
    "date-1": "dmy",
    "decimal-1": ",",
    "separator-1": "\n",
    "on_unknown_option-1": "nearest",
    "do": "compare",
}
"""What the page of the columns sends."""


@pytest.fixture
def draft(tmp_path: Path) -> NewImport:
    """An import of two columns, of which a mapping file has set a separator that the page does not list."""
    source = tmp_path / "a.csv"
    source.write_text("Name,Tags\nAcme,x\n")
    settings = {
        "target": "companies",
        "match": ["domains"],
        "fields": [{"column": "Tags", "attribute": "tags", "read": {"separator": "\n"}}],
    }
    attributes = [
        attribute("name"),
        attribute("domains", "domain", is_unique=True),
        attribute("tags", "select", is_multiselect=True),
        attribute("kept", is_writable=False),
    ]
    return NewImport(id="d", source=source, mapping=prepare(settings, rows_of_file(source), attributes))


def test_what_the_page_offers_is_taken(draft: NewImport) -> None:
    """Every input of the page, and what a mapping file has set before."""
    need_offered(PAGE, draft)
    need_offered(PAGE | {"to-1": "tags", "mode": "upsert"}, draft)


@pytest.mark.parametrize(
    "changed",
    [
        {"mode": "upsrt"},
        {"mode": ""},
        {"match": "nmae"},
        {"to-0": "nmae"},
        {"to-0": "kept"},
        {"to-0": "name/first_name"},
        {"to-2": "name"},
        {"merge-0": "overwrit"},
        {"date-1": "ymd"},
        {"separator-0": "\n"},
        {"on_invalid-0": "ignore"},
        {"on_unknown_option-1": "guess"},
        {"is_all": "maybe"},
        {"do": "write"},
        {"max_delete_percent": "100"},
    ],
    ids=lambda changed: "-".join(next(iter(changed.items()))),
)
def test_what_it_does_not_offer_is_named(draft: NewImport, changed: dict[str, str]) -> None:
    """A mode, an attribute, a rule, a column or a setting of no page is not taken for something else."""
    ((name, chosen),) = changed.items()
    with pytest.raises(WrongUsage) as refused:
        need_offered(PAGE | changed, draft)

    assert f"the page does not offer '{chosen}' for '{name}'" in str(refused.value)
