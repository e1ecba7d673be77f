"""The Airbyte destination: a warehouse back to Attio (reverse ETL)."""
