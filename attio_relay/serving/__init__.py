"""The relay's HTTP server: webhooks, the change feed, the status page and metrics."""
