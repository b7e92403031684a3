"""What is to be pasted elsewhere is copied in one press, in a real browser."""

from playwright.sync_api import Browser, expect

from testing.browser import opened
from testing.visitors import first_account
from testing.whole_desk import Desk


def test_a_key_is_copied_as_it_is_to_be_pasted(browser: Browser, desk: Desk) -> None:
    ada = first_account(desk, "Ada")
    may = ["clipboard-read", "clipboard-write"]
    page, wrong = opened(browser, desk, ada, permissions=may)
    page.goto("/alarms/keys/")
    page.locator("main [name=name]").fill("Alertmanager")
    page.get_by_role("button", name="Make a key").click()
    block = page.locator("pre", has_text="webhook_configs")
    page.locator("pre:has-text('webhook_configs') + button").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.inner_text().strip()
    assert "send_resolved: true" in copied
    page.goto("/alarms/")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    assert wrong == []
    page.context.close()
