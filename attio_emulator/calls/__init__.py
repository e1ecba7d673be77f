"""The parts of a call: the request, its route, its body, paging, and the answer."""
