"""The status page and its subscribers are an audience too: shown before, counted after."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.announcements.models import Announcement
from dutydesk.incidents.flows import receipts
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import MAIL
from dutydesk.status.flows import letters, record
from dutydesk.status.models import Subscription
from testing.audiences import MailServer, declare, preview, service
from testing.screens import seen, visit
from testing.status import show
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
PAGE = "the status page"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> MailServer:
    server = MailServer()
    monkeypatch.setitem(outbox._senders, MAIL, server)
    return server


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mail: MailServer) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


def subscribe(world: World, name: str, *services: str, confirmed: bool = True) -> None:
    at = world.at - timedelta(minutes=1)
    made = Subscription.objects.create(
        email=f"{name}@example.org",
        everything=not services,
        asked_at=at,
        confirmed_at=at if confirmed else None,
    )
    made.services.set(Service.objects.filter(name__in=services))


def public(world: World, action: str, about: str, **sent: object) -> dict[str, str]:
    told = preview(world, "Ada", action, about, **sent)
    return {one.place: one.message.body for one in told if one.audience == "The status page"}


def news(world: World) -> None:
    letters.look_after(at=world.at)
    world.settle()


@pytest.mark.clause("incident.comms-users", "announce.when")
def test_without_a_page_the_public_is_no_audience(world: World) -> None:
    subscribe(world, "eve")
    incident = declare(world)
    assert public(world, "incident.update", incident.about, text="We look") == {}
    assert PAGE not in [one.place for one in receipts.of_incident(incident)["declared"].places]


@pytest.mark.clause("incident.comms-users")
def test_the_page_and_how_many_subscribers_it_tells_are_shown_beforehand(
    world: World, tmp_path: Path
) -> None:
    show(world, tmp_path)
    for name in ("eve", "eva"):
        subscribe(world, name)
    subscribe(world, "cleo", "Clusters")
    subscribe(world, "paula", "Prison visits")
    subscribe(world, "nobody", confirmed=False)
    sent = {"title": "Visits fail", "services": [service()], "user_impact": "yes"}
    before = public(world, "incident.declare", "new", **sent)
    assert list(before) == [PAGE, "3 subscribers (e-mail)"]
    assert before[PAGE] == "We are looking into a problem with Prison visits."
    assert public(world, "incident.declare", "new", **{**sent, "user_impact": ""}) == {}
    page = seen(visit("Ada").get("/do/incident.declare/new"))
    assert "The status page" in page
    incident = declare(world)
    note = seen(visit("Ada").get(f"/do/incident.update/{incident.about}"))
    assert "Director (e-mail), the status page, 3 subscribers (e-mail)." in note


@pytest.mark.clause("incident.comms-users", "incident.resolve")
def test_what_the_page_and_its_subscribers_read_is_what_was_shown(
    world: World, tmp_path: Path
) -> None:
    show(world, tmp_path)
    subscribe(world, "eve")
    sent = {"title": "Visits fail", "services": [service()], "user_impact": "yes"}
    before = public(world, "incident.declare", "new", **sent)
    world.at += timedelta(minutes=1)
    incident = declare(world, title="Visits fail")
    read = [before]
    news(world)
    words: tuple[tuple[str, dict[str, str]], ...] = (
        ("update", {"text": "A disk is full", "next": "30"}),
        ("resolve", {"text": "It works again"}),
    )
    for action, filled in words:
        world.at += timedelta(minutes=1)
        read.append(public(world, f"incident.{action}", incident.about, **filled))
        world.press("Ada", f"incident.{action}", incident.about, **filled)
        news(world)
    (entry,) = record.read(at=world.at).entries
    assert [one.text for one in reversed(entry.updates)] == [one[PAGE] for one in read]
    mails = OutboxMessage.objects.filter(payload__to="eve@example.org").order_by("id")
    for mail, shown in zip(mails, read, strict=True):
        told = shown["1 subscriber (e-mail)"].partition("All of it")[0]
        assert mail.payload["body"].startswith(told)


@pytest.mark.clause("incident.comms-users", "incident.declare")
def test_what_was_over_before_it_was_declared_is_told_the_public_once(
    world: World, tmp_path: Path
) -> None:
    show(world, tmp_path)
    subscribe(world, "eve")
    times = {"began": "2026-11-24T09:15", "repaired": "2026-11-24T10:30"}
    sent = {"title": "Visits failed", "services": [service()], "user_impact": "yes", **times}
    before = public(world, "incident.declare", "new", **sent)
    assert (
        before[PAGE] == "It was over before it was declared: users had it back today at 10:30 GMT."
    )
    incident = declare(world, **sent)
    news(world)
    (entry,) = record.read(at=world.at).entries
    assert [(one.text, entry.phase_at(one)) for one in entry.updates] == [
        (before[PAGE], "resolved")
    ]
    mail = OutboxMessage.objects.get(payload__to="eve@example.org")
    assert before[PAGE] in mail.payload["body"]
    of = receipts.of_incident(incident)
    assert PAGE not in [one.place for one in of["declared"].places]
    update = next(told for name, told in of.items() if name.startswith("update:"))
    assert {PAGE, "1 subscriber (e-mail)"} <= {one.place for one in update.places}


@pytest.mark.clause("incident.comms-users")
def test_of_an_exercise_the_public_is_no_audience(world: World, tmp_path: Path) -> None:
    show(world, tmp_path)
    subscribe(world, "eve")
    sent = {"title": "Visits fail", "services": [service()], "user_impact": "yes"}
    assert public(world, "incident.declare", "new", **sent, exercise="yes") == {}
    incident = declare(world, **sent, exercise="yes")
    assert public(world, "incident.update", incident.about, text="We look") == {}
    assert PAGE not in [one.place for one in receipts.of_incident(incident)["declared"].places]
    news(world)
    assert record.read(at=world.at).entries == ()
    assert not OutboxMessage.objects.filter(payload__to="eve@example.org").exists()


@pytest.mark.clause("announce.when", "announce.content")
def test_planned_work_is_shown_there_and_news_is_not(world: World, tmp_path: Path) -> None:
    show(world, tmp_path)
    subscribe(world, "eve")
    sent: dict[str, str | list[str]] = {
        "title": "New disks", "text": "The old are full", "services": [service()],
        "starts": "2026-11-24T12:00", "ends": "2026-11-24T15:00", "updates": "13:00",
        "impact": "Nothing is saved", "leaders": "",
    }  # fmt: skip
    before = public(world, "announcement.announce", "new", **sent)
    assert before[PAGE] == "The old are full\n\nWhat to expect: Nothing is saved"
    assert public(world, "announcement.announce", "new", title="News", text="We moved") == {}
    world.at += timedelta(minutes=1)
    world.press("Ada", "announcement.announce", "new", **sent)
    news(world)
    found = Announcement.objects.get()
    page = seen(visit("Ada").get(f"/announcements/{found.pk}"))
    assert "told 5 of 5 places" in page
    assert "1 subscriber (e-mail)" in page
    assert "told 4 of" not in page


@pytest.mark.clause("incident.comms-users")
def test_mails_to_subscribers_are_one_place_that_says_how_many_have_it(
    world: World, tmp_path: Path, mail: MailServer
) -> None:
    show(world, tmp_path)
    for name in ("eve", "eva", "ivy"):
        subscribe(world, name)
    world.at += timedelta(minutes=1)
    incident = declare(world)

    def place() -> tuple[str, str]:
        told = receipts.of_incident(incident)["declared"].places
        mails = next(one for one in told if one.place == "3 subscribers (e-mail)")
        return mails.state, mails.reason

    mail.busy = True
    news(world)
    assert place() == ("waiting", "3 of 3: the mail server refused it (451)")
    mail.busy = False
    mail.refuses.add("eva@example.org")
    world.forward(minutes=5)
    assert place() == ("failed", "1 of 3: the mail server refused it (550)")
