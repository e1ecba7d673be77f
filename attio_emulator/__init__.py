"""A stateful local Attio for demos, tests and CI; shares no code with `attio_api`."""
