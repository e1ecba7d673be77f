"""One call: request, route, body, page, answer."""
