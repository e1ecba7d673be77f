"""Receives Attio's webhooks, stores their events, and triggers syncs."""
