"""Finding, past answers and the pictures of requests, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from testing.browser import fits, opened
from testing.machine import eventually
from testing.visitors import Visitor, first_account, invite
from testing.whole_desk import Desk

LOG = Path(__file__).parent.parent / "data" / "desk" / "support-requests.csv"
ASKED = "How do I renew the certificate of payments-live? It says <b>x509</b> expired."


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return first_account(desk, "Ada")


@pytest.fixture(scope="module")
def uma(desk: Desk, ada: Visitor) -> Visitor:
    """Somebody who asks; two of her questions are answered."""
    ada.send("/people/", what="file", text="engineers: [{name: Ada, email: ada@example.org}]")
    uma = invite(desk, ada, "Uma")
    channel = re.findall(r'href="(/channels/\d+)">\s*#ask', uma.see("/channels/"))[0]
    for asked, answered in (
        (ASKED, "Delete the secret; cert-manager makes a new one."),
        ("Why does my deployment show ImagePullBackOff?", "The image has another name."),
    ):
        thread = uma.send(channel, text=asked).url.path
        eventually(lambda at=thread: "Thanks, Uma" in uma.see(at) or "Nobody" in uma.see(at))  # type: ignore[misc]
        ada.send(thread, text=answered)
        eventually(lambda at=thread: "is helping Uma" in uma.see(at))  # type: ignore[misc]
        desk.forward("5 minutes")
    assert desk.command("import", "requests", str(LOG)).returncode == 0
    return uma


def test_what_was_answered_is_found_by_keyboard_at_the_post(
    browser: Browser, desk: Desk, uma: Visitor
) -> None:
    page, _ = opened(browser, desk, uma)
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find", exact=True)).to_be_focused()
    page.keyboard.type("cert-manager secret")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 found, the best first")).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
    page.locator(".found a").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/threads/\d+#post-\d+$"))
    expect(page.locator(".post:target")).to_contain_text("Delete the secret")
    page.context.close()


@pytest.mark.clause("ask.in-channel")
def test_a_past_answer_is_seen_by_the_asker_alone_and_closes_the_question(
    browser: Browser, desk: Desk, ada: Visitor, uma: Visitor
) -> None:
    page, _ = opened(browser, desk, uma)
    page.goto(re.findall(r'href="(/channels/\d+)">\s*#ask', uma.see("/channels/"))[0])
    page.get_by_label("Ask a question").fill("Please, how can I renew our expired certificate?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url(re.compile("/threads/"))
    thread = page.url.removeprefix(desk.url)
    eventually(lambda: "we answered before" in uma.see(thread))
    page.reload()
    offer = page.locator(".post.private", has_text="we answered before")
    expect(offer.get_by_text("only you see this")).to_be_visible()
    seen = ada.see(thread)
    assert "we answered before" not in seen
    assert "Similar before" in seen
    assert "Similar before" not in uma.see(thread)
    offer.get_by_role("button", name="That helped").click()
    expect(page.get_by_text("Good. It is solved.")).to_be_visible()
    expect(page.get_by_text("a past answer helped")).to_be_visible()
    page.context.close()


def test_screens_fit_and_pictures_have_their_numbers(
    browser: Browser, desk: Desk, ada: Visitor, uma: Visitor
) -> None:
    page, _ = opened(browser, desk, ada)
    for screen in (
        "/find",
        "/find?q=certificate",
        "/find?q=zzz&kind=ticket",
        "/do/question.same/question:2",
        "/questions/1",
        "/measures/requests?each=range&from=2023-10-01&to=2025-11-30",
    ):
        page.goto(screen)
        fits(page, screen, 360)
        fits(page, screen, 1280)
        assert page.locator("h1").count() == 1, screen
    pictures = page.locator("#by-kind svg")
    assert pictures.count() == 12
    for width in (1280, 360):
        fits(page, "the pictures", width)
        box = pictures.first.bounding_box()
        assert box is not None
        assert box["width"] >= 150
        assert box["height"] >= 40
    page.get_by_text("The numbers", exact=True).click()
    expect(page.locator("#by-kind table")).to_contain_text("GitHub - add user to org")
    expect(page.get_by_text("infomation for information")).to_be_visible()
    fits(page, "the numbers", 360)
    fits(page, "the numbers", 1280)
    page.context.close()
