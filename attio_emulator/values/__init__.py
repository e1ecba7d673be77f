"""Values: strict coercion, contacts, dates, references."""
