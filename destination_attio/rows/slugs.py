"""Column names as slugs, so that spaces and case make no difference; pure."""

from __future__ import annotations

import re


def slugged(column: str) -> str:
    """A column's name in the form of a slug: 'Job Title' and 'job-title' become job_title."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
