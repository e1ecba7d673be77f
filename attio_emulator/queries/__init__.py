"""Filters, operators and sorts."""
