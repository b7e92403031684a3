"""One whole conversation in the built-in chat, by two people in two browsers at once."""

import pytest
from playwright.sync_api import Browser, Page, expect

from testing.browser import opened
from testing.drawn import png_of
from testing.visitors import first_account, invite
from testing.whole_desk import Desk

PASTE = """(box, [type, data]) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([new Uint8Array(data)], "folder", {type}));
  box.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.clause("ask.entry", "ask.in-channel", "ask.quick", "measure.happiness")
def test_asked_on_a_phone_answered_at_a_desk_solved_and_opened_again(
    browser: Browser, desk: Desk
) -> None:
    ada = first_account(desk, "Ada")
    ada.send("/people/", what="file", text="engineers: [{name: Ada, email: ada@example.org}]")
    uma = invite(desk, ada, "Uma")
    (phone, wrong), (wide, also) = opened(browser, desk, uma, 360), opened(browser, desk, ada)

    ask(phone)
    answer(phone, wide)
    desk.forward("15 minutes")
    solve(phone, wide)
    open_again(phone, wide)
    assert wrong + also == []


def ask(phone: Page) -> None:
    phone.goto("/channels/")
    phone.get_by_role("link", name="#ask-cloud-platform").click()
    phone.get_by_label("Ask a question").fill("How do I add a namespace?")
    phone.get_by_role("button", name="Ask").click()
    expect(phone.get_by_text("Thanks, Uma")).to_be_visible()
    fits(phone, 360)


def answer(phone: Page, wide: Page) -> None:
    wide.goto("/")
    wide.get_by_role("link", name="Open questions").click()
    wide.get_by_role("link", name="How do I add a namespace?").click()
    root = wide.locator("article.post").first
    root.locator("summary", has_text="More").click()
    root.get_by_role("button", name="Looking").click()
    expect(phone.get_by_text("Ada is looking into this.")).to_be_visible()
    paste(wide)
    wide.get_by_label("Reply").fill("Copy the folder of another one.")
    wide.keyboard.press("Control+Enter")
    expect(phone.get_by_text("Copy the folder of another one.")).to_be_visible()
    expect(phone.get_by_text("Ada is helping Uma.")).to_be_visible()
    shown = phone.get_by_role("img", name="The folder")
    expect(shown).to_be_visible()
    assert shown.evaluate("each => each.decode().then(() => each.naturalWidth)") == 6


def paste(wide: Page) -> None:
    """Paste a file that is no picture, and is refused at once, and one that is."""
    for kind, data in (("image/svg+xml", b"<svg>"), ("image/png", png_of())):
        wide.get_by_label("Reply").evaluate(PASTE, [kind, list(data)])
    expect(wide.get_by_label("What is to be seen in it").first).to_be_focused()
    wide.keyboard.type("The folder")
    expect(wide.get_by_role("alert")).to_be_hidden()


def solve(phone: Page, wide: Page) -> None:
    expect(wide.get_by_text("This has taken 15 minutes.")).to_be_visible()
    expect(phone.get_by_text("This has taken 15 minutes.")).not_to_be_visible()

    phone.locator("#thread-actions").get_by_role("button", name="Solved").click()
    expect(phone.get_by_text("How was our help?")).to_be_visible()
    expect(wide.get_by_text("What kind of question was this?")).to_be_visible()
    wide.get_by_role("button", name="How to").click()
    expect(wide.get_by_text("Noted: How to.")).to_be_visible()
    phone.get_by_role("button", name="Very happy").click()
    expect(phone.get_by_text("Thank you, that helps us get better.")).to_be_visible()
    fits(phone, 360)


def open_again(phone: Page, wide: Page) -> None:
    phone.get_by_label("Reply").fill("Thanks Ada!")
    phone.get_by_role("button", name="Reply").click()
    expect(wide.get_by_text("Thanks Ada!")).to_be_visible()
    expect(wide.locator("#thread-actions .tag")).to_have_text("solved")
    phone.get_by_label("Reply").fill("It says forbidden, though.")
    phone.get_by_role("button", name="Reply").click()
    expect(wide.locator("#thread-actions .tag")).to_have_text("open")
