"""Names of columns as slugs, so that spacing and case make no difference; pure."""

from __future__ import annotations

import re


def slugged(column: str) -> str:
    """A column's name as a slug would be written: 'Job Title' and 'job-title' are job_title."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
