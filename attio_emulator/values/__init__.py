"""How values are understood: strict coercion, contacts, dates, references."""
