"""What a sync can be: Airbyte's jobs API, a local command, a signed call."""
