"""Column names as slugs, so that spaces, case and accents make no difference; pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def slugged(column: str) -> str:
    """A column's name in the form of a slug: 'Job Title' and 'job-title' become job_title, 'Prénom' prenom.

    Letters of other scripts stay, since names that differ in them alone would be one otherwise.
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    folded = unicodedata.normalize("NFKD", spaced.casefold())
    plain = "".join(one for one in folded if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", "_", plain).strip("_")
