"""The screens: each reads the request, calls one function, and renders a page."""
