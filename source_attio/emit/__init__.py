"""Sends rows, states, statuses and tombstones out as Airbyte messages."""
