"""Every kind of event is recorded in a story."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django.db import transaction

import dutydesk
from dutydesk.alarms.flows import acknowledgements, ingestion, keys, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.announcements.flows import work_calendars
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.flows import ownership
from dutydesk.desk.models import Question
from dutydesk.incidents.flows import deploys
from dutydesk.incidents.models import Incident
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind
from dutydesk.oncall.flows import contact_methods
from dutydesk.outbox.flows import outbox
from dutydesk.people.flows import accounts, directory, invitations, people, skills
from dutydesk.people.models import Account, Engineer
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.routines.flows import checklists
from testing import elsewhere
from testing.day import Day
from testing.elsewhere import Away
from testing.handed import handovers_pass
from testing.office import ASK, Office
from testing.one_office import office_in
from testing.planned import form
from testing.routines import request
from testing.world import number

pytestmark = pytest.mark.django_db
# Whoever presses what about what in the office, one after another.
PRESSED: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("Ben", "ticket.comment", "ticket", {"text": "It is the disk"}),
    ("Ben", "routine.undo", "done item", {}),
    ("Ben", "routine.triage", "alarm", {}),
    ("Ben", "ticket.close", "ticket", {}),
    ("Ben", "ticket.reopen", "closed ticket", {}),
    ("Ada", "question.sort", "solved question", {"kind": "access", "outcome": "fixed"}),
    ("Uma", "question.reopen", "solved question", {}),
    ("Ben", "question.not-same", "same question", {}),
    ("Uma", "question.part-post", "further post", {}),
    ("Uma", "question.page", "solved question", {"why": "Nobody can book visits"}),
    ("Uma", "post.edit", "post", {"text": "We deploy at one"}),
    ("Uma", "post.remove", "post", {}),
    ("Ben", "arrival.retry", "arrival", {}),
    ("Ben", "silence.extend", "silence", {"until": "2026-11-26T10:00"}),
    ("Ben", "silence.lift", "silence", {}),
    ("Ben", "alarm.over", "alarm", {"reason": "The graph says so"}),
    ("Ben", "rota.take", "swap", {}),
    ("Ada", "announcement.update", "work begun", {"text": "Two of three are done"}),
    ("Ben", "status.remove", "subscriber", {}),
    ("Ben", "series.skip", "series", {"day": "2026-12-15", "reason": "A freeze"}),
    ("Ben", "maintenance.move", "maintenance", {"until": "2026-11-25T10:00"}),
    ("Ben", "availability.withdraw", "exclusion", {}),
    ("Ben", "improvement.change", "improvement", {"title": "An alert"}),
    ("Ben", "improvement.ticket", "improvement", {}),
    ("Ben", "improvement.drop", "improvement", {"why": "We replace it"}),
    ("Ben", "improvement.reopen", "improvement", {}),
    ("Ben", "postmortem.unpublish", "published postmortem", {"why": "A name stood in it"}),
)


# What happens outside the desk and is heard of here.
ELSEWHERE = (
    elsewhere.chat_is_away,
    elsewhere.outsider_writes_in_the_tracker,
    elsewhere.stranger_resolves_a_page,
    elsewhere.older_program_leaves_a_reaction,
)


def kinds(of: type[Event] = Event) -> Iterator[str]:
    """Give every kind of event that the desk knows; other tests have some of their own."""
    for event in of.__subclasses__():
        if "kind" in vars(event) and event.__module__.startswith("dutydesk."):
            yield event.kind
        yield from kinds(event)


def recorded() -> set[str]:
    return set(JournalEntry.objects.values_list("kind", flat=True))


def day(folder: Path) -> set[str]:
    """Live through a day; give what was recorded, and leave nothing behind."""
    folder.mkdir()
    with transaction.atomic():
        Day(folder, DEFAULT_FILE.read_text(encoding="utf-8")).live()
        seen = recorded()
        transaction.set_rollback(True)
    return seen


def office(folder: Path) -> set[str]:
    """Do in an office what no ordinary day sees; give what was recorded, and leave nothing."""
    folder.mkdir()
    with transaction.atomic():
        here = office_in(folder)
        for name, action, about, values in PRESSED:
            here.world.press(name, action, here.about[about], **values)
        question_goes_back_and_forth(here)
        incidents_are_put_right(here)
        announcement_is_put_right(here)
        timeline_is_written(here)
        handovers_pass(here)
        others_ask_the_same(here)
        post_stays_owed(here)
        somebody_acknowledges_elsewhere(here)
        incident_worsens(here)
        something_flaps(here)
        for happens in ELSEWHERE:
            happens(here)
        night_passes(here)
        people_change(here)
        nothing_reaches_anybody(here)
        elsewhere.rota_changes(here)
        request_is_left_to_lie(here)
        repository_is_away_for_a_while(here)
        seen = recorded()
        transaction.set_rollback(True)
    return seen


def question_goes_back_and_forth(here: Office) -> None:
    """Let one be taken, given back, wait, go on, and be answered by what was said before."""
    about, world = here.about["question"], here.world
    found = Question.objects.get(pk=int(about.partition(":")[2]))
    world.press("Ben", "question.take", about)
    ownership.give_back(question=found.pk, by=world.person("Ben"), at=world.at)
    world.press("Ben", "question.wait", about)
    here.say("Uma", "It is live-1", thread=found.post_id)
    world.press("Uma", f"question.helped={here.here.past}", about)
    world.press("Uma", "question.reopen", about)
    world.press("Ben", "question.same", about, other=here.here.past)
    taken_back = here.say("Uma", "Is the registry slow?")
    world.press("Uma", "post.remove", f"post:{taken_back.pk}")


def repository_is_away_for_a_while(here: Office) -> None:
    """Let the handbook's repository be gone, and be there again."""
    book = here.book
    docs, moved = book.folder / "docs", book.folder / "moved"
    docs.rename(moved)
    try:
        book.later()
    finally:  # Other offices of this process have the same folder.
        moved.rename(docs)
    book.later()


