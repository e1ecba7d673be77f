"""Seals (encrypts) secrets before they are stored, and opens them; keys come from a file or the environment.

`secrets` and `webhooks` store the sealed secrets.
"""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from attio_relay.private_files import give_to_owner_of_folder, private

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from attio_relay.settings import SecretsConfig


class SealError(Exception):
    """A sealed secret cannot be opened: the key is missing, invalid or another, or the row was altered."""


class Sealer:
    """Encrypts with the first key, decrypts with any key.

    Keys are read at every use, because `subscribe` and `rotate` can add one while a relay serves.
    """

    def __init__(self, keys: Callable[[], Sequence[str]]) -> None:
        self._keys = keys

    def seal(self, kind: str, owner: str, value: str) -> str:
        """Encrypt with kind and owner inside, so that `open` detects a sealed value moved to another row."""
        content = json.dumps([kind, owner, value])
        return self._keyed().encrypt(content.encode()).decode()

    def open(self, kind: str, owner: str, sealed: str) -> str:
        """Decrypt what was sealed for this kind and owner; raises SealError for anything else."""
        try:
            found = json.loads(self._keyed().decrypt(sealed.encode()))
        except InvalidToken as error:
            raise SealError(f"The {kind} of {owner} was sealed with another key.") from error
        if found[:2] != [kind, owner]:
            raise SealError(f"The {kind} of {owner} was sealed for somebody else.")
        return str(found[2])

    def reseal(self, sealed: str) -> str:
        """Encrypt again with the first key; raises SealError when the old key is gone."""
        try:
            return self._keyed().rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealError("A sealed secret was sealed with a key that is gone.") from error

    def check(self) -> None:
        """Raise SealError when there are keys and one of them is invalid."""
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
                "A sealing key is not valid. Put it right from your copy: a new one, which"
                " `attio-relay make-key` prints, opens nothing that was sealed before."
            ) from error


def keys_of(config: SecretsConfig) -> list[str]:
    """The keys, newest first, from the environment or else from the file; raises SealError for a bad file."""
    if config.keys:
        return list(config.keys)
    if config.key_file is None:
        return []
    return _read(config.key_file)


def _read(path: Path) -> list[str]:
    """The keys of a file; none without the file."""
    try:
        return path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise SealError(f"The key file {path} cannot be read ({type(error).__name__}).") from error


def new_key() -> str:
    """A new random key."""
    return Fernet.generate_key().decode()


def add_key(path: Path) -> str:
    """Write a new key at the top of the key file and return it; older keys still open their secrets."""
    key = new_key()
    write_keys(path, [key, *_read(path)])
    return key


def write_keys(path: Path, keys: Sequence[str]) -> None:
    """Replace the key file atomically: after a crash it is the old file or the new one, never a part.

    Owner and mode stay the same, so that the relay's user can read the file whoever rotates the key. Raises
    SealError when the file cannot be written, or its owner cannot be kept.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(fresh, "w", encoding="ascii", opener=private) as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            _keep_owner(path, fresh)
        else:
            give_to_owner_of_folder(fresh)
        fresh.replace(path)
    except OSError as error:
        raise SealError(f"The key file {path} cannot be written: {error.strerror}.") from error


def _keep_owner(old: Path, fresh: Path) -> None:
    facts = old.stat()
    try:
        if (facts.st_uid, facts.st_gid) != (fresh.stat().st_uid, fresh.stat().st_gid):
            os.chown(fresh, facts.st_uid, facts.st_gid)
        fresh.chmod(stat.S_IMODE(facts.st_mode))
    except OSError as error:
        fresh.unlink()
        raise SealError(
            f"{old} belongs to another user, who could not read a new one: rotate as that user or as root."
        ) from error
