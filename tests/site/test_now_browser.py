"""Now in a real browser: an open window asks seldom, and only for the cards that changed."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from testing.browser import opened
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk

# A stream of the test's own, a window that one can look away from, and what it asks for: held
# while the test holds it, and failing when it wants that. What follows from an answer has happened
# when a task that was queued at its end is done.
EAR = """
window.EventSource = class { constructor() { window.ear = this; } close() {} };
Object.defineProperty(document, "hidden", {get: () => window.away === true});
window.look = (away) => {
  window.away = away;
  document.dispatchEvent(new Event("visibilitychange"));
};
window.asked = [];
const real = window.fetch, later = new MessageChannel();
let waiting = 0;
const count = (by) => { waiting += by; document.documentElement.dataset.waiting = waiting; };
later.port1.onmessage = () => count(-1);
window.fetch = async (address, options) => {
  if (!options?.headers["X-Live"]) return real(address, options);
  window.asked.push(new URL(address).searchParams.get("cards") ?? "*");
  count(1);
  try {
    await window.held;
    if (window.failing) throw new TypeError("nobody answers");
    const answer = await real(address, options), text = await answer.text();
    return {ok: answer.ok, redirected: answer.redirected, text: async () => text};
  } finally { later.port2.postMessage(""); }
};
"""
WHOLE = "*"


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return first_account(desk)


class Window:
    """Now as somebody has it open, at a time that stands still unless the test lets it go on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(EAR)
        page.clock.install()
        page.goto("/")
        page.clock.pause_at(page.evaluate("Date.now() / 1000 + 60"))

    def hear(self, *subjects: str) -> None:
        self.page.evaluate("all => all.forEach((data) => ear.onmessage({data}))", list(subjects))

    def look(self, away: bool) -> None:
        self.page.evaluate("away => look(away)", away)

    def hold(self) -> None:
        self.page.evaluate(
            "() => { window.held = new Promise((let_go) => { window.release = let_go; }); }"
        )

    def release(self, failing: bool = False) -> None:
        self.page.evaluate("failing => { window.failing = failing; release(); }", failing)
        self.shown()
        self.page.evaluate("window.failing = false")

    def shown(self) -> None:
        """Wait until all that was asked for is answered, and shown."""
        answered = "html:not([data-waiting]), html[data-waiting='0']"
        expect(self.page.locator(answered)).to_be_attached()

    def passes(self, seconds: float) -> list[str]:
        """Let time go on; give what is asked for meanwhile."""
        self.page.clock.run_for(round(seconds * 1000))
        asked: list[str] = self.page.evaluate("asked.splice(0)")
        return asked


@pytest.fixture
def window(browser: Browser, desk: Desk, ada: Visitor) -> Iterator[Window]:
    page, wrong = opened(browser, desk, ada)
    yield Window(page)
    assert wrong == []
    page.context.close()


def cards(asked: str) -> set[str]:
    return set(asked.split(","))


def test_twenty_events_are_one_question_for_what_they_touch(window: Window) -> None:
    window.hear(*(f"alarm:{number}" for number in range(20)))
    (asked,) = window.passes(1)
    assert cards(asked) == {"called", "alarms", "state", "owed", "menu"}
    window.shown()
    window.hear("invitation:1", "maintenance:1")
    assert window.passes(0.9) == [], "at most once in two seconds"
    window.hear("channel:1", "thread:7")
    (asked,) = window.passes(0.3)
    assert cards(asked) == {"steps", "maintenance", "state", "owed"}
    window.shown()
    window.hear("thread:8", "post:9")
    assert window.passes(10) == [], "they stand on no card"


def test_what_may_have_changed_all_asks_for_the_whole(window: Window) -> None:
    for subjects in (("alarm:1", "*"), ("what-a-later-version-tells:1",), ("process",)):
        window.hear(*subjects)
        assert window.passes(2) == [WHOLE]
        window.shown()