def announcement_is_put_right(here: Office) -> None:
    """Let one be called otherwise, and planned work be read in calendars elsewhere."""
    about, world = here.about["announcement"], here.world
    filled = form(world, "Ada", "announcement.correct", about) | {"title": "Newer disks"}
    world.press("Ada", "announcement.correct", about, **filled)
    work_calendars.make(by=world.person("Ada"), at=world.at)


def request_is_left_to_lie(here: Office) -> None:
    """Let nobody look at a request on the next day, nor do what else is on its checklists."""
    request(here.world, "A second namespace")
    for moment in ("2026-11-26T16:00", "2026-11-27T00:00"):
        checklists.look_after(at=here.world.moment(moment))


def incidents_are_put_right(here: Office) -> None:
    """Let one be no high one, no incident at all, go on after all, and be part of another."""
    over, why = here.about["incident over"], "It was seen otherwise"
    for action, values in (
        ("correct", {"title": "It was slow"}),
        ("assess", {}),
        ("mistake", {}),
        ("reopen", {}),
        ("merge", {"into": here.number("incident")}),
    ):
        here.world.press("Ben", f"incident.{action}", over, reason=why, **values)


def timeline_is_written(here: Office) -> None:
    """Let a note be corrected and taken back, a thing be parted, and a deployment be told of."""
    press, note = here.world.press, here.about["note"]
    press("Ben", "note.correct", note, text="A disk was slow", at="2026-11-24T19:05")
    press("Ben", "note.remove", note)
    press("Ben", "incident.part", here.about["question"], incident=here.number("incident"))
    key = keys.make_key(name="Argo", by="Ada", at=here.world.at, opens="deploys")
    told = b'{"service": "Clusters", "version": "7"}'
    deploys.take(token=key, body=told, at=here.world.at)


def others_ask_the_same(here: Office) -> None:
    texts = ("Grafana login fails", "Can't login at Grafana", "Is the Grafana login down?")
    for one, text in enumerate(texts):
        who = Author(f"P{one}", None, f"slack:T1:U{one}")
        people_posts.post(by=who, channel=ASK, text=text, at=here.world.at)
        here.world.settle()


AWAY = MessageKind("story.away", "nobody")


def post_stays_owed(here: Office) -> None:
    outbox.enqueue(key="k", kind=AWAY, subject="story:1", payload={}, at=here.world.at)
    here.world.settle()


