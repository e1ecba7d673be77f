"""The streams with changes that no sync covers."""

from attio_relay.store.uncovered import UncoveredChanges
from integration_tests.relay.stores import delivery
from unit_tests.attio_relay.asking import Asked


def test_no_more_than_so_many_changes_are_looked_at(relay: Asked) -> None:
    """However many wait: what lies beyond hides which streams are behind, what is covered does not."""
    store = relay.relay.store
    store.delivery_store.accept([delivery(f"k{n}", name="crm", at=1000.0 + n) for n in range(4)])
    ask = {most: UncoveredChanges(store.database, most=most) for most in (2, 3, 4)}
    found = {most: each.since("acme", 1001.0) for most, each in ask.items()}

    assert (None, None) == (found[2], found[3])
    assert [1001.0] == [each.at for each in found[4] or ()]
