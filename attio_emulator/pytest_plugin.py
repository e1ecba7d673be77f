"""The pytest fixture `attio`: a local Attio for tests."""
