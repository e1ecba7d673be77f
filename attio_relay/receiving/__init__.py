"""From a request to a stored delivery."""
