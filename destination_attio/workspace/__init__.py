"""Reads and writes the workspace: the only folder that calls the client."""
