"""Frozen values that the destination works with: plans, changes, targets."""
