"""Turns Attio's bytes into typed rows."""
