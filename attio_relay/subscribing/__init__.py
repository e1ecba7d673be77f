"""The webhooks at Attio: the relay makes, replaces and checks them."""
