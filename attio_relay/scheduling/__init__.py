"""The schedule: when stored changes lead to a sync, and the steps of each run."""
