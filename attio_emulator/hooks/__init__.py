"""Webhooks on their way out: which, when, signed how, and what an answer means."""
