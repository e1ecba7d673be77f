"""The relay's database: its tables, its SQL statements and the sealing of secrets."""
