"""Countries, by names in many languages and by codes."""

from __future__ import annotations

import pytest

from destination_attio.rows.cells.countries import country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Deutschland", "DE"),
        ("The Netherlands", "NL"),
        ("U.S.A.", "US"),
        ("DEU", "DE"),
        ("Côte d'Ivoire", "CI"),
        ("no", "NO"),
        ("Kongo", None),
        ("Atlantis", None),
        ("Großbritannien", "GB"),
        ("日本", "JP"),
        ("🇩🇪", "DE"),
        ("Germany (DE)", "DE"),
        ("Germany (AT)", None),
        ("Iran, Islamic Republic of", "IR"),
        ("Bolivia (Plurinational State of)", "BO"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Palestine, State of", "PS"),
        ("Jersey, NJ", None),
        ("Georgia, United States", None),
    ],
)
def test_countries_are_known_by_names_and_codes(text: str, code: str | None) -> None:
    """In many languages; a name that two countries have means neither."""
    assert code == country_code(text)
