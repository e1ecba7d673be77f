"""The review room: pages on this machine to read and approve plans, and to watch and undo runs."""
