"""What became of each word, in each place: it arrived, waits and is tried again, or never will."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from doubles.slack_workspace import TEAM as WORKSPACE
from doubles.slack_workspace import Workspace
from dutydesk.chat.flows import channels, post_mirror
from dutydesk.incidents.flows import receipts
from dutydesk.incidents.models import Incident
from dutydesk.kernel.tellings import Receipt
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import LeadershipContact
from dutydesk.ports.delivery import MAIL
from testing.audiences import ASK, PRISONS, TEAM, MailServer, declare, service
from testing.said import say_what_is_owed
from testing.screens import seen, visit
from testing.slack import ASK as ASK_THERE
from testing.slack import TEAM_CHANNEL, slack_of, workspace
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
DIRECTOR = "Director (e-mail)"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> MailServer:
    server = MailServer()
    monkeypatch.setitem(outbox._senders, MAIL, server)
    return server


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


@pytest.fixture
def there(world: World) -> Iterator[Workspace]:
    """A workspace that has the team's channel and the ask channel, and no other."""
    made = workspace()
    for number, name in ((ASK_THERE, ASK), (TEAM_CHANNEL, TEAM)):
        channels.meet(outside=f"slack:{WORKSPACE}:{number}", name=name)
    post_mirror.mirror_to("slack")
    yield made
    made.close()


def go(world: World, there: Workspace, seconds: int = 10) -> None:
    speaking = slack_of(world, there).speaking
    for _ in range(seconds):
        say_what_is_owed(mouth=speaking, now=lambda: world.at)
        world.at += timedelta(seconds=1)
    world.settle()


def of(incident: Incident, name: str = "declared") -> dict[str, Receipt]:
    found = receipts.of_incident(Incident.objects.get(pk=incident.pk))
    return {one.place: one for one in found[name].places}


def states(incident: Incident, name: str = "declared") -> dict[str, str]:
    return {place: one.state for place, one in of(incident, name).items()}


def untold(world: World) -> list[str]:
    return [text for text in world.said(TEAM) if text.startswith("Not everybody is told")]


def update(world: World, incident: Incident, text: str = "We look") -> str:
    world.press("Ada", "incident.update", incident.about, text=text, next="60")
    return f"update:{incident.updates.latest('pk').pk}"


@pytest.mark.usefixtures("mail")
@pytest.mark.clause("incident.comms-users", "incident.comms-team", "incident.comms-leaders")
def test_each_word_says_where_it_arrived_and_when(world: World) -> None:
    incident = declare(world)
    declared = world.at
    world.forward(minutes=10)
    name = update(world, incident)
    world.press("Ben", "incident.assess", incident.about, criteria=["degraded"], reason="Slow")
    for told in ("declared", name):
        assert states(incident, told) == dict.fromkeys((TEAM, ASK, PRISONS, DIRECTOR), "delivered")
    assert of(incident)[PRISONS].at == declared
    assert of(incident, name)[DIRECTOR].at == declared + timedelta(minutes=10)
    changes = [one for one in receipts.of_incident(incident) if one.startswith("change:")]
    assert len(changes) == 1
    page = seen(visit("Ada").get(f"/incidents/{incident.pk}"))
    assert page.count("told 4 of 4 places") == 3
    assert "The e-mail to Director" not in page
    assert (
        "Director"
        not in seen(visit("Uma").get(f"/incidents/{incident.pk}")).partition("Timeline")[0]
    )


@pytest.mark.clause("incident.comms-leaders")
def test_a_letter_that_is_tried_again_waits_with_its_reason(world: World, mail: MailServer) -> None:
    mail.busy = True
    incident = declare(world)
    world.forward(seconds=20)
    waiting = of(incident)[DIRECTOR]
    assert (waiting.state, waiting.reason) == ("waiting", "the mail server refused it (451)")
    assert waiting.tries > 2
    page = seen(visit("Ada").get(f"/incidents/{incident.pk}"))
    assert "told 3 of 4 places waiting" in page
    assert f"tried {waiting.tries} times: the mail server refused it (451)" in page
    assert untold(world) == []
    mail.busy = False
    world.forward(minutes=10)
    assert of(incident)[DIRECTOR].state == "delivered"


@pytest.mark.clause("incident.comms-leaders")
def test_a_leader_who_cant_be_reached_is_told_of_once_with_what_to_do(
    world: World, mail: MailServer
) -> None:
    mail.refuses.add("director@example.org")
    incident = declare(world)
    update(world, incident)
    world.settle()
    assert states(incident)[DIRECTOR] == "failed"
    (said,) = untold(world)
    assert "did not reach Director by e-mail: the mail server refused it (550)" in said
    assert "Tell them yourself, and correct the address" in said
    assert "director@example.org" not in said
    assert "told 3 of 4 places 1 failed" in seen(visit("Ada").get(f"/incidents/{incident.pk}"))


