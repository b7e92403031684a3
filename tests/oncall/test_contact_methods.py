"""By which contact methods a person is called, in which order, and what happens when one fails."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.journal.models import JournalEntry
from dutydesk.oncall.flows import contact_methods
from dutydesk.oncall.models import ContactMethod
from dutydesk.oncall.rules.notification_rules import ContactRoute, routes
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import DeliveryAttempt, OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import Delivery
from testing.pages import alarm, called, hook, method, page
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
TEAM, HIGH = "#cloud-platform", "#high-priority-alarms"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def outcomes() -> list[tuple[str, str]]:
    tries = DeliveryAttempt.objects.filter(message__kind="contact-method").order_by("began", "pk")
    return list(tries.values_list("outcome", "reason"))


@pytest.mark.clause("oncall.respond")
def test_a_call_goes_to_every_contact_method_each_after_its_delay(world: World) -> None:
    with hook() as push, hook() as phone:
        method(world, "Ben", phone, delay=2)
        method(world, "Ben", push)
        alarm(world)
        assert (len(push.asked), len(phone.asked)) == (1, 0)
        assert push.json()[0]["title"] == "Page: Visits can't be booked"
        assert "/pages/answer/" in push.json()[0]["message"]
        world.forward(minutes=1, seconds=59)
        assert len(phone.asked) == 0
        world.forward(seconds=1)
        assert (len(push.asked), len(phone.asked)) == (1, 1)
        keys = (
            OutboxMessage.objects.filter(kind="contact-method")
            .order_by("pk")
            .values_list("key", flat=True)
        )
        call = page().calls.get().pk
        assert set(keys) == {f"page-call:{call}:{one.pk}" for one in ContactMethod.objects.all()}


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize("how", ["acknowledged", "resolved"])
def test_what_is_still_owed_is_withdrawn_once_it_is_not_needed(world: World, how: str) -> None:
    with hook() as phone:
        method(world, "Ben", phone, delay=3)
        alarm(world)
        world.forward(minutes=1)
        if how == "acknowledged":
            world.press("Ben", "page.acknowledge", page().about)
        else:
            alarm(world, firing=False)
        world.forward(minutes=20)
        assert phone.asked == []
    assert OutboxMessage.objects.get(kind="contact-method").state == "withdrawn"


@pytest.mark.clause("oncall.escalate")
def test_a_contact_method_that_is_refused_falls_to_the_next_at_once(world: World) -> None:
    with hook("refusal") as push, hook() as phone, hook() as last:
        method(world, "Ben", push)
        method(world, "Ben", phone, delay=2)
        method(world, "Ben", last, delay=4)
        alarm(world)
        assert (len(push.asked), len(phone.asked), len(last.asked)) == (1, 1, 0)
        assert outcomes() == [("failed", "it answered 403"), ("sent", "")]
        assert called() == ["Ben"]
        failing = ContactMethod.objects.get(name="hook 1")
        assert (failing.failing_since, failing.failing_why) == (world.at, "it answered 403")


@pytest.mark.clause("oncall.escalate")
def test_a_contact_method_that_is_busy_falls_to_the_next_and_stays_owed(world: World) -> None:
    with hook("broken") as push, hook() as phone:
        method(world, "Ben", push)
        method(world, "Ben", phone, delay=2)
        alarm(world)
        assert (len(push.asked), len(phone.asked)) == (1, 1)
        push.mood = "success"
        world.forward(seconds=3)
        assert len(push.asked) == 2
        assert outcomes()[-1] == ("sent", "")
        assert ContactMethod.objects.get(name="hook 1").failing_since is None
        world.forward(minutes=2)
        assert len(phone.asked) == 1


@pytest.mark.clause("oncall.escalate")
def test_if_no_contact_method_of_a_person_works_the_next_person_is_called_at_once(
    world: World,
) -> None:
    with hook("refusal") as nothing, hook() as push:
        method(world, "Ben", nothing)
        method(world, "Cy", push)
        alarm(world)
        assert called() == ["Ben", "Cy"]
        assert len(push.asked) == 1
        texts = JournalEntry.objects.filter(kind="page.skipped").values_list("text", flat=True)
        assert list(texts) == ["None of Ben's contact methods works"]


@pytest.mark.clause("oncall.escalate")
def test_if_nobody_s_contact_methods_work_the_team_is_told_at_once_and_rounds_keep_their_pace(
    world: World,
) -> None:
    with hook("refusal") as nothing:
        method(world, "Ben", nothing)
        method(world, "Cy", nothing)
        alarm(world)
        assert called() == ["Ben", "Cy"]
        assert "Can somebody take it?" in world.said(TEAM)[-1]
        world.forward(minutes=4)
        assert len(nothing.asked) == 2
        world.forward(minutes=1)
        assert called() == ["Ben", "Cy", "Ben"]
        # A contact method that failed last is not relied on, so the chat is used as well.
        assert "Ben, you are called: Visits can't be booked" in world.said(HIGH)


@pytest.mark.clause("oncall.escalate")
def test_whoever_nothing_reaches_is_skipped_at_once_and_on_record(world: World) -> None:
    Engineer.objects.filter(name="Ben").update(account=None)
    alarm(world)
    assert called() == ["(Ben)", "Cy"]
    assert (
        JournalEntry.objects.get(kind="page.skipped").text
        == "Ben was not called: nothing reaches them"
    )


@pytest.mark.clause("oncall.escalate")
def test_where_nothing_reaches_anybody_the_team_hears_of_it(world: World) -> None:
    Engineer.objects.update(account=None)
    alarm(world)
    assert page().state == "held"
    assert "nothing reaches those who have the shift" in world.said(HIGH)[-1]
    assert "Nothing reaches whoever this page would call now" in world.said(TEAM)[-1]


@pytest.mark.clause("oncall.respond")
def test_without_contact_methods_of_their_own_a_person_is_mentioned_in_the_chat(
    world: World,
) -> None:
    alarm(world)
    assert "Ben, you are called: Visits can't be booked" in world.said(HIGH)
    assert "You were called by chat" in "".join(world.said(HIGH))


@pytest.mark.clause("oncall.respond")
def test_a_contact_method_that_is_not_verified_is_tried_last_and_not_relied_on(
    world: World,
) -> None:
    with hook() as push:
        method(world, "Ben", push, verified=False)
        alarm(world)
        assert push.asked == []
        assert "Ben, you are called: Visits can't be booked" in world.said(HIGH)
        world.forward(minutes=1)
        assert len(push.asked) == 1


class Postbox:
    """Keeps the e-mail that it is given."""

    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []

    def deliver(self, parcel: Delivery) -> str:
        self.letters.append(parcel.payload)
        return parcel.key


@pytest.mark.clause("oncall.respond")
def test_e_mail_goes_to_the_team_s_address_or_to_one_of_their_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Postbox()
    monkeypatch.setitem(outbox._senders, "email", post)
    ben, cy = (Engineer.objects.get(name=name) for name in ("Ben", "Cy"))
    home: dict[str, Any] = {
        "name": "Home",
        "address": "ben@home.example",
        "delay": 0,
        "by": "Ben",
        "at": world.at,
    }
    one = contact_methods.add(engineer=ben.pk, **home)
    assert one.kind == "e-mail"
    contact_methods.test(method=one.pk, engineer=ben.pk, at=world.at)
    world.settle()
    code = re.findall(r"code is (\d{6})", post.letters[0]["body"])[0]
    contact_methods.verify(method=one.pk, code=code, engineer=ben.pk, at=world.at)
    alarm(world)
    assert [letter["to"] for letter in post.letters] == ["ben@home.example"] * 2
    world.forward(minutes=5)
    assert post.letters[-1]["to"] == cy.email
    assert "You were called by e-mail and chat" in "".join(world.said(HIGH))


own_methods = st.lists(
    st.builds(
        ContactRoute,
        key=st.integers(1, 99).map(str),
        name=st.just("x"),
        carrier=st.just("method"),
        delay=st.integers(0, 9),
        order=st.integers(0, 9),
        verified=st.booleans(),
        relied=st.just(True),
    ),
    max_size=6,
    unique_by=lambda route: route.key,
)


@given(own=own_methods)
def test_every_contact_method_is_used_verified_ones_first_and_something_sure_is_there(
    own: list[Any],
) -> None:
    sure = [ContactRoute("email", "e-mail", "email"), ContactRoute("chat", "chat", "mention")]
    found = routes(own, sure)
    assert {route.key for route in own} <= {route.key for route in found}
    kinds = [route.verified for route in found]
    assert kinds == sorted(kinds, reverse=True)
    assert [route.delay for route in found] == sorted(route.delay for route in found)
    assert found[0].verified
    if any(route.verified for route in own):
        assert len(found) == len(own)
