"""Plans and targets, as frozen values."""
