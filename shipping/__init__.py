"""Writes a connector registry for a self-managed Airbyte, and the folders for Airbyte's own repository."""
