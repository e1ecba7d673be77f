"""The engine of runs: reads Attio, orders and makes the writes, and recovers after a crash."""
