"""Sites where many have a page, and the attributes that hold links to them; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attio_api.contacts import host_of

if TYPE_CHECKING:
    from collections.abc import Collection

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
        "youtu.be",
        "vimeo.com",
        "tiktok.com",
        "threads.net",
        "pinterest.com",
        "reddit.com",
        "medium.com",
        "xing.com",
        "kununu.com",
        "glassdoor.com",
        "producthunt.com",
        "pitchbook.com",
        "wikipedia.org",
        "web.archive.org",
        "linktr.ee",
        "bit.ly",
        "t.me",
        "wa.me",
        "goo.gl",
        "vk.com",
        "weibo.com",
        "apps.apple.com",
        "google.com",
        "gstatic.com",
        "clearbit.com",
        "cloudfront.net",
        "cloudinary.com",
    }
)
"""Hosts where many companies have a page or a picture, so that a link there gives no company's domain."""


def page_of(link: str) -> str | None:
    """The site on which a link leads to one of many pages; None for other links, and for the site itself."""
    host = host_of(link)
    return host if path_of(link) and is_of(host, PROFILES) else None


def path_of(link: str) -> str:
    """What stands behind the host of a link."""
    return re.sub(r"^(\w+:)?//", "", link.strip().lower()).partition("/")[2].strip("/")


def is_of(host: str, sites: Collection[str]) -> bool:
    """Whether a host is one of these sites, or belongs to one."""
    return any(host == one or host.endswith(f".{one}") for one in sites)
