"""Detects what changed since the last sync, and keeps the state for it."""
