"""The picture of the Shifts page in `docs`, taken of a desk: `python -m testing.pictures`."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from testing.browser import opened
from testing.machine import LONDON, needs
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk

DOCS = Path(__file__).parents[2] / "docs"
TEAM = ("Ada", "Bilal", "Chloe", "Dev", "Erin", "Farah", "Greg", "Hana", "Idris")
FIRST = datetime(2026, 11, 29, 8, tzinfo=LONDON)  # A Sunday, four weeks before Christmas.
TOP = 56  # What stays above of each page, in pixels.


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "testing.settings"
    django.setup()
    desk = Desk(FIRST)
    try:
        ada = _with_rotas(desk)
        desk.forward("2 days")
        desk.forward("195 minutes")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=needs("chromium"), args=["--no-sandbox"]
            )
            page, _ = opened(browser, desk, ada, color_scheme="light")
            page.goto("/shifts/")
            weeks = page.locator("#weeks").bounding_box()
            assert weeks is not None
            page.set_viewport_size({"width": 1280, "height": int(weeks["height"]) + TOP + 32})
            page.evaluate(f"scrollTo(0, {weeks['y'] - TOP - 16})")
            page.screenshot(path=DOCS / "shifts.png")
            browser.close()
    finally:
        desk.close()


def _with_rotas(desk: Desk) -> Visitor:
    """Let nine people take turns at all rotas, with a change, a hole and somebody away."""
    ada = first_account(desk, "Ada")
    rows = ", ".join(f"{{name: {n}, email: {n.lower()}@example.org}}" for n in TEAM)
    ada.send("/people/", what="file", text=f"engineers: [{rows}]")
    groups = [", ".join(TEAM[number : number + 3]) for number in (0, 3, 6)]
    _rotate(ada, "support", groups, 2, "09:00")
    _rotate(ada, "primary", [*TEAM[3:], *TEAM[:3]], 1, "10:00")
    _rotate(ada, "secondary", [*TEAM[7:], *TEAM[:7]], 1, "10:00")
    _change(ada, "override", duty="primary", remove="everybody", add="9", **_span(10, 17, 2))
    shift = "Farah, 2026-12-16 00:00, 2026-12-17 00:00"
    _change(ada, "temporary", duty="primary", shifts=shift, **_span(15, 0, 2))
    return ada


def _rotate(ada: Visitor, duty: str, turns: list[str], weeks: int, handover: str) -> None:
    # So that the first turn has begun when the desk is first looked at.
    starts = f"{FIRST.date() - timedelta(days=6)}T{handover}"
    _change(
        ada, "rotation", duty=duty, places="\n".join(turns), length=str(weeks), unit="weekly",
        starts=starts,
    )  # fmt: skip


def _span(day: int, hour: int, days: int) -> dict[str, str]:
    start = datetime(2026, 12, day, hour)  # noqa: DTZ001 -- as it is typed
    return {
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "end": f"{start + timedelta(days=days):%Y-%m-%dT%H:%M}",
    }


def _change(ada: Visitor, what: str, **typed: str) -> None:
    answer = ada.send("/shifts/change/", what=what, confirm="1", **typed)
    assert "Changed." in answer.text, answer.text


if __name__ == "__main__":
    main()
