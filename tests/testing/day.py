"""One day of the whole process, in process, with time as an argument: whatever it says, it runs."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.announcements.models import Announcement
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.models import Question, Ticket
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.journal.models import Reaction
from dutydesk.kernel.actions import Person
from dutydesk.kernel.forms import Field
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from dutydesk.people.models import Account, Engineer, Service
from dutydesk.postmortems.models import Postmortem
from dutydesk.process.flows import process
from dutydesk.process.words import document
from dutydesk.rota.flows import cover_nominations
from dutydesk.routines.flows import checklists
from dutydesk.wiring import ACTIONS
from testing.world import World

SHORT, LONG = timedelta(minutes=40), timedelta(minutes=100)
MIDNIGHT = "2026-11-24T00:30"
# The nights on which clocks change in Europe; Christmas; the turn of a year; a leap day; an evening
# before a weekend; a Tuesday.
BEGINNINGS = (
    "2027-03-28T00:30", "2026-10-25T00:30", "2026-12-25T00:30", "2026-12-31T22:00",
    "2028-02-29T00:30", "2026-11-27T16:30", MIDNIGHT,
)  # fmt: skip
SCREENS = (
    "/", "/process/", "/measures/", "/questions/", "/incidents/", "/board/", "/shifts/",
    "/shifts/shares/", "/shifts/plan/", "/shifts/change/?what=rotation", "/alarms/", "/services/",
    "/announcements/", "/handovers/",
    "/channels/", "/pages/contact-methods/", "/find?q=down", "/routines/",
)  # fmt: skip


def offered(field: Field) -> str | list[str]:
    """Give what a form has filled in already."""
    first = field.options[0][0] if field.kind == "choice" and field.options else ""
    return field.filled_in(process.in_force().zone) or ([] if field.kind == "choices" else first)


class Day:
    """A desk with people on every duty, from `begins` on by its own clock."""

    def __init__(
        self,
        folder: Path,
        text: str,
        named: Callable[[str], str] = str,
        begins: str = MIDNIGHT,
    ) -> None:
        """Put this process in force; `named` says what Ada, Ben, Cy and Uma are really called."""
        (folder / "process.yaml").write_text(text, encoding="utf-8")
        self.world = World(folder, begins)
        self.world.shifts(support="Ada", primary="Ben", secondary="Cy")
        self.process = process.in_force()
        self.named = named
        for rows in (Engineer.objects.all(), Account.objects.all()):
            for number, name in list(rows.values_list("pk", "name")):
                rows.filter(pk=number).update(name=named(name))
        self.refused: list[str] = []

    def person(self, name: str) -> Person:
        """Give one of the people by the short name."""
        return self.world.person(self.named(name))

    def live(self) -> None:
        """Let the day pass, and look at every screen; any fault comes out of here."""
        assert all(chapter.lines for chapter in document(self.process))
        self.night()
        self.until(self.opens("support"))
        self.name_somebody()
        self.question()
        self.alarm_and_incident()
        self.planned_work()
        self.until(self.opens("working"))
        self.world.forward(minutes=30)
        self.show()
        assert not self.failed(), self.failed()

    def night(self) -> None:
        """Let a question and an alert come while most teams sleep, and hold the alert."""
        self.ask("Is anybody there at night?")
        self.tell(9)
        if not Page.objects.filter(state=Page.State.CALLING).exists():
            self.until(min(self.opens("on_call"), self.opens("working")))
        self.acknowledge()
        self.tell(9, firing=False)

    def acknowledge(self) -> None:
        """Answer whatever calls, as Ben, and ask to be called later."""
        for page in Page.objects.filter(state=Page.State.CALLING):
            self.press("Ben", "page.acknowledge", page.about)
            self.press("Ben", "page.snooze", page.about)

    def opens(self, clock: str) -> datetime:
        """Give when a clock next runs, as far as it does within three days."""
        at = self.world.at
        return min(self.process.clock(clock).next_open(at) or at, at + timedelta(days=3))

    def until(self, moment: datetime) -> None:
        """Let time pass until then."""
        self.pass_time(moment - self.world.at)
        checklists.look_after(at=self.world.at)
        self.world.settle()

    def pass_time(self, by: timedelta, most: timedelta = timedelta(days=3)) -> None:
        """Let so much time pass, or what a day's story has room for."""
        self.world.forward(seconds=int(max(min(by, most), timedelta()).total_seconds()))

    def press(self, name: str, action: str, about: str, **values: Any) -> bool:
        """Do something; a refusal is an answer, and is kept."""
        form = ACTIONS[action].form
        try:
            made = form(about, self.person(name), self.world.at) if form else None
            filled = {field.name: offered(field) for field in made.fields} if made else {}
            self.world.press(self.named(name), action, about, **(filled | values))
        except Refused as refusal:
            assert refusal.reason and refusal.remedy
            self.refused.append(f"{action}: {refusal}")
            return False
        return True

    def ask(self, text: str) -> Question:
        """Ask, as Uma."""
        people_posts.post(
            by=Author.of(self.person("Uma")),
            channel=self.process.ask.channel,
            text=text,
            at=self.world.at,
        )
        self.world.settle()
        return Question.objects.latest("id")

    def answer(self, question: Question, text: str) -> None:
        """Answer in the thread, as Ada."""
        people_posts.post(
            by=Author.of(self.person("Ada")),
            channel=self.process.ask.channel,
            text=text,
            at=self.world.at,
            thread=question.post_id,
        )
        self.world.settle()

    def name_somebody(self) -> None:
        """Let Ada take the parts of the support day."""
        engineer = Engineer.objects.get(name=self.named("Ada")).pk
        ahead = Period(self.world.at, self.world.at + timedelta(days=1))
        for one in cover_nominations.nominations(ahead):
            cover_nominations.name(number=one.number, engineer=engineer, at=self.world.at, by="Ben")

    def question(self) -> None:
        """Let a question wait, be answered, pass its limit, get a ticket, be solved and scored."""
        waiting = self.ask("Nobody takes this one")
        self.pass_time(self.process.ask.together + timedelta(seconds=1), timedelta(hours=1))
        asked = self.ask("How do I add a secret?")
        late = self.process.ask.unanswered
        self.pass_time(late.lead + timedelta(minutes=1))
        self.press("Ada", "question.take", asked.about)
        self.answer(asked, "Which namespace is it for?")
        self.press("Ada", "question.more-time", asked.about)
        self.pass_time(self.process.ask.quick_limit + timedelta(minutes=1))
        self.press("Ada", "ticket.raise", asked.about, title="Add a secret", body="From the thread")
        for ticket in Ticket.objects.all():
            self.press("Ada", "ticket.right", ticket.about)
            self.press("Ada", "ticket.close", ticket.about)
        self.answer(waiting, "Sorry for the wait.")
        self.press("Ada", "question.wait", waiting.about)
        for kind in self.process.ask.kinds:
            self.press("Ada", f"question.kind={kind.id}", asked.about)
        self.press("Uma", "question.reopen", asked.about)  # It was closed with its ticket.
        self.press("Uma", "question.solve", asked.about)
        self.press("Uma", "question.score-5", asked.about)
        self.ask("Why is the build of visits failing?")

    def tell(self, number: int, *, firing: bool = True) -> Alarm | None:
        """Let a monitoring system tell of a high alert."""
        told = NotifiedAlert(
            fingerprint=str(number),
            firing=firing,
            labels={"alertname": f"Down{number}", "severity": "critical", "service": "Clusters"},
            annotations={"summary": "Visits can't be booked"},
            starts_at=self.world.at,
            ends_at=None if firing else self.world.at,
        )
        note = Notification(group_key=str(number), alerts=(told,))
        alarm = ingestion.receive(told=note, at=self.world.at)
        self.world.settle()
        return alarm

    def alarm_and_incident(self) -> None:
        """Let an alert page and be escalated, become an incident, pass its limit, and end."""
        self.until(self.opens("on_call"))
        self.alarm(1)
        incident = self.declare()
        if incident is not None:
            self.run(incident)
        self.tell(1, firing=False)
        self.alarm(2)
        self.tell(3)
        self.pass_time(self.process.on_call.storm.within + timedelta(seconds=1), SHORT)
        for number in (2, 3):
            self.tell(number, firing=False)

    def alarm(self, number: int) -> None:
        """Let an alert page, go on to the next, be answered, be put off, and ask again."""
        on_call = self.process.on_call
        self.tell(number)
        self.pass_time(2 * on_call.acknowledge_within, SHORT)
        self.acknowledge()
        self.pass_time(on_call.ask_again_after, SHORT)

    def declare(self) -> Incident | None:
        """Declare an incident of high priority from the alarm."""
        services = [str(row.pk) for row in Service.objects.all()]
        self.press(
            "Ada",
            "incident.declare",
            f"alarm:{Alarm.objects.earliest('id').pk}",
            title="Visits can't be booked",
            criteria=[self.process.incidents.high[0].id],
            services=services,
        )
        return Incident.objects.first()

    def run(self, incident: Incident) -> None:
        """Do all that is owed in an incident, most of it late."""
        about, rules = f"incident:{incident.pk}", self.process.incidents
        self.press("Cy", "incident.take-lead", about)
        self.pass_time(rules.first_update + timedelta(seconds=1), SHORT)
        self.press("Cy", "incident.update", about, text="We look at the database")
        self.pass_time(rules.updates_every + timedelta(seconds=1), SHORT)
        self.press("Cy", "incident.gather", about, decided="We go on")
        self.press("Ben", "incident.work-on", about)
        self.pass_time(self.process.on_call.limit + timedelta(seconds=1), LONG)
        self.press("Ben", "incident.more-time", about, reason="Nearly there")
        self.press("Ben", "incident.maintain", about)
        self.press("Ben", "incident.inform", about)
        self.press("Ben", "incident.plan", about, text="Ada restores it")
        self.pass_time(rules.maintenance.ends_within + timedelta(seconds=1), LONG)
        for row in Maintenance.objects.filter(off_at=None):
            self.press("Ben", "maintenance.end", f"maintenance:{row.pk}")
        self.press("Cy", "incident.resolve", about, text="A disk was full", still="yes")
        for review in Postmortem.objects.all():
            self.press("Cy", "postmortem.session", f"postmortem:{review.pk}", notes="The disk")

    def planned_work(self) -> None:
        """Announce work for the hours to come, begin it, tell of it, and let it overrun."""
        zone = self.process.zone

        def clock(hours: int) -> str:
            return f"{(self.world.at + timedelta(hours=hours)).astimezone(zone):%Y-%m-%dT%H:%M}"

        times = {"starts": clock(1), "ends": clock(3), "updates": clock(2)}
        services = [str(Service.objects.values_list("pk", flat=True)[0])]
        self.press(
            "Ben", "announcement.announce", "new", title="New disks", text="The old are full",
            services=services, mute="yes", **times,
        )  # fmt: skip
        for row in Announcement.objects.all():
            self.pass_time(timedelta(hours=1), LONG)
            self.press("Ben", "announcement.start", row.about)
            self.press("Ben", "announcement.update", row.about, text="Half of them are in")
            self.pass_time(timedelta(hours=3), LONG)
            self.press("Cy", "announcement.move", row.about, ends=clock(2), text="One is missing")
            self.press("Cy", "announcement.finish", row.about, text="All of them are in")

    def screens(self) -> Iterator[str]:
        """Give the addresses to look at."""
        yield from SCREENS
        for rows, address in (
            (Question.objects.all(), "/questions/{}"),
            (Question.objects.all(), "/questions/{}/record"),
            (Ticket.objects.all(), "/tickets/{}"),
            (Alarm.objects.all(), "/alarms/{}"),
            (Page.objects.all(), "/pages/{}"),
            (Incident.objects.all(), "/incidents/{}"),
            (Announcement.objects.all(), "/announcements/{}"),
            (Postmortem.objects.all(), "/postmortems/{}"),
        ):
            for row in rows[:2]:
                yield address.format(row.pk)

    def show(self) -> None:
        """Look at every screen, as an engineer."""
        client = Client()
        client.force_login(Account.objects.get(name=self.named("Ada")))
        plan = client.post("/shifts/plan/", {"weeks": "2"})
        assert plan.status_code in (200, 422)
        for address in self.screens():
            answer = client.get(address)
            assert answer.status_code in (200, 302), f"{address}: {answer.status_code}"

    def failed(self) -> list[str]:
        """Give what was owed because of something else, and could not be done."""
        rows = Reaction.objects.exclude(problem="") | Reaction.objects.filter(attempts__gt=1)
        return [f"{row.name}: {row.problem}" for row in rows]
