"""The control plane: calls for tests and people that Attio's API does not have."""
