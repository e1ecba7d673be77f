"""The commands of `attio-relay`, one file for each subject."""
