"""The Airbyte protocol: its lines in and out, its commands, and the operations it offers on the workspace."""
