"""The emulator behind HTTP: connections, and faults that break them."""
