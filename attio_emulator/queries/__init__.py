"""Filters, operators, sorts and pages."""
