"""Identifiers made from a seed: the same seed gives the same ids in the same order.

Attio makes version 4 ids on create and version 5 ids on upsert; no client may rely on it.
"""

from hashlib import blake2b


def shape(digest: str, version: int) -> str:
    """Lay 32 hex digits out as a UUID of a version."""
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-{version}{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def named(*parts: str) -> str:
    """The id of a thing that is the same in every workspace of one seed, such as a standard attribute."""
    return shape(blake2b("\x00".join(parts).encode(), digest_size=16).hexdigest(), 4)


class Ids:
    """A stream of ids; `made`, the number of ids so far, is its whole state, which a dump restores."""

    def __init__(self, seed: str, made: int = 0) -> None:
        self.seed = seed
        self.made = made

    def next(self, version: int = 4) -> str:
        """The next id."""
        self.made += 1
        return shape(blake2b(f"{self.seed}:{self.made}".encode(), digest_size=16).hexdigest(), version)

    def secret(self) -> str:
        """64 hex characters, for webhook secrets."""
        self.made += 1
        return blake2b(f"{self.seed}:secret:{self.made}".encode(), digest_size=32).hexdigest()
