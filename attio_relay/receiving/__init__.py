"""Receives deliveries: verifies their signature and stores them."""
