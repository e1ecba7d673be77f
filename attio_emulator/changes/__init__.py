"""Changes of the emulated workspace: writes, definitions, links, merges, formulas."""
