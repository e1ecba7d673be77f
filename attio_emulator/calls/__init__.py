"""The way of a call: request, route, body, page, answer."""
