"""The store: two databases, one state machine; secrets sealed."""
