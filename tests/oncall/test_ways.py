"""By which ways a person is called, in which order, and what happens when one fails."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.chat.models import Post
from dutydesk.journal.models import JournalEntry
from dutydesk.oncall.flows import contact_methods
from dutydesk.oncall.models import ContactMethod
from dutydesk.oncall.rules.notification_rules import ContactRoute, mask, routes
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import DeliveryAttempt, OutboxMessage
from dutydesk.people.flows import people
from dutydesk.people.models import Account, Engineer
from dutydesk.ports.delivery import Delivery
from oncall.raising import alarm, called, hook, page, way
from testing.visiting import visit
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
    tries = DeliveryAttempt.objects.filter(message__kind="way").order_by("began", "pk")
    return list(tries.values_list("outcome", "reason"))


@pytest.mark.clause("oncall.respond")
def test_a_call_goes_to_every_way_each_after_its_delay(world: World) -> None:
    with hook() as push, hook() as phone:
        way(world, "Ben", phone, delay=2)
        way(world, "Ben", push)
        alarm(world)
        assert (len(push.asked), len(phone.asked)) == (1, 0)
        assert push.json()[0]["title"] == "Page: Visits can't be booked"
        assert "/pages/answer/" in push.json()[0]["message"]
        world.forward(minutes=1, seconds=59)
        assert len(phone.asked) == 0
        world.forward(seconds=1)
        assert (len(push.asked), len(phone.asked)) == (1, 1)
        keys = OutboxMessage.objects.filter(kind="way").values_list("key", flat=True)
        call = page().calls.get().pk
        assert set(keys) == {f"page-call:{call}:{one.pk}" for one in ContactMethod.objects.all()}


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize("how", ["acknowledged", "resolved"])
def test_what_is_still_owed_is_withdrawn_once_it_is_not_needed(world: World, how: str) -> None:
    with hook() as phone:
        way(world, "Ben", phone, delay=3)
        alarm(world)
        world.forward(minutes=1)
        if how == "acknowledged":
            world.press("Ben", "page.acknowledge", page().about)
        else:
            alarm(world, firing=False)
        world.forward(minutes=20)
        assert phone.asked == []
    assert OutboxMessage.objects.get(kind="way").state == "withdrawn"


@pytest.mark.clause("oncall.escalate")
def test_a_way_that_is_refused_falls_to_the_next_at_once(world: World) -> None:
    with hook("refusal") as push, hook() as phone, hook() as last:
        way(world, "Ben", push)
        way(world, "Ben", phone, delay=2)
        way(world, "Ben", last, delay=4)
        alarm(world)
        assert (len(push.asked), len(phone.asked), len(last.asked)) == (1, 1, 0)
        assert outcomes() == [("failed", "it answered 403"), ("sent", "")]
        assert called() == ["Ben"]
        failing = ContactMethod.objects.get(name="hook 1")
        assert (failing.failing_since, failing.failing_why) == (world.at, "it answered 403")


@pytest.mark.clause("oncall.escalate")
def test_a_way_that_is_busy_falls_to_the_next_and_stays_owed(world: World) -> None:
    with hook("broken") as push, hook() as phone:
        way(world, "Ben", push)
        way(world, "Ben", phone, delay=2)
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
def test_if_no_way_of_a_person_works_the_next_person_is_called_at_once(world: World) -> None:
    with hook("refusal") as nothing, hook() as push:
        way(world, "Ben", nothing)
        way(world, "Cy", push)
        alarm(world)
        assert called() == ["Ben", "Cy"]
        assert len(push.asked) == 1
        texts = JournalEntry.objects.filter(kind="page.skipped").values_list("text", flat=True)
        assert list(texts) == ["None of Ben's ways works"]


@pytest.mark.clause("oncall.escalate")
def test_if_nobody_s_ways_work_the_team_is_told_at_once_and_rounds_keep_their_pace(
    world: World,
) -> None:
    with hook("refusal") as nothing:
        way(world, "Ben", nothing)
        way(world, "Cy", nothing)
        alarm(world)
        assert called() == ["Ben", "Cy"]
        assert "Can somebody take it?" in world.said(TEAM)[-1]
        world.forward(minutes=4)
        assert len(nothing.asked) == 2
        world.forward(minutes=1)
        assert called() == ["Ben", "Cy", "Ben"]
        # A way that failed last is not relied on, so the chat is used as well.
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
def test_without_ways_of_their_own_a_person_is_mentioned_in_the_chat(world: World) -> None:
    alarm(world)
    assert "Ben, you are called: Visits can't be booked" in world.said(HIGH)
    assert "You were called by chat" in "".join(world.said(HIGH))


@pytest.mark.clause("oncall.respond")
def test_a_way_that_is_not_verified_is_tried_last_and_not_relied_on(world: World) -> None:
    with hook() as push:
        way(world, "Ben", push, verified=False)
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
    contact_methods.test(way=one.pk, engineer=ben.pk, at=world.at)
    world.settle()
    code = re.findall(r"code is (\d{6})", post.letters[0]["body"])[0]
    contact_methods.verify(way=one.pk, code=code, engineer=ben.pk, at=world.at)
    alarm(world)
    assert [letter["to"] for letter in post.letters] == ["ben@home.example"] * 2
    world.forward(minutes=5)
    assert post.letters[-1]["to"] == cy.email
    assert "You were called by e-mail and chat" in "".join(world.said(HIGH))


own_ways = st.lists(
    st.builds(
        ContactRoute,
        key=st.integers(1, 99).map(str),
        name=st.just("x"),
        carrier=st.just("way"),
        delay=st.integers(0, 9),
        order=st.integers(0, 9),
        verified=st.booleans(),
        relied=st.just(True),
    ),
    max_size=6,
    unique_by=lambda route: route.key,
)


@given(own=own_ways)
def test_every_way_is_used_verified_ones_first_and_something_sure_is_there(own: list[Any]) -> None:
    sure = [ContactRoute("email", "e-mail", "email"), ContactRoute("chat", "chat", "mention")]
    found = routes(own, sure)
    assert {route.key for route in own} <= {route.key for route in found}
    kinds = [route.verified for route in found]
    assert kinds == sorted(kinds, reverse=True)
    assert [route.delay for route in found] == sorted(route.delay for route in found)
    assert found[0].verified
    if any(route.verified for route in own):
        assert len(found) == len(own)


def test_a_way_is_verified_by_the_link_in_its_test(world: World) -> None:
    with hook() as push:
        one = way(world, "Ben", push, verified=False)
        ben = visit("Ben")
        said = ben.post("/pages/ways/", {"what": "test", "way": one.pk}, follow=True)
        assert "A test goes to hook 1" in said.content.decode()
        world.settle()
        link = re.findall(r"/pages/ways/confirm/\S+", push.json()[0]["message"])[0]
        stranger = Client()
        assert "Did the test reach you?" in stranger.get(link).content.decode()
        one.refresh_from_db()
        assert one.verified_at is None
        assert "It reached you" in stranger.post(link).content.decode()
        one.refresh_from_db()
        assert one.verified_at == world.at
        assert stranger.post(link).status_code == 410


def test_a_way_is_verified_by_the_code_in_its_last_test(world: World) -> None:
    with hook() as push:
        one = way(world, "Ben", push, verified=False)
        ben = visit("Ben")

        def code(typed: str) -> int:
            sent = {"what": "code", "way": one.pk, "code": typed}
            return ben.post("/pages/ways/", sent).status_code

        def sent() -> str:
            ben.post("/pages/ways/", {"what": "test", "way": one.pk})
            world.settle()
            return str(re.findall(r"code is (\d{6})", push.json()[-1]["message"])[0])

        assert code("") == 422
        first = sent()
        again = ben.post("/pages/ways/", {"what": "test", "way": one.pk})
        assert "less than a minute ago" in again.content.decode()
        world.forward(minutes=2)
        second = sent()
        assert code(first) == 422 or first == second
        world.forward(hours=25)
        assert code(second) == 422
        assert code(sent()) == 302
    one.refresh_from_db()
    assert one.verified_at == world.at


def test_an_address_is_shown_masked_and_written_nowhere_else(world: World) -> None:
    with hook("refusal") as push:
        address = f"json://{push.address}/very-secret-hook"
        ben = visit("Ben")
        added = {"what": "add", "name": "Push", "address": address, "delay": "0"}
        shown = ben.post("/pages/ways/", added, follow=True).content.decode()
        assert "json://…hook" in shown
        ContactMethod.objects.update(verified_at=world.at)
        alarm(world)
        assert len(push.asked) == 1
        seen = [
            shown,
            ben.get("/pages/ways/").content.decode(),
            ben.get(f"/pages/{page().pk}").content.decode(),
            ben.get(page().subject.replace(":", "s/").join("/ ").strip()).content.decode(),
            *(str(row) for row in OutboxMessage.objects.values()),
            *(str(row) for row in DeliveryAttempt.objects.values()),
            *(str(row) for row in JournalEntry.objects.values()),
            *(str(row) for row in Post.objects.values()),
        ]
        assert not [text for text in seen if "very-secret" in text or push.address in text]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("json://127.0.0.1:80/abcdefgh", "json://…efgh"),
        ("pover://u@t", "pover://…"),
        ("ada@example.org", "….org"),
        ("chat", "chat"),
    ],
)
def test_a_mask_shows_four_characters_at_most(address: str, shown: str) -> None:
    assert mask(address) == shown


def test_ways_are_one_s_own_and_administrators_may_open_them(world: World) -> None:
    with hook() as push:
        one = way(world, "Ben", push)
    ben = Engineer.objects.get(name="Ben")
    mine = {"what": "remove", "way": one.pk}
    assert visit("Cy").post("/pages/ways/", mine).status_code == 422
    assert visit("Cy").get(f"/pages/ways/?engineer={ben.pk}").status_code == 403
    assert visit("Uma").get("/pages/ways/").status_code == 403
    Account.objects.filter(name="Uma").update(is_administrator=True)
    uma = visit("Uma")
    assert f"?engineer={ben.pk}" in uma.get("/pages/ways/").content.decode()
    changed = uma.post(f"/pages/ways/?engineer={ben.pk}", {**mine, "what": "delay", "delay": "7"})
    assert changed.status_code == 302
    one.refresh_from_db()
    assert one.delay == 7
    assert visit("Ben").post("/pages/ways/", mine).status_code == 302
    assert not ContactMethod.objects.exists()
    assert "Ben is no longer reached by hook 1" in JournalEntry.objects.last().text  # type: ignore[union-attr]


def test_a_wrong_way_is_refused_with_what_to_do_and_keeps_what_was_typed(world: World) -> None:
    ben = visit("Ben")
    for address, says in (
        ("pover://nobody", "pover://{user_key}@{token}"),
        ("syslog://", "not an address of a service"),
        ("ben@home.example", "no mail server"),
    ):
        typed = {"what": "add", "name": "Mine", "address": address, "delay": "0"}
        answer = ben.post("/pages/ways/", typed)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert 'value="Mine"' in answer.content.decode()
    for wrong in ({"delay": "61"}, {"delay": "-1"}, {"delay": "x"}, {"name": ""}):
        typed = {"what": "add", "name": "Mine", "address": "ntfys://topic", "delay": "0", **wrong}
        assert ben.post("/pages/ways/", typed).status_code == 422
    assert not ContactMethod.objects.exists()


def test_ways_are_put_in_order(world: World) -> None:
    with hook() as push:
        way(world, "Ben", push)
        second = contact_methods.add(
            engineer=Engineer.objects.get(name="Ben").pk,
            name="chat",
            address="chat",
            delay=0,
            at=world.at,
            by="Ben",
        )
    visit("Ben").post("/pages/ways/", {"what": "up", "way": second.pk})
    ben = Engineer.objects.select_related("account").get(name="Ben")
    assert [route.name for route in contact_methods.of(ben)] == ["chat", "hook 1"]
    people.set_active(engineer=ben.pk, active=False, at=world.at)
    ben.refresh_from_db()
    assert contact_methods.of(ben) == ()
