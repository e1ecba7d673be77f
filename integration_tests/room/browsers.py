"""A real browser for the review room's pages, and what a page must be for everybody who looks at it."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from integration_tests.room.rooms import Served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BROWSER = [
    pytest.mark.slow(seconds=30, together=True),
    pytest.mark.browser,
    # A screen is looked at four times, and a machine without a free core is slow at painting.
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]
"""The marks of tests with a browser."""
SIZES = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
ZOOMED = (1024, 640, 320)
"""Widths of a window of 1,280 pixels that is enlarged, up to 400 %."""


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Chromium of the system, with more arguments."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- large, and only needed where a browser is

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *more])
        yield started
        started.close()


@contextmanager
def let_in(browser: Browser, room: Served) -> Iterator[Page]:
    """A page that was let in; an error in its script fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(room.room.door.entrance)
    yield opened
    context.close()
    assert [] == errors


def accessible(page: Page) -> list[str]:
    """What axe-core finds: rules of WCAG 2.0 A to 2.2 AA and best practice."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 -- as above

    found: dict[str, Any] = Axe().run(page).response
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


def look_around(page: Page, *, name: str) -> None:
    """The screen in both sizes and colour schemes: nothing is cut off, and nothing is closed to anybody."""
    pictures = os.environ.get("ROOM_PICTURES")
    for width, scheme in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert [] == accessible(page), name
        if pictures:
            page.screenshot(path=f"{pictures}/{name}-{width}-{scheme}.png", full_page=True)
    for width in ZOOMED:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    page.set_viewport_size({"width": 1280, "height": 900})
