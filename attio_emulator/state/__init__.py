"""What the emulated workspace holds: definitions, rows, history, and every change to them."""
