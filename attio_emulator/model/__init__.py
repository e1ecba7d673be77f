"""What the emulated workspace holds."""
