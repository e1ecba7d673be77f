"""Alerts: messages about conditions that a person must know of, sent at their beginning and their end."""
