"""What a person sees: terminal tables, the plan page, wording."""
