"""The streams that the engine reads, one module per way of reading."""