def somebody_acknowledges_elsewhere(here: Office) -> None:
    alarm = here.alarm("Elsewhere")
    acknowledgements.acknowledged_elsewhere(
        group_key=alarm.group_key, client="Grafana", at=here.world.at
    )


def incident_worsens(here: Office) -> None:
    """Let something new fire in a group that somebody has declared an incident about."""
    alarm = here.alarm("Worse")
    here.world.press("Ben", "incident.declare", alarm.about, title="It fails", criteria=["outage"])
    labels = {"alertname": "Other", "severity": "critical"}
    more = NotifiedAlert("other", True, labels, {"summary": "Other"}, here.world.at, None)
    ingestion.receive(told=Notification("Worse", (more,)), at=here.world.at)
    here.world.settle()


def something_flaps(here: Office) -> None:
    for _ in range(3):
        at, labels = here.world.at, {"alertname": "Flaps", "severity": "low"}
        for firing in (True, False):
            alert = NotifiedAlert("flaps", firing, labels, {}, at, None if firing else at)
            ingestion.receive(told=Notification("Flaps", (alert,), ordered=True), at=at)
        here.world.forward(minutes=1)


def all_is_over(here: Office) -> None:
    """Let what fires be over, and but one incident be resolved: a night repeats what is owed."""
    for alarm in Alarm.objects.filter(state="firing"):
        here.world.press("Ben", "alarm.over", alarm.about, reason="It works again")
    for incident in Incident.objects.filter(state="open").order_by("-id")[1:]:
        here.world.press("Ben", "incident.resolve", incident.about, text="It works again")


def night_passes(here: Office) -> None:
    """Let a silence begin and end while its alarm fires, and the support day open after that."""
    all_is_over(here)
    world, hour = here.world, timedelta(hours=1)
    here.alarm("Quiet")
    wanted = SilenceDraft(
        read_matchers(("alertname=Quiet",)),
        starts_at=world.at + hour,
        ends_at=world.at + 2 * hour,
        reason="We repair it",
    )
    silences.silence(wanted=wanted, by="Ben", at=world.at)
    world.forward(hours=3)
    all_is_over(here)
    world.at += 9 * hour
    world.forward(hours=3)


def people_change(here: Office) -> None:
    ada, cy, at = number("Ada"), number("Cy"), here.world.at
    method = contact_methods.add(
        engineer=ada, name="Phone", address="json://127.0.0.1:9/x", delay=0, at=at, by="Ada"
    )
    contact_methods.remove(method=method.pk, engineer=ada, at=at, by="Ada")
    invitations.invite(email="new@example.org", at=at)
    for name in ("Cyrus", "Cy"):
        people.change_engineer(engineer=cy, name=name, email="cy2@example.org", at=at)
    skills.set_skills(engineer=ada, names=["Kafka"], at=at)
    for email in ("dora@exmaple.org", "dora@example.org"):
        people.save_contact(name="Dora", email=email, at=at)
    added = people.save_team(name="Ports", channel="#ports").about
    directory.rename(about=added, name="Harbours", by=here.world.person("Ada"), at=at)
    directory.remove(about=added, by=here.world.person("Ada"), at=at)
    accounts.close(account=Account.objects.get(name="Vic").pk, by=None, at=at)
    here.world.settle()


def nothing_reaches_anybody(here: Office) -> None:
    """Let something fire when whoever has the shift is reached by nothing."""
    Engineer.objects.filter(name="Ada").update(account=None)
    here.world.at += timedelta(hours=9, minutes=30)
    here.world.forward(minutes=30)  # To the evening, when nobody is on support.
    here.alarm("Skipped")


def test_every_kind_of_event_is_recorded_in_a_story(
    tmp_path: Path,
) -> None:
    for module in walk_packages(dutydesk.__path__, "dutydesk."):
        if ".flows." in module.name:  # What no test has loaded yet has events too.
            import_module(module.name)
    outbox.deliver_with(AWAY, Away())
    seen = day(tmp_path / "day") | office(tmp_path / "office")
    assert sorted(set(kinds()) - seen) == []
