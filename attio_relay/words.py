"""Counts as sentences have them: `1 route`, `2 routes`."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun; `plural` is for nouns that take more than an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
