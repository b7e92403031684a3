"""The rotas in a real browser: what is drawn, and what one press does, narrow and wide."""

import re

import pytest
from playwright.sync_api import Browser, expect

from testing.browser import fits, opened
from testing.turns import off_duty, with_turns
from testing.visitors import Visitor
from testing.whole_desk import Desk, ordinary_tuesday


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return with_turns(desk)


CUT = """() => [...document.querySelectorAll(
    '.days .tag, .top a, #cover td, #cover th, #holes .what')]
    .filter(e => e.getClientRects().length)
    .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
        || e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.textContent.trim())"""

LABELS = """() => [...document.querySelectorAll('.bar text')]
    .filter(t => getComputedStyle(t).display !== 'none')
    .filter(t => t.getBBox().width + 6 > t.closest('svg.bar').getBoundingClientRect().width + 1)
    .map(t => t.textContent)"""


def test_nothing_of_the_shifts_page_is_cut(browser: Browser, desk: Desk, ada: Visitor) -> None:
    page, _ = opened(browser, desk, ada)
    for screen in ("/shifts/", "/shifts/?from=2026-03-23", "/shifts/?from=2026-12-21"):
        page.goto(screen)
        for width in (360, 1280):
            fits(page, screen, width)
            assert page.evaluate(CUT) == [], f"{screen} at {width} px"
            assert page.evaluate(LABELS) == [], f"{screen} at {width} px"
    page.context.close()


def test_clock_changes_and_public_holidays_are_drawn(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, _ = opened(browser, desk, ada)
    page.goto("/shifts/?from=2026-12-21")
    for name in ("Christmas Day", "Boxing Day (substitute day)"):
        expect(page.locator(".days .tag", has_text=name)).to_be_visible()
    page.goto("/shifts/?from=2027-03-22")
    expect(page.locator(".days .tag", has_text="clocks go forward 1 h")).to_be_visible()
    heads = page.locator(".week").first.locator(".days > span")
    assert heads.count() == 7
    lines = page.locator(".week").first.locator(".track").first.locator("line.day")
    marks = [float((lines.nth(n).get_attribute("x1") or "").rstrip("%")) for n in range(6)]
    steps = [
        round((b - a) * 167 / 100) for a, b in zip([0.0, *marks], [*marks, 100.0], strict=True)
    ]
    assert steps == [24, 24, 24, 24, 24, 24, 23]  # Sunday is an hour short, and drawn so.
    page.context.close()


def test_a_part_of_the_day_is_taken_and_handed_back_in_one_press(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, _ = opened(browser, desk, ada, 360)
    page.goto("/shifts/")
    page.get_by_role("button", name=re.compile("^Take Afternoon")).first.click()
    expect(page.get_by_text(re.compile(r"Ada answers on .*: Afternoon\."))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Hand back Afternoon")).first.click()
    expect(page.get_by_text(re.compile(r"Nobody answers on .*: Afternoon\."))).to_be_visible()
    page.context.close()


def test_an_override_is_previewed_with_what_it_leaves_uncovered(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    begins = ordinary_tuesday(18, 0)
    who = off_duty(begins.date())
    page, _ = opened(browser, desk, ada)
    page.goto("/shifts/change/?what=override")
    page.get_by_label("Duty", exact=True).select_option("primary")
    page.get_by_label("Goes off").select_option("Whoever is on")
    page.get_by_label("Comes on").select_option(who)
    page.get_by_label("From").fill(f"{begins:%Y-%m-%d}T18:00")
    page.get_by_label("Until").fill(f"{begins:%Y-%m-%d}T20:00")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("This would happen")).to_be_visible()
    expect(page.locator(".seen li", has_text=who)).to_contain_text("You have primary")
    page.get_by_role("link", name="Leave it").click()
    assert page.locator(".bar.override").count() == 0
    page.context.close()
