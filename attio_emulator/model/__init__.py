"""The state of the emulated workspace."""
