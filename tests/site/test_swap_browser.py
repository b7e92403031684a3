"""A swap and a plan in a real browser: what they change stays, so that they are one story."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from testing.browser import opened
from testing.machine import eventually
from testing.turns import with_turns
from testing.visitors import Visitor, invite
from testing.whole_desk import Desk


def test_a_swap_is_taken_in_one_press_and_a_plan_that_keeps_it_is_published(
    browser: Browser, desk: Desk
) -> None:
    ada = with_turns(desk)
    ben = invite(desk, ada, "Ben")
    page, _ = opened(browser, desk, ada)
    page.goto("/shifts/?who=")
    page.get_by_role("link", name="Later weeks").click()
    page.locator(".track a", has=page.locator(".mine")).first.click()
    page.get_by_label("To (").select_option("Ben")
    page.get_by_role("button", name="Offer it in the team's channel").click()
    expect(page.get_by_role("heading", name="Offered")).to_be_visible()
    page.context.close()
    other, _ = opened(browser, desk, ben)
    other.goto("/shifts/")
    other.locator("#swaps").get_by_role("button", name="I'll take it").click()
    other.goto("/shifts/")
    expect(other.locator("#swaps")).to_contain_text("Nothing.")
    other.get_by_role("link", name="Later weeks").click()
    expect(other.locator(".bar.swap.mine").first).to_be_visible()
    other.context.close()
    publish_a_plan(browser, desk, ada)


def publish_a_plan(browser: Browser, desk: Desk, ada: Visitor) -> None:
    # A plan keeps the swap; with rest between turns there is none.
    file = Path(desk.environment["DUTYDESK_PROCESS"])
    file.write_text(file.read_text().replace("  rest: 1 week\n", ""))
    eventually(lambda: "turns lies 1 week at least" not in ada.see("/process/"))
    page, _ = opened(browser, desk, ada)
    page.goto("/shifts/plan/")
    page.get_by_label("Weeks to plan").fill("4")
    page.get_by_role("button", name="Propose a plan").click()
    publish = page.get_by_role("button", name=re.compile("^Publish"))
    expect(publish).to_be_visible()
    publish.click()
    expect(page.get_by_text(re.compile(r"(\d+ people were|1 person was) told"))).to_be_visible()
    page.goto("/shifts/")
    assert page.locator(".bar.plan").count() > 0
    page.context.close()
