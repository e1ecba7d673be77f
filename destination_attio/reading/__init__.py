"""What Attio holds already, read in bulk."""
