"""The commands of `attio-relay`, one file for what they are about."""
