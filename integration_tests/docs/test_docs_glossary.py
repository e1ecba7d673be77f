"""The glossary names files that exist and speak of what they are named for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+) \| [^|]+ \| `([^`]+)` \|$", re.MULTILINE)
TERMS = ROW.findall((ROOT / "docs/glossary.md").read_text(encoding="utf-8"))
NEEDED = {
    "backoff",
    "checkpoint",
    "conflict",
    "dedup",
    "deferred",
    "dry run",
    "keyset",
    "lease",
    "prefetch",
    "rate limit",
    "rejection",
    "retry",
    "signature",
    "snapshot",
    "tombstone",
}


def stem(term: str) -> str:
    """The part of a term that its forms share: retry and retries, sealed and seals."""
    return re.sub(r"(?<=[^e])(ed|y|ing)$", "", term)


@pytest.mark.parametrize(("term", "place"), TERMS, ids=[term for term, _ in TERMS])
def test_the_file_of_a_term_speaks_of_it(term: str, place: str) -> None:
    """A file that the glossary names exists, and its opening words or its name hold the term."""
    path = ROOT / place
    opening = path.read_text(encoding="utf-8").split('"""')[1]

    assert stem(term) in f"{path.stem.replace('_', ' ')} {opening}".lower()


def test_terms_stand_in_order_and_once() -> None:
    """A term is found where the alphabet puts it, and the field's usual ones are all there."""
    terms = [term for term, _ in TERMS]

    assert sorted(set(terms)) == terms
    assert set() == NEEDED - set(terms)
