"""Calling on others: by name, by skill, everybody on call; and what they answer."""

import re
from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.flows import post_mirror
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import help_requests
from dutydesk.incidents.flows.help_requests import HelpRefused
from dutydesk.incidents.models import HelpRequest, Incident
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people, skills
from dutydesk.people.models import Account, Engineer, Identity
from dutydesk.people.rules import BrokenPeopleFile, read_people
from dutydesk.ports.delivery import Delivery
from testing.screens import seen, visit
from testing.slack import ADA, slack_of, workspace
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("incident.lead")]
TEAM = "#cloud-platform"


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a Tuesday evening: Ben is primary and declared; Ada knows Kafka, and so does Cy."""
    world = World(tmp_path, "2026-11-24T19:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    world.shifts(primary="Ben")
    for name, known in (("Ada", ["Kafka", "Networks"]), ("Cy", ["kafka"])):
        skills.set_skills(engineer=number(name), names=known, at=world.at)
    world.press("Ben", "incident.declare", "new", title="Visits fail", criteria=["outage"])
    return world


@pytest.fixture
def incident(world: World) -> Incident:
    return Incident.objects.get()


def agree(world: World, name: str) -> None:
    by = world.person(name)
    skills.set_called(engineer=number(name), called=True, at=world.at, by=by)


def letters() -> list[str]:
    """Give whom the desk called by their contact methods to join."""
    sent = OutboxMessage.objects.filter(
        kind="email", payload__subject__startswith="Can you join?"
    ).order_by("pk")
    return [one.payload["to"].partition("@")[0] for one in sent.order_by("id")]


def link() -> str:
    found = OutboxMessage.objects.filter(payload__subject__startswith="Can you join?").latest("id")
    address = re.search(r"(/incidents/help/\S+)", found.payload["body"])
    assert address is not None
    return address[1]


def test_who_agreed_is_called_by_their_ways_and_others_are_written_to_in_the_chat(
    world: World, incident: Incident
) -> None:
    agree(world, "Ada")
    world.press("Ben", "incident.call-on", incident.about, skill="Kafka", reason="A topic is stuck")
    assert letters() == ["ada"], "Cy has not agreed to be called outside a turn"
    for name in ("Ada", "Cy"):
        asked = [text for text in world.said(TEAM, name) if "Can you join?" in text]
        assert f"{name}, Ben asks for you: A topic is stuck" in asked[0]
    told = world.said(TEAM)[-1]
    assert "Ben calls on Ada by their contact methods and Cy in writing: A topic is stuck." in told
    world.press("Ada", "incident.decline", incident.about)
    world.press("Cy", "incident.join", incident.about)
    answers = dict(HelpRequest.objects.values_list("engineer__name", "answer"))
    assert answers == {"Ada": "declines", "Cy": "joins"}
    assert "Ada can't join." in "".join(world.said(TEAM))
    here = incident.participants.filter(left=None).values_list("engineer__name", flat=True)
    assert set(here) == {"Ben", "Cy"}
    text = seen(visit("Ben").get(f"/incidents/{incident.pk}"))
    assert "Ada called by Ben, 19:00 A topic is stuck can't" in text
    assert "Cy asked in writing by Ben, 19:00 A topic is stuck joined" in text


def test_everybody_on_call_is_called_since_it_is_their_turn(
    world: World, incident: Incident
) -> None:
    start = world.at
    world.shift(start, world.moment("2026-11-24T22:00"), secondary="Cy")
    world.press("Ada", "incident.call-on", incident.about, on_call="yes", reason="Two are better")
    assert letters() == ["cy"], "Ben is in it already"


def test_a_person_who_is_called_answers_by_the_link_without_signing_in(
    world: World, incident: Incident
) -> None:
    agree(world, "Ada")
    ada = [str(number("Ada"))]
    world.press("Ben", "incident.call-on", incident.about, people=ada, reason="A topic is stuck")
    client, address = Client(), link()
    text = seen(client.get(address))
    assert "A topic is stuck" in text
    assert HelpRequest.objects.get().answer == "", "a scanner that opens links answers nothing"
    assert "can't" in seen(client.post(address, {"answer": "declines"}))
    assert "joined" in seen(client.post(address, {"answer": "joins"})), "a change of mind"
    assert incident.participants.filter(engineer=number("Ada"), left=None).exists()
    assert client.post(address, {"answer": "declines"}).status_code == 410
    assert client.post(address, {"answer": "joins"}).status_code == 200
    world.press("Ben", "incident.resolve", incident.about, text="Over")
    assert "This incident is resolved" in client.get(address).text
    assert client.get("/incidents/help/a-guess").status_code == 410
    people.set_active(engineer=number("Ada"), active=False, at=world.at)
    assert client.get(address).status_code == 410


def test_nobody_is_asked_twice_and_nobody_answers_unasked(world: World, incident: Incident) -> None:
    cy = [str(number("Cy"))]
    world.press("Ben", "incident.call-on", incident.about, people=cy, reason="Please")
    with pytest.raises(HelpRefused, match="Nobody is left to ask"):
        world.press("Ben", "incident.call-on", incident.about, people=cy, reason="Please")
    with pytest.raises(HelpRefused, match="Nobody waits for your answer"):
        world.press("Ada", "incident.decline", incident.about)
    with pytest.raises(HelpRefused, match="not valid any more"):
        help_requests.by_link(token="a-guess")


def test_whoever_no_chat_reaches_gets_the_link_by_mail(world: World, incident: Incident) -> None:
    Engineer.objects.filter(name="Cy").update(account=None)
    cy = [str(number("Cy"))]
    world.press("Ben", "incident.call-on", incident.about, people=cy, reason="Please")
    assert letters() == ["cy"]


def test_only_they_themselves_agree_to_be_called(world: World) -> None:
    with pytest.raises(NotYours, match="Only Cy can agree"):
        skills.set_called(engineer=number("Cy"), called=True, at=world.at, by=world.person("Ada"))
    client = visit("Cy")
    assert "Call me for incidents when somebody asks" in seen(client.get("/pages/contact-methods/"))
    client.post("/pages/contact-methods/", {"what": "called", "called": "yes"})
    assert Engineer.objects.get(name="Cy").called_for_incidents
    client.post("/pages/contact-methods/", {"what": "called"})
    assert not Engineer.objects.get(name="Cy").called_for_incidents


def test_skills_are_kept_by_the_person_s_screen_and_by_the_people_file(world: World) -> None:
    client = visit("Cy")
    client.post("/pages/contact-methods/", {"what": "skills", "skills": "Terraform, DNS,, dns"})
    cy = Engineer.objects.get(name="Cy")
    assert [one.name for one in cy.skills.all()] == ["DNS", "Terraform"]
    row = "engineers: [{name: Cy, email: cy@example.org%s}]"
    people.load(file=read_people(row % ""), at=world.at)
    assert cy.skills.count() == 2, "a file that says nothing of skills changes none"
    people.load(file=read_people(row % ", skills: [Kafka]"), at=world.at)
    assert [one.name for one in cy.skills.all()] == ["Kafka"]
    assert "Kafka" in seen(client.get("/people/"))
    assert skills.known() == ["Kafka", "Networks"]
    with pytest.raises(BrokenPeopleFile, match=r"engineers\.0\.skills"):
        read_people(row % f", skills: [{'x' * 41}]")
    refused = client.post("/pages/contact-methods/", {"what": "skills", "skills": "x" * 41})
    assert refused.status_code == 422
    assert "at most 40" in refused.text


def called(name: str) -> list[str]:
    """Give the subjects of what somebody was sent by their contact methods."""
    sent = OutboxMessage.objects.filter(
        payload__to=f"{name.lower()}@example.org", kind="email"
    ).order_by("pk")
    return [one.payload["subject"] for one in sent.order_by("id")]


def help_owed(incident: Incident) -> list[str]:
    rows = commitments.owed([incident.about]).filter(kind="incident.help")
    return [f"{one.due_at:%H:%M}" for one in rows]


def test_who_does_not_answer_is_called_again_and_then_whoever_owes_updates_is_told(
    world: World, incident: Incident
) -> None:
    agree(world, "Ada")
    ada = [str(number("Ada"))]
    world.press("Ben", "incident.call-on", incident.about, people=ada, reason="A topic is stuck")
    assert help_owed(incident) == ["19:05"]
    world.forward(minutes=4)
    assert called("Ada") == ["Can you join? Visits fail"]
    world.forward(minutes=2)
    assert called("Ada") == ["Can you join? Visits fail"] * 2
    assert "Ada called again" in " ".join(
        journal.timeline([incident.about]).values_list("text", flat=True)
    )
    assert not [said for said in world.said(TEAM) if "No answer" in said]
    world.forward(minutes=4)
    (said,) = (one for one in world.said(TEAM) if one.startswith("No answer: Visits fail"))
    assert "Ben: Ada has not answered, called twice, for: A topic is stuck" in said
    assert help_owed(incident) == []
    world.forward(minutes=30)
    assert called("Ada") == ["Can you join? Visits fail"] * 2, "enough is enough"
    assert len([one for one in world.said(TEAM) if one.startswith("No answer")]) == 1
    world.press("Ada", "incident.join", incident.about)
    assert HelpRequest.objects.get().answer == "joins"


def test_who_leaves_the_team_before_they_answer_is_not_waited_for(
    world: World, incident: Incident
) -> None:
    agree(world, "Ada")
    ada = [str(number("Ada"))]
    world.press("Ben", "incident.call-on", incident.about, people=ada, reason="A topic is stuck")
    people.set_active(engineer=number("Ada"), active=False, at=world.at)
    world.forward(minutes=30)
    assert called("Ada") == ["Can you join? Visits fail"]
    assert help_owed(incident) == []
    assert "Ada can't join, having left the team" in " ".join(world.said(TEAM))
    assert not [said for said in world.said(TEAM) if said.startswith("No answer")]


def test_an_answer_in_time_is_all_that_was_owed(world: World, incident: Incident) -> None:
    cy = [str(number("Cy"))]
    world.press("Ben", "incident.call-on", incident.about, people=cy, reason="Please")
    world.press("Cy", "incident.decline", incident.about)
    assert help_owed(incident) == []
    kept = commitments.history([incident.about]).get(kind="incident.help")
    assert kept.state == "kept"
    world.forward(minutes=11)
    assert len([one for one in world.said(TEAM, "Cy") if "Can you join?" in one]) == 0


def test_once_one_of_those_who_know_it_joins_the_others_are_no_longer_needed(
    world: World, incident: Incident
) -> None:
    agree(world, "Ada")
    world.press("Ben", "incident.call-on", incident.about, skill="Kafka", reason="A topic is stuck")
    world.press("Cy", "incident.join", incident.about)
    answers = dict(HelpRequest.objects.values_list("engineer__name", "answer"))
    assert answers == {"Ada": "settled", "Cy": "joins"}
    assert called("Ada")[-1] == "No longer needed: Visits fail"
    assert "Answered: Visits fail | Cy has joined: you are no longer needed." in world.said(
        TEAM, "Ada"
    )
    assert help_owed(incident) == []
    world.press("Ada", "incident.join", incident.about)
    assert incident.participants.filter(engineer=number("Ada"), left=None).exists()


def test_who_is_asked_by_name_is_needed_whoever_else_joins_and_until_it_is_over(
    world: World, incident: Incident
) -> None:
    both = [str(number("Ada")), str(number("Cy"))]
    world.press("Ben", "incident.call-on", incident.about, people=both, reason="Both of you")
    world.press("Cy", "incident.join", incident.about)
    assert HelpRequest.objects.get(engineer=number("Ada")).answer == ""
    world.press("Ben", "incident.resolve", incident.about, text="Over")
    assert HelpRequest.objects.get(engineer=number("Ada")).answer == "settled"
    assert "It is resolved: you are no longer needed." in " ".join(world.said(TEAM, "Ada"))


def test_who_is_asked_for_a_part_is_asked_for_the_whole(world: World, incident: Incident) -> None:
    cy = [str(number("Cy"))]
    world.press("Ben", "incident.call-on", incident.about, people=cy, reason="Please")
    whole = world.press("Ada", "incident.declare", "new", title="The network fails").show
    sent = {"into": whole.partition(":")[2], "reason": "One cause"}
    world.press("Ben", "incident.merge", incident.about, **sent)
    request = HelpRequest.objects.get()
    assert (request.incident.about, request.answer) == (whole, "")
    assert "Can you join? The network fails" in " ".join(world.said(TEAM, "Cy"))
    assert help_owed(request.incident) == ["19:05"]
    world.press("Cy", "incident.join", whole)
    assert HelpRequest.objects.get().answer == "joins"


def test_where_the_chat_knows_them_the_very_message_says_so(
    world: World, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = workspace()
    try:
        post_mirror.mirror_to("slack")
        for kind, sender in slack_of(world, there).senders().items():
            monkeypatch.setitem(outbox._senders, kind, sender)
        for name, user in (("Ada", ADA), ("Cy", "U0CY")):
            Identity.objects.create(
                outside=f"slack:T1:{user}",
                account=Account.objects.get(name=name),
                looked_at=world.at,
            )
        world.press("Ben", "incident.call-on", incident.about, skill="Kafka", reason="Please")
        first = [one for one in there.called("chat.postMessage") if one["channel"] == ADA]
        assert "Say whether you join: " in first[0]["text"]
        world.press("Cy", "incident.join", incident.about)
        (changed,) = there.called("chat.update")
        assert "Cy has joined: you are no longer needed." in changed["text"]
    finally:
        there.close()
