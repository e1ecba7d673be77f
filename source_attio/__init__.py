"""The Airbyte source: Attio to any warehouse."""
