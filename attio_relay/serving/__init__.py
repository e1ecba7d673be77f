"""HTTP around the relay: addresses, feed, status page, figures."""
