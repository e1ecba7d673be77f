"""Seals secrets before they reach the store, and opens them again; keys live in a file or the environment.

Which secrets there are is `vault`'s business.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from attio_relay.settings import SecretsConfig


class SealError(Exception):
    """A sealed secret cannot be opened: the key is another one, or the row was tampered with."""


class Sealer:
    """Encrypts with the first key, decrypts with any.

    Keys are read at every use: `subscribe` makes the first one, and `rotate` a new one, while a relay serves.
    """

    def __init__(self, keys: Callable[[], Sequence[str]]) -> None:
        self._keys = keys

    def seal(self, kind: str, owner: str, value: str) -> str:
        """Encrypt; kind and owner go inside, so that a sealed value moved to another row is found out."""
        content = json.dumps([kind, owner, value])
        return self._keyed().encrypt(content.encode()).decode()

    def open(self, kind: str, owner: str, sealed: str) -> str:
        """Decrypt what was sealed for exactly this kind and owner."""
        try:
            found = json.loads(self._keyed().decrypt(sealed.encode()))
        except InvalidToken as error:
            raise SealError(f"The {kind} of {owner} was sealed with another key.") from error
        if found[:2] != [kind, owner]:
            raise SealError(f"The {kind} of {owner} was sealed for somebody else.")
        return str(found[2])

    def reseal(self, sealed: str) -> str:
        """Encrypt again with the first key."""
        try:
            return self._keyed().rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealError("A sealed secret was sealed with a key that is gone.") from error

    def check(self) -> None:
        """Raise SealError when there are keys and one of them is none."""
        if self._keys():
            self._keyed()

    def _keyed(self) -> MultiFernet:
        keys = self._keys()
        if not keys:
            raise SealError(
                "There are secrets to seal or open, but no key: set ATTIO_RELAY_KEY, or [secrets] key_file."
            )
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SealError(
                "A sealing key is not valid; `attio-relay rotate --key` makes a good one."
            ) from error


def keys_of(config: SecretsConfig) -> list[str]:
    """The keys, newest first: from the environment, else from the file."""
    if config.keys:
        return list(config.keys)
    if config.key_file is None or not config.key_file.is_file():
        return []
    return config.key_file.read_text(encoding="ascii").split()


def add_key(path: Path) -> str:
    """Put a new key first in the private key file; older ones stay to open what they sealed."""
    key = Fernet.generate_key().decode()
    older = path.read_text(encoding="ascii").split() if path.is_file() else []
    write_keys(path, [key, *older])
    return key


def write_keys(path: Path, keys: Sequence[str]) -> None:
    """Replace the key file at once: after a crash it is the old one or the new one, never half."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
