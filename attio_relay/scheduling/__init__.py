"""From stored changes to triggered syncs."""
