"""Webhooks at Attio: made, watched, made anew; sign-in."""
