"""Warnings before the first row: what does nothing, and that rejected rows are kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from destination_attio.airbyte.connection_check import connection_trouble
from integration_tests.destination.lines import (
    company,
    described,
    logged,
    record,
    write,
)

if TYPE_CHECKING:
    from integration_tests.destination.desk import Desk


def test_columns_and_settings_that_do_nothing_are_told(desk: Desk) -> None:
    """Columns without an attribute, configured columns without a source, and settings without a stream."""
    streams = [
        {
            "stream": "people",
            "match": "email_addresses",
            "delete_when": "gone",
            "fields": [{"column": "email", "attribute": "email_addresses"}],
        },
        {"stream": "compamies"},
    ]
    catalog = [described("domains", "Domains", "nmae", "_deleted"), described("mail", name="people")]
    _, said = write(desk, [record(company(1))], *catalog, streams=streams)

    assert "the columns 'domains', 'Domains' all go to 'domains'; the last one counts" in logged(said)
    assert "no writable attribute for 'nmae', so" in logged(said)
    assert "the source has no column 'email', 'gone', which" in logged(said)
    assert "'compamies' do nothing" in logged(said)


def test_check_says_that_rejected_rows_are_kept_nowhere(desk: Desk) -> None:
    """Before the first sync, too."""
    trouble, told = connection_trouble(lambda: desk.config(rejects=None, journal=None))
    kept = connection_trouble(desk.config)

    assert trouble is None
    assert "kept nowhere" in " ".join(told)
    assert (None, []) == kept
