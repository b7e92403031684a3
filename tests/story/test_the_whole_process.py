"""The process once through every room: real processes, Alertmanager, mail, and time moved on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testing.alertmanagers import Alertmanager
from testing.machine import eventually
from testing.postbox import Mail
from testing.told_by_a_pair import told_by_a_pair
from testing.visitors import Visitor, first_account, invite
from testing.whole_desk import Desk, ordinary_tuesday

PEOPLE = """
engineers:
  - {name: Ben, email: ben@example.org}
  - {name: Cy, email: cy@example.org}
teams:
  - name: Prisons
    channel: "#prisons"
    services: [{name: visits}]
leadership: [{name: Director, email: director@example.org}]
"""


@dataclass
class Team:
    desk: Desk
    ada: Visitor
    ben: Visitor
    uma: Visitor


@pytest.fixture
def team() -> Iterator[Team]:
    begins = ordinary_tuesday(10, 30)
    desk = Desk(begins, fresh=True)
    try:
        ada = first_account(desk, "Ada")
        assert "Loaded 2 engineers" in ada.send("/people/", what="file", text=PEOPLE).text
        ben, uma = (invite(desk, ada, name) for name in ("Ben", "Uma"))
        page = ada.see("/shifts/change/")
        day = f"{begins:%Y-%m-%d}"
        for duty, name in (("support", "Ada"), ("primary", "Ben"), ("secondary", "Cy")):
            number = re.findall(rf'<option value="(\d+)"[^>]*>\s*{name}\s*<', page)[0]
            answer = ada.send(
                "/shifts/change/",
                what="shift",
                confirm="1",
                duty=duty,
                engineer=number,
                start=f"{day}T07:00",
                end=f"{begins.year + 1}-12-31T10:00",
            )
            assert "Changed. 1 person was told." in answer.text
        yield Team(desk, ada, ben, uma)
    finally:
        desk.close()


def channel(visitor: Visitor, name: str) -> str:
    listed = visitor.see("/channels/")
    return str(re.findall(rf'href="(/channels/\d+)">\s*{name}\s*<', listed)[0])


@pytest.mark.clause(
    "ask.entry",
    "ask.cover",
    "ask.quick",
    "ask.ticket",
    "ask.ticket-by-engineer",
    "ask.board",
    "ask.ticket-record",
    "measure.happiness",
    "oncall.escalate",
    "hours.overlap",
    "incident.declare",
    "incident.broadcast",
    "incident.lead",
    "announce.commitment",
    "incident.comms-leaders",
    "incident.hourly",
    "oncall.limit",
    "oncall.maintenance",
    "oncall.inform",
    "oncall.plan",
    "incident.resolve",
    "postmortem.timeline",
    "measure.incidents",
    "measure.recovery",
)
def test_the_process_lives_from_a_question_to_a_postmortem(team: Team, tmp_path: Path) -> None:
    _who_covers_what_now(team)
    _a_question_is_asked_answered_ticketed_solved_and_scored(team)
    _what_is_typed_is_never_lost_nor_run(team)
    _an_alert_pages_becomes_an_incident_and_ends_in_a_postmortem(team, tmp_path)


def _who_covers_what_now(team: Team) -> None:
    told = team.desk.command("who").stdout
    assert "Ada: has the support shift in working hours" in told
    assert "nobody: it is outside on-call hours" in told
    refused = team.ada.send(
        "/shifts/change/",
        what="shift",
        confirm="1",
        duty="primary",
        engineer="1",
        start="2099-01-01T10:00",
        end="2098-01-01T10:00",
    )
    assert refused.status_code == 422
    assert "The end is not after the start." in refused.text


def _a_question_is_asked_answered_ticketed_solved_and_scored(team: Team) -> None:
    asked = team.uma.send(channel(team.uma, "#ask-cloud-platform"), text="How do I add a secret?")
    thread = asked.url.path
    eventually(lambda: "Ada is answering questions just now" in team.uma.see(thread))
    team.ada.send(thread, text="Which namespace is it for?")
    moved = team.desk.command("rehearse", "--forward", "15 minutes")
    assert moved.returncode == 0, moved.stderr
    page = eventually(lambda: p if "Shall we raise a ticket" in (p := team.ada.see(thread)) else "")
    assert "Shall we raise a ticket" not in team.uma.see(thread)
    about = re.findall(r"/do/ticket.raise/(question:\d+)", page)[0]
    form = team.ada.see(f"/do/ticket.raise/{about}")
    assert "How do I add a secret?" in form
    assert "Which namespace is it for?" in form
    ticket = team.ada.do("ticket.raise", about, title="Add a secret", body="From the thread")
    assert "is raised" in ticket.text
    assert "Support To Do" in team.ada.see("/board/")
    assert "Add a secret" in team.ada.see("/board/")
    assert "keeps the record of this" in team.uma.see(thread)
    team.uma.do("question.solve", about)
    eventually(lambda: "How was our help?" in team.uma.see(thread))
    assert "How was our help?" not in team.ada.see(thread)
    team.uma.do("question.score-5", about)
    assert "from 1 answer of" in " ".join(team.ada.see("/measures/").split())


def _what_is_typed_is_never_lost_nor_run(team: Team) -> None:
    ask = channel(team.uma, "#ask-cloud-platform")
    long = team.uma.send(ask, text="<script>alert(1)</script>" + "x" * 41_000)
    assert long.status_code == 422
    assert "40000 is the most" in long.text
    assert "&lt;script&gt;alert(1)" in long.text
    refused = team.ada.do("incident.declare", "new", title=" ", criteria="outage")
    assert refused.status_code == 422
    assert "“What is wrong?” is missing." in refused.text
    assert 'value="outage" checked' in refused.text


def _an_alert_pages_becomes_an_incident_and_ends_in_a_postmortem(team: Team, folder: Path) -> None:
    key = team.ada.send("/alarms/keys/", name="Alertmanager").text
    webhook = re.findall(r"url: (http://\S+)", key)[0]
    _refuses_garbage(team, webhook)
    team.desk.forward("7 hours")  # 17:50 or so: support and on call both cover.
    alertmanager = Alertmanager(folder / "alertmanager", webhook)
    try:
        _paged(team, alertmanager)
        about = _declared(team)
        _updated(team, about)
        _limited(team, about)
        _resolved(team, about)
        alertmanager.tell("VisitsDown", firing=False, severity="critical", service="visits")
        eventually(lambda: "Nothing fires" in team.ada.see("/"))
        told_by_a_pair(team.desk, team.ada, folder / "pair", webhook, called="ben@example.org")
        _held_at_night(team, alertmanager)
    finally:
        alertmanager.stop()


def _refuses_garbage(team: Team, webhook: str) -> None:
    post = team.ada.client.post
    before = team.ada.see("/")
    for body, address, status in (
        (b"nonsense", webhook, 400),
        (b'{"version": "4"}', webhook, 400),
        (b"{}", webhook + "x", 403),
    ):
        answer = post(address, content=body)
        assert answer.status_code == status, answer.text
        assert len(answer.text.splitlines()) == 1
    assert team.ada.client.get(webhook).status_code == 405
    assert "Nothing fires" in before
    assert "Nothing fires" in team.ada.see("/")


def _pages(team: Team, address: str) -> list[Mail]:
    return [m for m in team.desk.postbox.to(address) if m.subject.startswith("Page")]


def _paged(team: Team, alertmanager: Alertmanager) -> None:
    alertmanager.tell("VisitsDown", severity="critical", service="visits")
    mail = eventually(lambda: _pages(team, "ada@example.org"))[0]
    assert "VisitsDown is failing" in mail.subject
    team.desk.forward("5 minutes")
    mail = eventually(lambda: _pages(team, "ben@example.org"))[0]
    link = re.findall(r"http://\S+/pages/answer/\S+", mail.body)[0]
    stranger = Visitor(team.desk)
    assert "I have it, Ben" in stranger.see(link)
    assert "calling Ben" in team.ada.see("/")
    answer = stranger.send(link)
    assert "Ben has it" in answer.text
    assert "acknowledged" in team.ada.see("/")


def _declared(team: Team) -> str:
    alarm = re.findall(r'href="/alarms/(\d+)"', team.ada.see("/"))[0]
    form = team.ben.see(f"/do/incident.declare/alarm:{alarm}")
    assert "VisitsDown is failing" in form
    service = re.findall(r'name="services" value="(\d+)" checked', form)[0]
    team.desk.forward("10 minutes")  # After 18:00: out of working hours.
    declared = team.ben.do(
        "incident.declare",
        f"alarm:{alarm}",
        title="Visits can't be booked",
        services=service,
        criteria=["outage", "blocked"],
        user_impact="yes",
    )
    assert "Declared, with high priority" in declared.text
    about = "incident:" + declared.url.path.rpartition("/")[2]
    for name in ("#cloud-platform", "#ask-cloud-platform", "#prisons"):
        assert "Visits can&#x27;t be booked" in team.uma.see(channel(team.uma, name))
    assert "You lead." in team.ben.do("incident.take-lead", about).text
    eventually(lambda: len(team.desk.postbox.to("director@example.org")) == 1)
    return about


def _updated(team: Team, about: str) -> None:
    refused = team.ben.do("incident.update", about, text="We look into it", next="")
    assert refused.status_code == 422
    assert "“When do they hear next?” is missing." in refused.text
    assert "We look into it" in refused.text
    told = team.ben.do("incident.update", about, text="We look into it", next="20")
    assert "The next update is promised" in told.text
    eventually(lambda: len(team.desk.postbox.to("director@example.org")) == 2)
    team.desk.forward("16 minutes")
    team_channel = channel(team.ada, "#cloud-platform")
    eventually(lambda: "Due soon" in team.ada.see(team_channel))
    team.desk.forward("5 minutes")
    eventually(lambda: "Overdue" in team.ada.see(team_channel))
    team.ben.do("incident.update", about, text="Still at it", next="60")
    assert '<span class="tag late">late</span>' in team.ada.see(f"/incidents/{about[9:]}")


def _limited(team: Team, about: str) -> None:
    team.desk.forward("40 minutes")
    team_channel = channel(team.ada, "#cloud-platform")
    eventually(lambda: "On call has worked on this for 1 hour" in team.ada.see(team_channel))
    eventually(lambda: "Time to gather about this" in team.ada.see(team_channel))
    gathered = {"answer-0": "No", "answer-1": "Yes", "decided": "Go on in the morning"}
    assert "Recorded" in team.ben.do("incident.gather", about, **gathered).text
    form = team.ben.see(f"/do/incident.maintain/{about}")
    service = re.findall(r'<option value="(\d+)"', form)[0]
    assert "is in maintenance" in team.ben.do("incident.maintain", about, service=service).text
    assert "In maintenance" in team.uma.see("/")
    team.ben.do("incident.inform", about, text="It stays off tonight")
    assert "It stays off tonight" in team.uma.see(channel(team.uma, "#prisons"))
    team.ben.do("incident.plan", about, text="Ada restores it at 10:00")
    page = team.ada.see(f"/incidents/{about[9:]}")
    assert "Ada restores it at 10:00" in page
    assert page.count('<span class="tag kept">kept</span>') >= 4


def _resolved(team: Team, about: str) -> None:
    resolved = team.ben.do(
        "incident.resolve", about, text="It works again", repaired="", still="yes"
    )
    assert "Everybody who was told is told" in resolved.text
    for name in ("#cloud-platform", "#ask-cloud-platform", "#prisons"):
        shown = team.uma.see(channel(team.uma, name))
        assert "Resolved: Visits can&#x27;t be booked" in shown
    eventually(lambda: "It works again" in team.desk.postbox.to("director@example.org")[-1].body)
    number = about[9:]
    (review, *_) = eventually(
        lambda: re.findall(r"/postmortems/\d+", team.ada.see(f"/incidents/{number}"))
    )
    postmortem = team.ada.see(review)
    for happened in (
        "was paged by e-mail and chat",
        "acknowledged the page",
        "leads",
        "Decided",
        "visits is in maintenance",
        "Resolved",
    ):
        assert happened.lower() in postmortem.lower(), happened
    measures = team.ada.see("/measures/recovery?clock=on_call")
    assert "of 1 of 1" in measures
    assert "in on-call hours" in measures


def _held_at_night(team: Team, alertmanager: Alertmanager) -> None:
    team.desk.forward("7 hours")  # After two in the morning.
    alertmanager.tell("ClustersDown", severity="critical")
    eventually(lambda: "held until" in team.ada.see("/"))

    def pages() -> list[str]:
        told = (mail.subject for mail in team.desk.postbox.to("ben@example.org"))
        return [subject for subject in told if "ClustersDown" in subject]

    assert pages() == []
    team.desk.forward("5 hours 30 minutes")
    eventually(pages)
    assert len(pages()) == 1
