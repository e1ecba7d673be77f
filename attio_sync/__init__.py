"""The two connectors on one machine, with DuckDB as the warehouse."""
