"""Reads every record or listing of Attio completely, page by page."""
