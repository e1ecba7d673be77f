"""Which figures are open to all, and which name what they are about."""

from unit_tests.attio_relay.asking import Asked, delivery, event


def test_figures_name_connections_only_to_those_who_may(relay: Asked) -> None:
    """Monitors without the token get the worst of all, with it each connection."""
    relay.deliver(delivery(event()), "k")
    relay.deliver(b"{", "dead")
    open_to_all = relay.ask("GET", "/metrics").body.decode()
    named = relay.ask("GET", "/metrics", authorization="Bearer the-admins-token").body.decode()

    assert "attio_relay_connection_waiting 2\n" in open_to_all
    assert 'attio_relay_connection_waiting{connection="crm"} 2\n' in named
    assert "attio_relay_dead_letters 1\n" in open_to_all
