"""The relay's database: tables, statements, sealed secrets."""
