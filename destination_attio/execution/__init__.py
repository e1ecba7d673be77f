"""Writes, journalled before and settled after; applying plans, and undoing runs."""
