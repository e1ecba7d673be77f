"""The control plane: what tests and people may order, which Attio itself has no call for."""
