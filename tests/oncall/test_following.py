"""Pages in PagerDuty beside the desk's own calls: told in order, followed, and never in the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doubles.pagerduty import INTEGRATION, PagerDuty
from dutydesk.journal.models import JournalEntry
from dutydesk.oncall.flows import pager_outbound
from dutydesk.oncall.flows.events import PageCalled
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Delivery
from dutydesk.ports.pager import key_of
from dutydesk.site.health import health, well
from testing.pagerduty import PagedWorld, account, connect, hear, look, status

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


@pytest.fixture
def double() -> Iterator[PagerDuty]:
    double = PagerDuty()
    try:
        yield double
    finally:
        double.close()


@pytest.fixture
def desk(tmp_path: Path, double: PagerDuty, settings: Any) -> PagedWorld:
    connect(account(double))
    settings.BASE_URL = "https://desk.example.org"
    desk = PagedWorld(tmp_path, "2026-11-24T08:00")
    desk.shifts(primary="Ada", secondary="Ben")
    return desk


@pytest.mark.clause("oncall.rota", "oncall.escalate")
def test_a_page_is_pushed_once_and_what_becomes_of_it_in_order(
    desk: PagedWorld, double: PagerDuty
) -> None:
    page = desk.page()
    assert status(double, page) == "triggered"
    assert double.events[0]["payload"]["summary"] == "Visits are down"
    assert double.events[0]["links"][0]["href"] == f"https://desk.example.org/pages/{page.pk}"
    desk.forward(minutes=6)  # Ben is called too: that is no second incident.
    desk.settle()
    assert double.actions == ["trigger"]
    desk.press("Ben", "page.acknowledge", page.about)
    desk.settle()
    assert status(double, page) == "acknowledged"
    desk.over()
    assert status(double, page) == "resolved"
    assert double.actions == ["trigger", "acknowledge", "resolve"]


def test_a_second_answer_after_the_desk_asked_again_is_pushed_too(
    desk: PagedWorld, double: PagerDuty
) -> None:
    page = desk.page()
    desk.press("Ada", "page.acknowledge", page.about)
    desk.settle()
    desk.forward(minutes=31)
    desk.settle()
    assert Page.objects.get().state == "calling"
    desk.press("Ada", "page.acknowledge", page.about)
    desk.settle()
    assert double.actions == ["trigger", "acknowledge", "acknowledge"]


def test_what_pagerduty_never_had_is_not_pushed_when_it_is_taken_or_over(
    desk: PagedWorld, double: PagerDuty
) -> None:
    double.mood = "broken"
    page = desk.page()
    desk.press("Ada", "page.acknowledge", page.about)
    desk.over()
    double.mood = "success"
    desk.forward(minutes=12)
    desk.settle()
    assert double.incidents == []  # Nobody is called about a page that is over.
    assert "trigger" not in double.actions


def test_a_push_whose_answer_was_lost_is_still_settled_there(
    desk: PagedWorld, double: PagerDuty
) -> None:
    double.mood = "swallow"
    page = desk.page()
    assert status(double, page) == "triggered"
    double.mood = "success"
    desk.press("Ada", "page.acknowledge", page.about)
    desk.settle()
    assert status(double, page) == "acknowledged"
    desk.over()
    assert status(double, page) == "resolved"


def test_a_try_that_went_on_while_it_was_resolved_there_leaves_nothing_open(
    desk: PagedWorld, double: PagerDuty
) -> None:
    double.mood = "swallow"
    page = desk.page()
    double.mood = "success"
    sender = outbox._senders[pager_outbound.KIND]

    class Slow:
        def deliver(self, parcel: Delivery) -> str:
            if parcel.payload["action"] == "trigger":
                hear(desk, double.press(key_of(page.pk), "resolved", "PADA", desk.at))
            return sender.deliver(parcel)

    outbox.deliver_with(pager_outbound.KIND, Slow())
    desk.forward(seconds=3)
    desk.settle()
    assert len(double.incidents) == 2
    assert status(double, page) == "resolved"


def test_a_page_that_is_held_or_only_rehearses_one_is_not_pushed(
    tmp_path: Path, double: PagerDuty
) -> None:
    connect(account(double))
    desk = PagedWorld(tmp_path, "2026-11-24T02:00")
    desk.shifts(primary="Ada")
    page = desk.page()
    assert page.state == "held"
    assert double.events == []
    desk.forward(hours=5, minutes=1)
    desk.settle()
    assert double.actions == ["trigger"]
    assert not pager_outbound.concerns(PageCalled(1, "rehearsal:1", "Ada"))
    assert pager_outbound.concerns(PageCalled(1, "alarm:1", "Ada"))


@pytest.mark.clause("hours.closed")
@pytest.mark.parametrize("asked", ["told", "asked"])
def test_a_page_that_is_held_again_calls_nobody_there_until_it_calls_here(
    tmp_path: Path, double: PagerDuty, asked: str
) -> None:
    connect(account(double))
    desk = PagedWorld(tmp_path, "2026-11-24T21:58")
    desk.shifts(primary="Ada")
    page = desk.page()
    assert status(double, page) == "triggered"
    desk.forward(minutes=6)
    assert Page.objects.get().state == "held", "nobody is promised by now"
    assert status(double, page) == "resolved"
    if asked == "told":
        found = double.latest(key_of(page.pk))
        hear(desk, double.webhook(found, "incident.resolved", INTEGRATION, desk.at))
    else:
        desk.forward(minutes=6)
        assert look(desk, double) == 0, "it is not there any more"
    assert not JournalEntry.objects.filter(kind="page.noted").exists(), "the desk did it itself"
    desk.at = desk.moment("2026-11-25T07:00")
    desk.forward(minutes=1)
    assert (Page.objects.get().state, status(double, page)) == ("calling", "triggered")
    desk.press("Ada", "page.acknowledge", page.about)
    desk.settle()
    desk.over()
    told = ["trigger", "resolve"]
    assert double.actions == [*told, "trigger", "acknowledge", "resolve"]
    assert [one.status for one in double.incidents] == ["resolved", "resolved"]


@pytest.mark.clause("hours.closed")
def test_who_takes_a_page_that_is_held_again_opens_nothing_there(
    tmp_path: Path, double: PagerDuty
) -> None:
    connect(account(double))
    desk = PagedWorld(tmp_path, "2026-11-24T21:58")
    desk.shifts(primary="Ada")
    page = desk.page()
    desk.forward(minutes=6)
    desk.press("Ada", "page.acknowledge", page.about)
    desk.over()
    assert double.actions == ["trigger", "resolve"]


def test_without_a_routing_key_nothing_is_pushed(tmp_path: Path, double: PagerDuty) -> None:
    connect(account(double, routing_key=""))
    desk = PagedWorld(tmp_path, "2026-11-24T08:00")
    desk.shifts(primary="Ada")
    desk.page()
    assert double.asked == []
    assert "pagerduty" not in [check.name for check in health(desk.at)]


def test_a_failing_pagerduty_stops_nobody_and_is_said_once(
    desk: PagedWorld, double: PagerDuty
) -> None:
    double.mood = "reset"
    page = desk.page()
    desk.forward(minutes=6)
    for _ in range(3):
        desk.settle()
        look(desk, double)
    assert [call.engineer.name for call in page.calls.all()] == ["Ada", "Ben"]
    said = [text for text in desk.said(TEAM) if "not in step" in text]
    assert len(said) == 1
    assert "can't be reached" in said[0]
    checks = health(desk.at)
    check = next(one for one in checks if one.name == "pagerduty")
    assert not check.well
    assert not check.vital
    assert well(tuple(one for one in checks if one.name != "worker"))


def test_a_wrong_key_is_said_at_once_and_no_more_when_it_is_mended(
    desk: PagedWorld, double: PagerDuty
) -> None:
    double.mood = "refusal"
    desk.page()
    assert [text for text in desk.said(TEAM) if "PagerDuty refused it (400)" in text]
    assert pager_outbound.trouble(at=desk.at)
    desk.over()
    double.mood = "success"
    desk.page()
    assert pager_outbound.trouble(at=desk.at) == ""
