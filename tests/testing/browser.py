"""A real browser, signed in to a desk as somebody."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from testing import failures
from testing.visitors import Visitor
from testing.whole_desk import Desk


def opened(
    browser: Browser, desk: Desk, who: Visitor, width: int = 1280, **how: Any
) -> tuple[Page, list[str]]:
    """Open a window of so many pixels; give it, and what it says or asks for and should not."""
    context = browser.new_context(
        base_url=desk.url, viewport={"width": width, "height": 800}, **how
    )
    context.add_cookies(
        [
            {"name": cookie.name, "value": str(cookie.value), "url": desk.url}
            for cookie in who.client.cookies.jar
        ]
    )
    context.set_default_timeout(60_000)
    page, wrong = context.new_page(), list[str]()
    end = failures.tell("a window", lambda: f"{page.url}\n{page.locator('body').aria_snapshot()}")
    page.on("close", lambda _: end())
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(desk.url) else wrong.append(asked.url),
    )
    return page, wrong


@cache
def _axe() -> str:
    return str(Axe().axe_script)


# What axe finds out that can be another in the dark.
OF_COLOURS = ("color-contrast", "link-in-text-block")


def barriers(page: Page, only: Sequence[str] = ()) -> dict[str, list[str]]:
    """Give what keeps somebody from using a page, as axe names it, with the elements.

    `only`: the rules to look at, if not all.
    """
    # No rule that runs here looks at what it would load anew for itself: styles and sounds.
    options: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
    options |= {"runOnly": list(only)} if only else {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    return {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found}


def fits(page: Page, screen: str, width: int) -> None:
    """Hold that nothing is wider than a window of so many pixels."""
    page.set_viewport_size({"width": width, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0, f"{screen} is {over} px too wide at {width} px"


def keeps_nobody_out(page: Page, screen: str) -> None:
    """Hold that everybody can use it, in the light and, with its other colours, in the dark."""
    assert barriers(page) == {}, screen
    page.emulate_media(color_scheme="dark")
    assert barriers(page, OF_COLOURS) == {}, f"{screen} in the dark"
    page.emulate_media(color_scheme="light")
