"""The endpoints, one module a resource, named as in Attio's documentation."""
