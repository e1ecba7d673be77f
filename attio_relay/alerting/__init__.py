"""Alerts: what a person must know of, sent once when it begins and once when it ends."""
