"""The screens: each reads, asks one function, and renders."""
