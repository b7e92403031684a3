"""The board in a real browser: dragged, moved by keys and buttons, live, narrow and wide."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import APIResponse, Browser, Locator, Page, Route, expect

from testing.browser import opened
from testing.visitors import Visitor, first_account, invite
from testing.whole_desk import Desk

LONG = "a-cluster-with-a-name-" * 6


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    ada = first_account(desk, "Ada")
    people = "engineers: [{name: Ada, email: ada@example.org}, {name: Ben, email: ben@example.org}]"
    ada.send("/people/", what="file", text=people)
    ada.see("/channels/")
    for place, title in enumerate(("Quota for live", "Login fails", "New pipeline", LONG), 1):
        assert raise_ticket(ada, title) == place
    return ada


def raise_ticket(ada: Visitor, title: str) -> int:
    """Raise a ticket from a thread; give its number."""
    answer = ada.send("/channels/2", text=f"{title}\nIt fails. We tried twice.")
    thread = re.findall(r"/threads/(\d+)", answer.text)[-1]
    raised = ada.do("thread.ticket", f"thread:{thread}", title=title, body=f"{title}: why?")
    return int(re.findall(r"/tickets/(\d+)", str(raised.url))[0])


def column(page: Page, name: str) -> Locator:
    return page.locator(f'[data-column="{name}"]')


@pytest.mark.clause("ask.board")
def test_a_card_is_dragged_and_others_see_it_at_once(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    (page, _), (other, _) = opened(browser, desk, ada), opened(browser, desk, ada, 360)
    # High enough for every card: what is scrolled while the mouse is down lies under it no more.
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.goto("/board/")
    other.goto("/board/")
    page.locator("#ticket-1").drag_to(column(page, "Waiting"))
    expect(column(other, "Waiting").locator("#ticket-1")).to_be_attached()
    page.reload()
    expect(column(page, "Waiting").locator("#ticket-1")).to_be_visible()
    page.locator("#ticket-1").get_by_role("button", name="Undo").click()
    expect(column(page, "Support To Do").locator("#ticket-1")).to_be_visible()
    expect(page.get_by_text("is in Support To Do again.")).to_be_visible()
    page.context.close()
    other.context.close()


@pytest.mark.clause("ask.board")
def test_a_card_is_moved_by_keys_and_keeps_the_focus(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    page, _ = opened(browser, desk, ada)
    page.goto("/board/")
    page.locator("#ticket-2 a").focus()
    for name in ("In progress", "Waiting", "Done"):
        with page.expect_response(re.compile("/do/ticket.move/")):
            page.keyboard.press("Shift+ArrowRight")
        expect(column(page, name).locator("#ticket-2")).to_be_attached()
        expect(page.locator("#ticket-2 a")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.reload()
    expect(column(page, "Done").locator("#ticket-2")).to_be_attached()
    page.context.close()


class Post:
    """What a window asks the desk, kept on its way until the test lets it go."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screens: list[tuple[Route, APIResponse]] = []
        self.moves: list[Route] = []
        page.route("**/board/", self._screen)
        page.route("**/do/ticket.move/**", self._move)

    def _screen(self, route: Route) -> None:
        """Let the desk answer at once, and keep that answer."""
        if "x-live" in route.request.headers:
            self.screens.append((route, route.fetch()))
        else:
            route.continue_()

    def _move(self, route: Route) -> None:
        self.moves.append(route)

    def show(self) -> None:
        """Let the screen come that was asked for first."""
        self.wait(self.screens)
        route, answer = self.screens.pop(0)
        route.fulfill(response=answer)

    def move(self) -> None:
        """Let the move that was asked for first be made."""
        self.wait(self.moves)
        route = self.moves.pop(0)
        route.fulfill(response=route.fetch(max_redirects=0))

    def wait(self, kept: Sequence[object]) -> None:
        for _ in range(1200):
            if kept:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("the window did not ask")


@pytest.mark.clause("ask.board")
def test_no_key_is_lost_though_screens_from_before_come_late(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    number = raise_ticket(ada, "Certificate ends")
    page, _ = opened(browser, desk, ada)
    post, card = Post(page), page.locator(f"#ticket-{number}")
    page.goto("/board/")
    card.locator("a").focus()
    post.wait(post.screens)  # It shows the card where it is to begin with.
    page.keyboard.press("Shift+ArrowRight")
    post.move()
    post.show()
    post.wait(post.screens)  # So it has done with the first.
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(column(page, "Done").locator(card)).to_be_attached()
    page.evaluate("fetch('/healthz')")  # Whatever was asked meanwhile has been asked.
    post.move()
    post.move()
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(column(page, "Done").locator(card)).to_be_attached()
    page.context.close()


@pytest.mark.clause("ask.board", "support.during")
@pytest.mark.parametrize("width", [360, 1280])
def test_without_script_buttons_do_it_all(
    browser: Browser, desk: Desk, ada: Visitor, width: int
) -> None:
    page, _ = opened(browser, desk, ada, width, java_script_enabled=False)
    page.goto("/board/nobody")
    third = page.locator("#ticket-3")
    third.get_by_role("button", name="Right").click()
    expect(column(page, "In progress").locator("#ticket-3")).to_be_attached()
    page.locator("#ticket-3").get_by_role("button", name="Left").click()
    expect(column(page, "Support To Do").locator("#ticket-3")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.context.close()


@pytest.mark.clause("ask.ticket-record")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_tickets_page_keeps_its_record(
    browser: Browser, desk: Desk, ada: Visitor, width: int
) -> None:
    page, _ = opened(browser, desk, ada, width)
    page.goto("/tickets/4")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_label("Add to the record").fill(f"Seen at {width}")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#ticket-comments")).to_contain_text(f"Seen at {width}")
    page.get_by_role("link", name="Where we talk about it").click()
    page.get_by_role("button", name="Add to the ticket").first.click()
    page.goto("/tickets/4")
    expect(page.locator("#ticket-comments")).to_contain_text("We tried twice.")
    page.context.close()


def test_who_is_no_engineer_sees_the_board_and_moves_nothing(
    browser: Browser, desk: Desk, ada: Visitor
) -> None:
    uma = invite(desk, ada, "Uma")
    page, _ = opened(browser, desk, uma)
    page.goto("/board/")
    expect(page.locator("#ticket-1")).to_be_visible()
    assert page.locator("#board button").count() == 0
    assert "Engineers" in uma.send("/tickets/1", text="me too").text
    page.context.close()
