"""Receives Attio webhooks, keeps them, and turns them into triggered syncs."""
