"""What comes new into a page that somebody has calls them only while it goes on."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.chat.models import Post
from dutydesk.kernel.periods import Period
from dutydesk.oncall.flows import snoozes
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people
from dutydesk.ports.delivery import MAIL, Delivery
from dutydesk.rota.flows import edits
from testing.pages import called, page
from testing.screens import seen, visit
from testing.storms import begin, bundle_of, many, receive, telling
from testing.storms import called as called_for
from testing.tellings import alert, ends, evening, tell
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.respond", "oncall.escalate")]
UNTIL = "2026-11-24T21:00"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


def taken(world: World, *, until: str = "") -> Told:
    """Let something be down that Ben has, and puts off; give that."""
    down = alert("Down", world.at)
    tell(world, down)
    world.press("Ben", "page.acknowledge", page().about)
    if until:
        world.press("Ben", "page.snooze", page().about, until=until)
    return down


def news(world: World, down: Told, *, lasts: float) -> None:
    """Let another thing be wrong besides for so many minutes."""
    slow = alert("Slow", world.at)
    tell(world, down, slow)
    world.forward(minutes=lasts)
    tell(world, down, *ends(slow, at=world.at))


@pytest.mark.parametrize(("until", "asked"), [(UNTIL, "21:00"), ("", "19:30")])
@pytest.mark.parametrize("lasts", [1, 7])
def test_once_the_news_is_over_a_page_is_theirs_as_before(
    world: World, until: str, asked: str, lasts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    down = taken(world, until=until)
    world.forward(minutes=10)
    news(world, down, lasts=lasts)
    before = ["Ben", "Ben"] if lasts == 1 else ["Ben", "Ben", "Cy"]
    assert (called(), page().state) == (before, "acknowledged")
    assert f"Asked again: today at {asked} GMT" in "".join(world.said("#high-priority-alarms"))
    shown = seen(visit("Ben").get(f"/pages/{page().pk}"))
    assert ("Put off until" in shown) == bool(until)
    again = world.moment(f"2026-11-24T{asked}")
    world.forward(seconds=(again - world.at).total_seconds() - 1)
    assert called() == before
    world.forward(seconds=1)
    assert called() == [*before, "Ben"]
    assert page().put_off_until is None


def test_while_the_news_goes_on_all_are_called_in_their_order(world: World) -> None:
    down, slow = taken(world, until=UNTIL), alert("Slow", world.at)
    world.forward(minutes=10)
    tell(world, down, slow)
    world.forward(minutes=6)
    tell(world, down, replace(slow, annotations={"summary": "Slower"}))
    assert (called(), page().state) == (["Ben", "Ben", "Cy"], "calling")
    world.press("Cy", "page.acknowledge", page().about)
    tell(world, down, *ends(slow, at=world.at))
    found = page()
    assert found.acknowledged_by is not None and found.acknowledged_by.name == "Cy"
    assert found.put_off_until is None, "what Ben put off is Cy's by now"


def test_what_is_heard_again_after_its_silence_is_news_though_it_began_before(
    world: World,
) -> None:
    until = world.at + timedelta(hours=1)
    wanted = SilenceDraft((Matcher("alertname", "=", "Slow"),), world.at, until, "Known")
    quiet = silences.silence(wanted=wanted, by="Ada", at=world.at)
    down, slow = alert("Down", world.at), alert("Slow", world.at)
    tell(world, down, slow)
    world.forward(minutes=2)
    world.press("Ben", "page.acknowledge", page().about)
    world.forward(minutes=2)
    silences.lift(silence=quiet.pk, by="Ada", at=world.at)
    world.settle()
    assert called() == ["Ben", "Ben"]
    tell(world, down, replace(slow, annotations={"summary": "Slower"}))
    assert page().state == "calling"
    world.forward(minutes=5)
    assert called() == ["Ben", "Ben", "Cy"]


def test_what_is_silenced_is_no_news_any_more(world: World) -> None:
    down = taken(world, until=UNTIL)
    world.forward(minutes=10)
    tell(world, down, alert("Slow", world.at))
    until = world.at + timedelta(hours=1)
    wanted = SilenceDraft((Matcher("alertname", "=", "Slow"),), world.at, until, "Known")
    silences.silence(wanted=wanted, by="Ada", at=world.at)
    world.settle()
    assert (page().state, page().put_off_until) == ("acknowledged", world.moment(UNTIL))


def test_when_they_would_be_asked_by_now_they_are_though_the_news_is_over(world: World) -> None:
    down = taken(world)
    world.forward(minutes=25)
    news(world, down, lasts=8)
    assert (called(), page().state) == (["Ben", "Ben", "Cy"], "calling")


@pytest.mark.clause("hours.closed")
def test_at_night_too_the_page_is_theirs_again_who_has_the_shift(world: World) -> None:
    world.forward(hours=4)
    down, slow = (alert(name, world.at, service="DNS") for name in ("Down", "Slow"))
    tell(world, down)
    world.press("Ben", "page.acknowledge", page().about)
    world.forward(minutes=10)
    tell(world, down, slow)
    world.forward(minutes=1)
    tell(world, down, *ends(slow, at=world.at))
    assert (called(), page().state) == (["Ben", "Ben"], "acknowledged")


@pytest.mark.parametrize("why", ["left", "gave it away"])
def test_a_page_is_not_theirs_again_who_left_or_gave_their_shift_away(
    world: World, why: str
) -> None:
    down, slow = taken(world, until=UNTIL), alert("Slow", world.at)
    world.forward(minutes=10)
    tell(world, down, slow)
    if why == "left":
        people.set_active(engineer=number("Ben"), active=False, at=world.at)
    else:
        rest = Period(world.at, world.at + timedelta(hours=2))
        ada, ben = number("Ada"), number("Ben")
        edits.override(duty="primary", span=rest, add=ada, remove=ben, at=world.at, by="Ben")
    world.settle()
    tell(world, down, *ends(slow, at=world.at))
    assert page().state == "calling"


def test_who_covers_no_more_is_passed_over_though_what_joined_is_over(world: World) -> None:
    down = taken(world, until=UNTIL)
    world.forward(minutes=10)
    rest = Period(world.at, world.at + timedelta(hours=2))
    ada, ben = number("Ada"), number("Ben")
    edits.override(duty="primary", span=rest, add=ada, remove=ben, at=world.at, by="Ben")
    snoozes.look_after(at=world.at)
    world.settle()
    assert called() == ["Ben", "Ada"]
    tell(world, replace(down, annotations={"summary": "Visits are quite down"}))
    assert page().state == "calling", "nothing new came that could be over"


class Taken:
    """Takes every mail."""

    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.mark.parametrize("put_off", [True, False])
def test_what_joined_a_bundle_and_is_over_calls_nobody(tmp_path: Path, put_off: bool) -> None:
    world = begin(tmp_path)
    outbox.deliver_with(MAIL, Taken())
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    if put_off:
        world.press("Ben", "page.snooze", bundle.about, until=UNTIL)
    for _ in range(2):
        world.forward(seconds=10)
        receive(world, telling(world, "W1"))
        assert bundle_of("V7").put_off_until is None
        world.forward(seconds=10)
        receive(world, telling(world, "W1", firing=False))
        assert bundle_of("V7").put_off_until == (world.moment(UNTIL) if put_off else None)
    mails = OutboxMessage.objects.filter(kind=MAIL, key__contains=":more")
    assert mails.count() == 2, "each is news, and told"
    told = Post.objects.filter(key__contains=":more")
    assert [post.words.title for post in told] == ["Answered", "Answered"]
    world.forward(minutes=29)
    assert called_for(bundle) == ["Ben"]
    world.at = world.moment(UNTIL if put_off else "2026-11-24T19:30")
    world.forward(seconds=1)
    assert called_for(bundle) == ["Ben", "Ben"]


def test_one_of_two_that_joined_is_over_and_the_other_is_called_for(tmp_path: Path) -> None:
    world = begin(tmp_path)
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    world.press("Ben", "page.snooze", bundle.about, until=UNTIL)
    world.forward(seconds=10)
    receive(world, telling(world, "W1"), telling(world, "W2"))
    world.forward(seconds=10)
    receive(world, telling(world, "W1", firing=False))
    world.forward(minutes=5)
    assert called_for(bundle) == ["Ben", "Ben"]
    receive(world, telling(world, "W2", firing=False))
    assert bundle_of("V7").put_off_until == world.moment(UNTIL)
    world.forward(minutes=30)
    assert called_for(bundle) == ["Ben", "Ben"]
