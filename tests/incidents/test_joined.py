"""Alarms and questions are joined to an incident and parted from it, from either side."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.alarms.models import Alarm
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.models import Question
from dutydesk.incidents.flows import links
from dutydesk.incidents.flows.links import LinkRefused
from dutydesk.incidents.models import Incident, MoreTime
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.forms import FormRefused
from testing.screens import squeezed, visit
from testing.tellings import alert, called, evening, open_pages, tell
from testing.world import World

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


def declare(world: World, title: str = "Visits are down", about: str = "new") -> Incident:
    done = world.press("Ben", "incident.declare", about, title=title, another="yes")
    return Incident.objects.get(pk=int(done.show.partition(":")[2]))


def alarm_of(world: World, name: str, *, ago: timedelta = timedelta()) -> Alarm:
    found = tell(world, alert(name, world.at - ago), group=f"7 {name}")
    assert found is not None
    return found


def texts(about: str) -> list[str]:
    return list(JournalEntry.objects.filter(subject=about).values_list("text", flat=True))


def page(path: str) -> str:
    return squeezed(visit("Ada").get(path).content.decode())


@pytest.mark.clause("incident.declare")
def test_an_alarm_and_its_incident_lead_to_each_other(world: World) -> None:
    alarm = alarm_of(world, "Down")
    assert f"/do/incident.declare/{alarm.about}" in page(f"/alarms/{alarm.pk}")
    incident = declare(world, about=alarm.about)
    shown = page(f"/alarms/{alarm.pk}")
    assert f'href="/incidents/{incident.pk}"' in shown
    assert f"/do/incident.declare/{alarm.about}" not in shown
    shown = page(f"/incidents/{incident.pk}")
    assert f'href="/alarms/{alarm.pk}"' in shown
    assert "Alarm: Down is wrong" in shown


@pytest.mark.clause("incident.declare", "incident.lead")
def test_an_alarm_is_joined_afterwards_and_nobody_is_called_for_it_any_more(world: World) -> None:
    incident, alarm = declare(world), alarm_of(world, "Down")
    assert open_pages() == ["Down is wrong"]
    world.press("Cy", "incident.link", alarm.about, incident=str(incident.pk))
    alarm.refresh_from_db()
    assert (alarm.incident, open_pages()) == (incident.about, [])
    assert "Cy joined the alarm “Down is wrong” to it" in texts(incident.about)
    assert f"It belongs to incident {incident.pk}, “Visits are down”" in texts(alarm.about)
    tell(world, alert("Down", world.at), alert("Worse", world.at), group="7 Down")
    assert "New alert: Worse is wrong" in texts(incident.about)
    with pytest.raises(LinkRefused, match="already"):
        links.join(incident=incident.pk, about=alarm.about, by=world.person("Cy"), at=world.at)


@pytest.mark.clause("incident.declare", "oncall.respond")
def test_an_alarm_that_is_parted_pages_at_once_while_it_fires(world: World) -> None:
    alarm = alarm_of(world, "Down")
    incident = declare(world, about=alarm.about)
    assert called() == ["Ben"]
    world.press("Cy", "incident.part", incident.about, thing=alarm.about)
    alarm.refresh_from_db()
    assert (alarm.incident, open_pages()) == ("", ["Down is wrong"])
    assert "Cy parted the alarm “Down is wrong” from it" in texts(incident.about)
    assert any(f"Cy parted it from incident {incident.pk}" in text for text in texts(alarm.about))
    again = declare(world, "It is another thing", alarm.about)
    alarm.refresh_from_db()
    assert alarm.incident == again.about
    with pytest.raises(LinkRefused, match=f"It belongs to incident {again.pk}, which goes on"):
        world.press("Cy", "incident.link", alarm.about, incident=str(incident.pk))


@pytest.mark.clause("incident.declare")
def test_what_was_joined_goes_along_when_an_incident_is_merged_or_reopened(world: World) -> None:
    part, whole = declare(world, "Log in fails"), declare(world, "The database is down")
    alarm = alarm_of(world, "Down")
    world.press("Ben", "incident.link", part.about, thing=alarm.about)
    world.press("Ben", "incident.merge", part.about, into=str(whole.pk), reason="One cause")
    alarm.refresh_from_db()
    assert alarm.incident == whole.about
    assert "Alarm: Down is wrong" in page(f"/incidents/{whole.pk}")
    world.press("Ben", "incident.resolve", whole.about, text="Back", still="yes")
    world.forward(minutes=5)
    world.press("Ben", "incident.reopen", whole.about, reason="It is back")
    alarm.refresh_from_db()
    assert (alarm.incident, open_pages()) == (whole.about, [])


@pytest.mark.clause("incident.declare", "incident.broadcast")
def test_a_question_hears_in_its_thread_where_it_belongs(world: World) -> None:
    incident = declare(world)
    uma = Author.of(world.person("Uma"))
    post = people_posts.post(by=uma, channel=ASK, text="Nobody can log in", at=world.at)
    world.settle()
    question = Question.objects.get(post=post)
    world.press("Ben", "incident.link", incident.about, thing=question.about)
    assert f"This belongs to an incident: {incident.title}" in world.said(ASK)
    assert "Question: Nobody can log in" in page(f"/incidents/{incident.pk}")
    world.press("Ben", "incident.part", question.about, incident=str(incident.pk))
    assert f"This doesn't belong to the incident after all: {incident.title}" in world.said(ASK)
    assert "Question: Nobody can log in" not in page(f"/incidents/{incident.pk}")
    with pytest.raises(LinkRefused, match="isn't there any more"):
        world.press("Ben", "incident.link", "question:999999", incident=str(incident.pk))


@pytest.mark.clause("incident.declare", "oncall.respond")
def test_what_was_parted_from_the_whole_before_comes_back_with_its_part(world: World) -> None:
    part, whole = declare(world, "Log in fails"), declare(world, "The database is down")
    alarm = alarm_of(world, "Down")
    world.press("Ben", "incident.link", whole.about, thing=alarm.about)
    world.press("Cy", "incident.part", whole.about, thing=alarm.about)
    world.press("Ben", "incident.link", part.about, thing=alarm.about)
    world.press("Ben", "incident.merge", part.about, into=str(whole.pk), reason="One cause")
    assert [one.about for one in links.things_of(whole)] == [alarm.about]
    world.press("Ben", "incident.resolve", whole.about, text="Back", still="yes")
    world.press("Ben", "incident.reopen", whole.about, reason="It is back")
    alarm.refresh_from_db()
    assert (alarm.incident, open_pages()) == (whole.about, [])


@pytest.mark.parametrize("guessed", ["part", "whole", "neither"])
def test_a_whole_began_by_a_guess_if_what_began_first_did(world: World, guessed: str) -> None:
    """Whatever is a guess is in no measure, and what is none stays in them."""
    part, whole = declare(world, "Log in fails"), declare(world, "The database is down")
    earlier = world.at - timedelta(hours=1)
    early = part if guessed != "neither" else whole
    Incident.objects.filter(pk=early.pk).update(fault_occurs=earlier)
    if guessed != "neither":
        guess = part if guessed == "part" else whole
        Incident.objects.filter(pk=guess.pk).update(estimated=True)
    world.press("Ben", "incident.merge", part.about, into=str(whole.pk), reason="One cause")
    whole.refresh_from_db()
    assert (whole.fault_occurs, whole.estimated) == (earlier, guessed == "part")


@pytest.mark.clause("oncall.limit")
def test_more_time_that_somebody_gave_themselves_counts_in_the_whole_too(world: World) -> None:
    part, whole = declare(world, "Log in fails"), declare(world, "The database is down")
    MoreTime.objects.create(
        incident=part, amount=timedelta(minutes=30), reason="Nearly", by="Ben", at=world.at
    )
    world.press("Ben", "incident.merge", part.about, into=str(whole.pk), reason="One cause")
    assert whole.more_time.count() == 1


@pytest.mark.clause("incident.declare", "oncall.respond")
def test_what_was_a_part_s_is_parted_from_the_whole_alone(world: World) -> None:
    part, whole = declare(world, "Log in fails"), declare(world, "The database is down")
    alarm = alarm_of(world, "Down")
    world.press("Ben", "incident.link", part.about, thing=alarm.about)
    world.press("Ben", "incident.merge", part.about, into=str(whole.pk), reason="One cause")
    with pytest.raises(LinkRefused, match=f"part of incident {whole.pk}"):
        links.part(incident=part.pk, about=alarm.about, by=world.person("Cy"), at=world.at)
    with pytest.raises(FormRefused):
        world.press("Cy", "incident.part", alarm.about, incident=str(part.pk))
    world.press("Cy", "incident.part", alarm.about, incident=str(whole.pk))
    assert open_pages() == ["Down is wrong"]


@pytest.mark.clause("incident.lead")
def test_whoever_worked_on_it_before_is_not_the_one_who_hears_what_begins_once_it_is_back(
    world: World,
) -> None:
    alarm = alarm_of(world, "Down")
    incident = declare(world, about=alarm.about)
    assert incident.worker is not None and incident.worker.name == "Ben"
    world.press("Ben", "incident.resolve", incident.about, text="Over", still="yes")
    world.at = world.moment("2026-11-25T10:30")  # Ben sleeps.
    world.press("Cy", "incident.reopen", incident.about, reason="It is back")
    tell(world, alert("Down", world.at), alert("Worse", world.at), group="7 Down")
    (said,) = [one for one in world.said("#cloud-platform") if "this began to fire" in one]
    assert "@cloud-platform-team, this began to fire in the incident's alarm:" in said


@pytest.mark.clause("incident.declare")
def test_an_incident_says_since_when_its_alarms_go_on_by_their_senders(world: World) -> None:
    incident, began = declare(world), {}
    for minutes, name in ((20, "Down"), (5, "Slow")):
        alarm = alarm_of(world, name, ago=timedelta(minutes=minutes))
        began[alarm.title] = world.at - timedelta(minutes=minutes)
        world.press("Ben", "incident.link", incident.about, thing=alarm.about)
    assert {one.title: one.began for one in links.things_of(incident)} == began
    assert f"{began['Down is wrong']:%H:%M}" in page(f"/incidents/{incident.pk}")


def test_whatever_belongs_to_an_incident_is_read_in_as_many_queries_as_one_alarm(
    world: World,
) -> None:
    incident, asked = declare(world), []
    for names in (("Down",), ("Slow", "Full")):
        for name in names:
            alarm = alarm_of(world, name)
            world.press("Ben", "incident.link", incident.about, thing=alarm.about)
        with CaptureQueriesContext(connection) as queries:
            found = links.things_of(incident)
        asked.append(len(queries))
    assert [one.title for one in found] == ["Down is wrong", "Slow is wrong", "Full is wrong"]
    assert asked[0] == asked[1]
