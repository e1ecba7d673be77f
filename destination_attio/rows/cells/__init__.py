"""How people write the values of a cell, type by type; pure."""