@pytest.mark.clause("incident.comms-leaders")
def test_a_desk_without_a_mail_server_says_at_once_whom_to_tell(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    LeadershipContact.objects.create(name="Deputy", email="deputy@example.org")
    incident = declare(world)
    for letter in OutboxMessage.objects.filter(kind=MAIL).order_by("pk"):
        outbox.deliver(message_id=letter.pk, now=lambda: world.at)
    world.settle()
    assert states(incident)[DIRECTOR] == "waiting"
    (said,) = untold(world)
    assert "a mail server is not set up here (DUTYDESK_MAIL_URL)" in said
    assert said.endswith("Tell them yourself: Deputy, Director.")
    world.at += timedelta(days=2)
    for letter in OutboxMessage.objects.filter(kind=MAIL).order_by("pk"):
        outbox.deliver(message_id=letter.pk, now=lambda: world.at)
    world.settle()
    assert states(incident)[DIRECTOR] == "failed"
    assert len(untold(world)) == 1


@pytest.mark.usefixtures("mail")
@pytest.mark.clause("incident.comms-users")
def test_in_a_chat_outside_a_post_has_arrived_once_it_stands_there(
    world: World, there: Workspace
) -> None:
    channels.meet(outside=f"slack:{WORKSPACE}:C0SECRET", name=PRISONS)
    incident = declare(world)
    assert set(states(incident).values()) == {"waiting", "delivered"}
    assert states(incident)[ASK] == "waiting"
    began = world.at
    go(world, there)
    assert set(states(incident).values()) == {"delivered"}
    at = of(incident)[ASK].at
    assert at is not None
    assert began <= at < began + timedelta(seconds=10)
    assert untold(world) == []


@pytest.mark.usefixtures("mail")
@pytest.mark.clause("incident.comms-users")
def test_a_team_s_channel_where_the_desk_can_t_speak_is_said_as_soon_as_it_is_told(
    world: World, there: Workspace
) -> None:
    incident = declare(world)
    go(world, there, 30)
    waiting = of(incident)[PRISONS]
    assert (waiting.state, waiting.tries) == ("waiting", 0)
    assert "There is no channel #prisons that the app is in. Invite it there." in waiting.reason
    (said,) = untold(world)
    assert f"{PRISONS} does not hear of “Visits can't be booked”" in said
    assert "say it there yourself" in said
    world.press(
        "Ben", "incident.correct", incident.about, title="Slow", user_impact="yes",
        services=[service()], reason="Seen",
    )  # fmt: skip
    assert len(untold(world)) == 1


@pytest.mark.usefixtures("mail")
@pytest.mark.clause("incident.comms-users")
def test_a_channel_that_the_desk_is_thrown_out_of_is_said_once_for_each_incident(
    world: World, there: Workspace
) -> None:
    channels.meet(outside=f"slack:{WORKSPACE}:C0SECRET", name=PRISONS)
    incident = declare(world)
    other = declare(world, title="Lists are down", services=[], another="yes", user_impact="")
    go(world, there)
    there.channels["C0SECRET"]["is_member"] = False
    name = update(world, incident)
    go(world, there, 100)
    waiting = of(incident, name)[PRISONS]
    assert waiting.state == "waiting"
    assert "not_in_channel" in waiting.reason
    (said,) = untold(world)
    assert said.startswith(f"Not everybody is told | {PRISONS} does not hear of “Visits")
    assert PRISONS not in of(other)


@pytest.mark.usefixtures("mail")
@pytest.mark.clause("incident.comms-users")
def test_a_post_that_the_chat_outside_never_takes_is_said_with_what_to_do(
    world: World, there: Workspace
) -> None:
    channels.meet(outside=f"slack:{WORKSPACE}:C0SECRET", name=PRISONS)
    incident = declare(world)
    go(world, there)
    name = update(world, incident)
    answers = iter(["msg_too_long"])
    there.weather = lambda method: next(answers, "") if method == "chat.postMessage" else ""
    go(world, there)
    (failed,) = [one for one in of(incident, name).values() if one.state == "failed"]
    assert "msg_too_long" in failed.reason
    (said,) = untold(world)
    assert f"in {failed.place} does not stand in the chat outside" in said
    assert "Say it there yourself." in said
