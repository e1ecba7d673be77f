"""Removes from an address the parts that may hold secrets, before a message shows it."""

from urllib.parse import urlsplit


def shown(url: str) -> str:
    """The address without user and password, and, if it has scheme and host, without query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme and host else url.rpartition("@")[2]
