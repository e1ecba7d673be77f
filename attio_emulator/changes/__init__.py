"""How the emulated workspace changes."""
