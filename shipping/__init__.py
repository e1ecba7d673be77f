"""What brings the connectors to an Airbyte: a registry of one's own, and the folders that Airbyte's takes."""
