"""How secrets are sealed, and how their key is renewed."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from attio_relay.settings import SecretsConfig
from attio_relay.store.sealing import Sealer, SealError, add_key, keys_of, write_keys


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    """Rotation: nothing is unreadable at any moment, and at the end the old key is not needed."""
    file = tmp_path / "relay.key"
    config = SecretsConfig(key_file=file, keys=())
    add_key(file)
    sealer = Sealer(lambda: keys_of(config))
    sealed = sealer.seal("webhook", "one", "secret")
    add_key(file)
    resealed = sealer.reseal(sealed)
    write_keys(file, keys_of(config)[:1])

    assert 0o600 == file.stat().st_mode & 0o777
    assert "secret" == sealer.open("webhook", "one", resealed)
    with pytest.raises(SealError):
        sealer.open("webhook", "one", sealed)


def test_without_a_key_nothing_is_sealed() -> None:
    """Better a refusal than a secret in the clear."""
    with pytest.raises(SealError):
        Sealer(list).seal("webhook", "one", "secret")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_rotated_key_file_keeps_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, allowed: bool
) -> None:
    """Whoever rotates hands it on to the relay's user, or is told to come as that user or as root."""
    path, real, handed_on = tmp_path / "relay.key", Path.stat, []
    path.write_text("old\n")
    somebody = SimpleNamespace(st_uid=4242, st_gid=4343, st_mode=0o100640)

    def chown(target: Path, uid: int, gid: int) -> None:
        if not allowed:
            raise PermissionError
        handed_on.append((target.name, uid, gid))

    monkeypatch.setattr(Path, "stat", lambda self, **how: somebody if self == path else real(self, **how))
    monkeypatch.setattr("attio_relay.store.sealing.os.chown", chown)
    with nullcontext() if allowed else pytest.raises(SealError, match="rotate as that user or as root"):
        write_keys(path, ["new"])

    assert [("relay.key.new", 4242, 4343)] * allowed == handed_on
    assert ("new\n" if allowed else "old\n") == path.read_text()
    assert ["relay.key"] == [each.name for each in tmp_path.iterdir()]
