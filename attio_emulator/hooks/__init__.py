"""Webhook deliveries: which events are sent, when, with which signature, and what an answer means."""
