"""The local runner: source and destination on one machine, with DuckDB as the warehouse."""
