"""Sites where many have a page, and the attributes that hold links to them; pure."""

from __future__ import annotations

from typing import Final

SITES: Final[dict[str, tuple[str, ...]]] = {
    "linkedin": ("linkedin.com",),
    "twitter": ("twitter.com", "x.com"),
    "facebook": ("facebook.com", "fb.com"),
    "instagram": ("instagram.com",),
}
"""The sites whose links attributes with these slugs hold."""
PROFILES: Final = frozenset(
    {
        "linkedin.com",
        "crunchbase.com",
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "github.com",
        "angel.co",
        "wellfound.com",
        "youtube.com",
        "google.com",
        "gstatic.com",
        "clearbit.com",
        "cloudfront.net",
        "cloudinary.com",
    }
)
"""Hosts where many companies have a page or a picture, so that a link there gives no company's domain."""
