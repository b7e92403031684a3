"""The screens in a real browser: narrow and wide, light and dark, live, and by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from testing.browser import fits, keeps_nobody_out, opened
from testing.crowded import crowded
from testing.handbook_screens import HANDBOOK
from testing.markup import mistakes
from testing.screens import HANDED_OVER, SCREENS
from testing.visitors import Visitor
from testing.whole_desk import Desk

BESIDE = (
    "/announcements/series/1",
    "/announcements/calendar/?month=2099-12",
    "/do/series.change/series:1",
    "/incidents/3",
    "/do/incident.update/incident:3",
    "/measures/incidents/each/3",
)


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return crowded(desk)


# The styles alone say what is where at which width, and in which colours: each is loaded once.
def test_every_screen_fits_asks_nobody_else_and_has_no_error(
    browser: Browser, desk: Desk, ada: Visitor, tmp_path: Path
) -> None:
    still = {"reduced_motion": "reduce"}  # What fades in has not its contrast yet.
    page, wrong = opened(browser, desk, ada, 360, color_scheme="light", **still)
    pages: dict[str, str] = {}
    for screen in (*SCREENS, *BESIDE, *HANDED_OVER, *HANDBOOK):
        answer = page.goto(screen)
        assert answer is not None
        assert answer.status == 200, screen
        pages[screen] = answer.text()
        fits(page, screen, 360)
        assert page.locator("h1").count() == 1, screen
        assert page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select,"
            " main textarea')].every(field => field.labels.length)"
        ), f"{screen} has a field without a label"
        keeps_nobody_out(page, screen)
        fits(page, screen, 1280)
        if screen == "/style":
            keeps_nobody_out(page, screen)
        page.set_viewport_size({"width": 360, "height": 800})
    assert wrong == []
    page.context.close()
    assert mistakes(pages, tmp_path) == []


@pytest.mark.usefixtures("ada")
def test_a_stranger_sees_the_desks_own_sign_in_page(browser: Browser, desk: Desk) -> None:
    page, wrong = opened(browser, desk, Visitor(desk))
    for path in ("/account/login/", "/account/signup/", "/account/password/reset/"):
        page.goto(path)
        fits(page, path, 360)
        fits(page, path, 1280)
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui")
        expect(page.get_by_role("heading", name="No account, or a forgotten")).to_be_visible()
        assert page.get_by_text(re.compile("sign.?up", re.IGNORECASE)).count() == 0
    page.goto("/incidents/")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("walking-desk-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Incidents")).to_be_visible()
    assert wrong == []
    page.context.close()


@pytest.mark.clause("oncall.maintenance")
def test_the_maintenance_page_stands_alone_on_any_screen(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    context = browser.new_context(base_url=desk.url, java_script_enabled=False)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    for path, title in (
        ("/maintenance/prison-visits", "Prison visits is in maintenance"),
        ("/maintenance/nothing", "Nothing is here"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            box = page.locator("main").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        expect(page.locator("main")).to_have_css("border-top-width", "6px")
    assert len(asked) == 2, asked
    assert context.cookies() == []
    context.close()


def test_what_somebody_else_does_appears_by_itself(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, wrong = opened(browser, desk, ada)
    listed = ada.see("/channels/")
    channel = re.findall(r'href="(/channels/\d+)">\s*#cloud-platform\s*<', listed)[0]
    page.goto(channel)
    page.get_by_label("Post in #cloud-platform").fill("half a thought")
    ada.send(channel, text="Said elsewhere")
    expect(page.get_by_text("Said elsewhere")).to_be_visible()
    expect(page.get_by_label("Post in #cloud-platform")).to_have_value("half a thought")
    page.goto("/incidents/1")
    before = page.locator("[data-count]").first.inner_text()
    expect(page.locator("[data-count]").first).not_to_have_text(before)
    assert wrong == []
    page.context.close()


def test_what_arrives_leaves_focus_folds_and_the_linked_post_alone(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    listed = ada.see("/channels/")
    channel = re.findall(r'href="(/channels/\d+)">\s*#cloud-platform\s*<', listed)[0]
    ada.send(channel, text="Who reads this?")
    listing = ada.see(channel).partition("Who reads this?")[2]
    thread = re.findall(r'href="(/threads/\d+)', listing)[0]
    ada.send(thread, text="The first reply")
    said, answered = re.findall(r'id="(post-\d+)"', ada.see(thread))
    page, wrong = opened(browser, desk, ada)
    page.goto(f"{thread}#{answered}")
    root = page.locator(f"#{said}")
    root.locator("summary").click()
    expect(root.locator("details")).to_have_attribute("open", "")
    page.locator(f"#{answered} summary").focus()
    for reply in ("The second reply", "The third reply"):
        ada.send(thread, text=reply)
        expect(page.get_by_text(reply)).to_be_visible()
    expect(page.locator(".post:target")).to_contain_text("The first reply")
    expect(root.locator("details")).to_have_attribute("open", "")
    expect(page.locator(f"#{answered} summary")).to_be_focused()
    assert page.locator(".post").count() == 4
    assert wrong == []
    page.context.close()


def test_nothing_is_said_to_have_arrived_when_nothing_has(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, wrong = opened(browser, desk, ada)
    page.add_init_script(
        "window.setInterval = () => 0; const real = fetch;"  # Counts stand, while time goes on.
        "window.fetch = async (...all) => {"
        " await new Promise(done => setTimeout(done, 1500)); return real(...all); };"
        "const read = Response.prototype.text;"  # Its use ends before the next task.
        "Response.prototype.text = async function () { const said = await read.call(this);"
        " setTimeout(() => { window.looked = true; }); return said; }"
    )
    with page.expect_response(lambda answer: "x-live" in answer.request.headers) as looked:
        page.goto("/incidents/2")  # It is over: nothing of it comes by itself.
    looked.value.finished()
    expect(page.locator("[data-live] [name=csrfmiddlewaretoken]").first).to_be_attached()
    page.wait_for_function("window.looked")
    assert page.locator("#arrived").text_content() == ""
    assert wrong == []
    page.context.close()


def test_the_keyboard_reaches_everything(browser: Browser, desk: Desk, ada: Visitor) -> None:
    page, wrong = opened(browser, desk, ada)
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("/incidents/$"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.goto("/incidents/1")
    page.get_by_role("button", name="I'll lead").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You lead.")).to_be_visible()
    assert wrong == []
    page.context.close()


def test_a_key_is_copied_as_it_is_to_be_pasted(browser: Browser, desk: Desk, ada: Visitor) -> None:
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


HIDDEN = """
Object.defineProperty(document, "hidden", {get: () => true});
window.told = [];
window.Notification = class { constructor(words) { told.push(words); } };
Notification.permission = "granted";
"""


def hears_of_a_call_in_a_hidden_window(page: Page, ada: Visitor) -> None:
    """Hold that whoever looks elsewhere while *Now* is open is told by the browser."""
    page.add_init_script(HIDDEN)
    page.goto("/")
    expect(page).to_have_title(re.compile("^Now"))
    ada.send("/pages/contact-methods/", what="rehearse")
    expect(page).to_have_title(re.compile("^You are called"))
    assert page.evaluate("told") == ["You are called: Rehearsal of a page"]
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_text("It reached you.")).to_be_visible()


def test_a_rehearsal_is_started_and_answered_by_keyboard(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, wrong = opened(browser, desk, ada)
    page.goto("/pages/1")
    expect(page.get_by_role("heading", name="Rehearsal of a page")).to_be_visible()
    expect(page.get_by_text("its host is an inner one").first).to_be_visible()
    page.get_by_role("button", name="I have it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It reached you. The rehearsal is done.")).to_be_visible()
    page.locator(".me summary").click()
    page.get_by_role("link", name="How I am reached").click()
    expect(page.get_by_role("heading", name="How I am reached")).to_be_visible()
    expect(page.get_by_text("rehearsed", exact=True)).to_be_visible()
    expect(page.get_by_text("failing", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Let it tell me").click()
    hears_of_a_call_in_a_hidden_window(page, ada)
    assert wrong == []
    page.context.close()


def test_harm_is_done_only_after_a_dialog_and_what_was_done_is_put_away(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, wrong = opened(browser, desk, ada)
    page.goto("/alarms/heartbeats/")
    opens = page.get_by_role("button", name="Remove…")
    for leave in ("Escape", "Enter"):  # The button that leaves it is the one in focus.
        opens.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Remove Backup")).to_be_visible()
        expect(page.get_by_role("button", name="Leave it")).to_be_focused()
        page.keyboard.press(leave)
        expect(page.get_by_role("dialog")).to_be_hidden()
    opens.click()
    page.get_by_role("button", name="Remove Backup").click()
    done = page.get_by_role("status").filter(has_text="Backup is removed")
    expect(done).to_be_visible()
    done.get_by_role("button", name="Close").click()
    expect(done).to_have_count(0)
    assert wrong == []
    page.context.close()


def begin_turns(page: Page) -> None:
    page.get_by_role("link", name="Let people take turns").click()
    page.get_by_label("Duty", exact=True).select_option("primary")
    page.get_by_label("Who takes turns").fill("Ada\nBen")
    page.get_by_label("First turn starts").fill("2026-01-05T10:00")
    page.get_by_role("button", name="Preview").focus()
    page.keyboard.press("Enter")


def test_turns_are_begun_and_a_shift_is_offered_and_taken_back_by_keyboard(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    people = "engineers: [{name: Ben, email: ben@example.org}]"
    ada.send("/people/", what="file", text=people)
    page, wrong = opened(browser, desk, ada)
    page.goto("/shifts/")
    begin_turns(page)
    expect(page.get_by_text("This would happen")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 people were told.")).to_be_visible()
    bars = page.locator(".track a")
    assert bars.count() >= 5  # One for each turn of the five weeks, at least.
    assert page.locator(".hole").count() > 0  # Nobody is secondary.
    page.goto("/shifts/")
    page.get_by_role("link", name="Later weeks").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("from=20"))
    mine = page.locator(".track a", has=page.locator(".mine")).first
    mine.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Primary on call: Ada")).to_be_visible()
    page.get_by_role("button", name="Offer it in the team's channel").click()
    expect(page.get_by_role("heading", name="Offered")).to_be_visible()
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_text("Nothing. Press one of your shifts to offer it.")).to_be_visible()
    assert wrong == []
    page.context.close()


def test_on_a_phone_four_places_and_more_stand_at_the_foot_without_a_script(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, wrong = opened(browser, desk, ada, 360, java_script_enabled=False)
    page.goto("/incidents/")
    head = page.locator(".top").bounding_box()
    assert head is not None
    assert head["height"] <= 57  # And its line.
    foot = page.get_by_role("navigation", name="Places")
    assert foot.get_by_role("link").count() == 4
    sections = page.get_by_role("navigation", name="Sections")
    expect(sections).to_be_hidden()
    foot.get_by_role("button", name="More").click()
    expect(sections).to_be_visible()
    expect(sections.get_by_role("link", name="Incidents")).to_have_attribute("aria-current", "page")
    sections.get_by_role("link", name="Shifts").click()
    expect(page).to_have_url(re.compile("/shifts/$"))
    page.locator(".me summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert wrong == []
    page.context.close()
