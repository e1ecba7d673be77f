"""What Attio holds now: the only folder that calls the client."""