def test_while_one_question_is_asked_no_other_is_and_nothing_is_lost(window: Window) -> None:
    window.hold()
    window.hear("silence:1")
    assert len(window.passes(1)) == 1
    window.hear("maintenance:1")
    assert window.passes(60) == []
    window.release()
    assert [cards(one) for one in window.passes(1)] == [{"maintenance", "state", "owed"}]
    window.shown()


def test_what_failed_is_asked_for_again_a_little_later(window: Window) -> None:
    window.hold()
    window.hear("silence:1")
    (asked,) = window.passes(1)
    window.release(failing=True)
    assert window.passes(4) == [], "the desk is left in peace for a moment"
    assert [cards(one) for one in window.passes(3)] == [cards(asked)]
    window.shown()
    assert window.passes(60) == []


def test_a_hidden_window_whose_question_failed_asks_again_whether_somebody_is_called(
    window: Window,
) -> None:
    window.look(away=True)
    window.hold()
    window.hear("page:1")
    assert window.passes(1) == ["called"]
    window.release(failing=True)
    assert window.passes(8) == ["called"]
    window.shown()
    assert window.passes(60) == []


def test_a_hidden_window_asks_nothing_until_it_is_seen_again(window: Window) -> None:
    window.look(away=True)
    window.hear("invitation:1", "maintenance:1", "invitation:2")
    assert window.passes(600) == []
    window.look(away=False)
    assert [cards(one) for one in window.passes(1)] == [{"steps", "maintenance", "state", "owed"}]
    window.shown()
    window.look(away=True)
    window.look(away=False)
    assert window.passes(10) == [], "nothing changed meanwhile"


def test_who_is_on_is_asked_for_when_that_ends_though_nothing_happens(window: Window) -> None:
    assert window.passes(3600) == []
    window.hold()
    (asked,) = window.passes(5 * 3600)
    assert cards(asked) == {"state", "owed", "on"}
    window.release()


@pytest.fixture
def declare(ada: Visitor) -> Iterator[Callable[[str], None]]:
    """Give what declares an incident, which is over for the next test."""
    declared: list[str] = []

    def declare(title: str) -> None:
        shown = ada.do("incident.declare", "new", title=title)
        declared.append(shown.url.path.rpartition("/")[2])

    yield declare
    for number in declared:
        ada.do("incident.resolve", f"incident:{number}", text="It is over")


def test_what_changed_is_shown_and_the_rest_stays(
    window: Window, declare: Callable[[str], None]
) -> None:
    window.page.evaluate("document.getElementById('now-on').dataset.mine = 'kept'")
    declare("Visits can't be booked")
    window.hear("incident:1")
    (asked,) = window.passes(1)
    assert cards(asked) == {"called", "incidents", "alarms", "state", "owed", "menu"}
    shown = window.page.locator("#now-incidents")
    expect(shown.get_by_role("link", name="Visits can't be booked")).to_be_visible()
    counted = window.page.locator("#menu").get_by_role("link", name="Incidents")
    expect(counted).to_contain_text("1")
    expect(window.page.locator("#now-on")).to_have_attribute("data-mine", "kept")


def test_what_is_typed_and_what_is_open_stay_until_one_has_done(window: Window) -> None:
    window.page.evaluate(
        """document.getElementById("now-maintenance").innerHTML = "<textarea></textarea>";
        document.getElementById("now-alarms").innerHTML += "<details><p>More</p></details>";
        document.querySelector("#now-alarms details").open = true;"""
    )
    box = window.page.locator("#now-maintenance textarea")
    box.fill("half a thought")
    window.hear("maintenance:1")
    assert len(window.passes(1)) == 1
    window.shown()
    expect(box).to_have_value("half a thought")
    expect(window.page.locator("#now-alarms details")).to_have_attribute("open", "")
    box.blur()
    window.hear("invitation:1")
    (asked,) = window.passes(2)
    assert cards(asked) == {"steps", "maintenance"}
    window.shown()
    expect(box).not_to_be_attached()
