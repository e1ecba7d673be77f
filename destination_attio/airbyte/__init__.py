"""Airbyte's side: its lines in and out, its commands, what it may offer."""
