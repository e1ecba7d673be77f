"""The targets that sync a connection: Airbyte, a local command, a signed call, or another API."""
