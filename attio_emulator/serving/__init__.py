"""Serves the emulator over HTTP, with faults that break connections."""
