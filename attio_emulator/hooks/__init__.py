"""Deliveries of webhooks: which events, when, how they are signed, and what an answer means."""
