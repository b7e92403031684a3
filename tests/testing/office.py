"""A desk with one of everything that can be opened or acted on, and everybody who might try."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django.db import connection
from django.test import Client

from doubles.git_server import Files
from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.announcements.models import PromisedUpdate
from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.desk.models import PastAnswer, Question, Ticket
from dutydesk.handovers.flows import steps
from dutydesk.handovers.models import Handover
from dutydesk.incidents.models import Incident, Maintenance, Note
from dutydesk.incidents.rules.promises import ROLE_HANDOVER
from dutydesk.kernel.files import SentFile
from dutydesk.kernel.messages import Message
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.models import Page
from dutydesk.people.flows import people
from dutydesk.people.models import Account, Service
from dutydesk.pictures.flows import pictures
from dutydesk.postmortems.models import Improvement, Postmortem
from dutydesk.rota.flows import cover_nominations, swaps
from dutydesk.rota.models import Shift
from dutydesk.routines.flows import checklists
from dutydesk.routines.models import Checklist
from dutydesk.status.models import ChannelSubscription, Subscription
from testing import arrivals, reviews
from testing.drawn import png_of
from testing.further_posts import further_posts
from testing.handbook import PNG, Book
from testing.measured import put_right
from testing.screens import visit
from testing.state import state
from testing.status import show
from testing.world import World, number

ASK, TALK = "#ask-cloud-platform", "#talk"
SIGNED_OUT = ""
# Uma asks, Vic asks nothing; Ada is concerned, Ben another engineer; Max is an administrator and
# no engineer; Cy has left the team, and is signed in no more.
EVERYBODY = (SIGNED_OUT, "Uma", "Vic", "Cy", "Ada", "Ben", "Max")
DAY = timedelta(days=1)


class Office:
    """One of everything, on a Tuesday evening. `about` names each thing as a subject."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, "2026-11-24T16:30")
        self.about: dict[str, str] = {"new": "new"}
        show(self.world, folder, who="sign-in", postmortems="public", ask="  urgent: {}\n")
        self._handbook(folder)
        self._people()
        self._questions()
        self._alarms()
        self._routines()
        self.world.forward(hours=3)  # Past working hours, when on call's limit runs.
        self._incidents()
        self._announcements()
        self._shifts()
        self._status_page()
        self._handovers()
        self.about |= put_right(self.world)
        self.here = SimpleNamespace(
            service=self.about["service"].partition(":")[2],
            visits=self.about["service out"].partition(":")[2],
            past=self.about["past"].partition(":")[2],
            ben=str(number("Ben")),
            incident=self.number("incident"),
            alarm=self.about["alarm"],
            question=self.about["question"],
            words=reviews.seen_now(
                self.world, Postmortem.objects.get(pk=self.number("whole postmortem"))
            ),
        )

    def _handbook(self, folder: Path) -> None:
        """Let everybody read a handbook, beside a status page that they see."""
        file = folder / "shown.yaml"
        pages: Files = {"a.md": "# Logs\n\n![plan](img/plan.png)\n", "img/plan.png": PNG}
        text = file.read_text(encoding="utf-8")
        self.book = Book(self.world, folder, pages, read_by="everybody", shipped=text)
        self.about["repository"] = self.book.row.about

    def _people(self) -> None:
        Account.objects.create_user(email="vic@example.org", name="Vic")
        Account.objects.create_user(email="max@example.org", name="Max")
        Account.objects.filter(name="Max").update(is_administrator=True)
        self.about["account"] = Account.objects.get(name="Vic").about
        self.world.shifts(support="Ada", primary="Ada")
        people.set_active(engineer=number("Cy"), active=False, at=self.world.at)

    def say(self, by: str, text: str, channel: str = ASK, thread: int | None = None) -> Post:
        """Let somebody post."""
        author = Author.of(self.world.person(by))
        post = people_posts.post(
            by=author, channel=channel, text=text, at=self.world.at, thread=thread
        )
        self.world.settle()
        self.world.forward(minutes=5)
        return post

    def _asked(self, name: str, text: str) -> Question:
        found = Question.objects.get(post=self.say("Uma", text))
        self.about[name] = found.about
        return found

    def _questions(self) -> None:
        past = self._asked("past", "How do I add a namespace to the live cluster?")
        self.say("Ada", "With the form.", thread=past.post_id)
        question = self._asked("question", "Can I add a second namespace to live?")
        offered = {"likeness": 1, "offered_at": self.world.at}
        PastAnswer.objects.get_or_create(question=question, past=past, defaults=offered)
        with_ticket = self._asked("question with a ticket", "Prison visits fails on staging")
        solved = self._asked("solved question", "Where is the log of deploys?")
        self.say("Ada", "On the page Logs.", thread=solved.post_id)
        self.world.press("Ada", "question.solve", solved.about)
        talk = self.say("Uma", "We deploy at noon", TALK)
        talk.pictures.set(pictures.keep([SentFile("a.png", png_of())], by="Uma", at=self.world.at))
        self.about["picture"] = f"picture:{talk.pictures.get().pk}"
        other = self.say("Uma", "And again at four", TALK)
        marked = self.say("Vic", "Thank you", TALK)
        author = Author.of(self.world.person("Vic"))
        people_posts.mark(post=marked.pk, name="eyes", by=author, on=True, at=self.world.at)
        self.about["channel"] = f"channel:{talk.channel_id}"
        self.about |= {"thread": talk.about, "post": f"post:{talk.pk}"}
        self.about |= {"other thread": other.about, "marked post": f"post:{marked.pk}"}
        self._tickets(with_ticket)
        self.about |= further_posts(self.world)
        private = desk_posts.say(
            key="private",
            channel=TALK,
            message=Message("For Vic alone", title="Confidential"),
            at=self.world.at,
            only_for=Account.objects.get(name="Vic").pk,
        )
        self.about["private thread"] = private.about

    def _tickets(self, question: Question) -> None:
        press = self.world.press
        press("Ben", "ticket.raise", question.about, title="Visits", body="It fails")
        ticket = Ticket.objects.latest("id")
        press("Ben", "ticket.right", ticket.about)
        press("Ben", "ticket.assign", ticket.about, engineer=str(number("Ada")))
        self.about |= {"ticket": ticket.about, "kept thread": f"thread:{question.post_id}"}
        press("Ben", "thread.ticket", self.about["thread"], title="Deploys", body="At noon")
        closed = Ticket.objects.latest("id")
        press("Ben", "ticket.close", closed.about)
        self.about["closed ticket"] = closed.about

    def alarm(self, group: str) -> Alarm:
        """Let a monitoring system tell of a high alert."""
        labels = {"alertname": group, "severity": "critical"}
        alert = NotifiedAlert(group, True, labels, {"summary": group}, self.world.at, None)
        alarm = ingestion.receive(told=Notification(group, (alert,)), at=self.world.at)
        self.world.settle()
        assert alarm is not None
        return alarm

    def _alarms(self) -> None:
        for group in ("Held", "Calling"):
            alarm = self.alarm(group)
            page = Page.objects.get(subject=f"alarm:{alarm.pk}")
            self.about |= {"alarm": f"alarm:{alarm.pk}", f"page {group.lower()}": page.about}
        matchers, at = read_matchers(("alertname=Other",)), self.world.at
        silence = SilenceDraft(matchers, at, at + DAY, "We repair it")
        self.about["arrival"] = arrivals.put_aside(at).about
        self.about["silence"] = silences.silence(wanted=silence, by="Ben", at=self.world.at).about
        self.about["rehearsal"] = f"rehearsal:{number('Ada')}"

    def _routines(self) -> None:
        checklists.look_after(at=self.world.at)
        start = Checklist.objects.get(routine="day-start")
        done = start.items.get(gathers__contains=["alarms"])
        item = start.items.get(gathers__contains=["questions"])
        self.world.press("Ada", "routine.done", done.about)
        self.about |= {"checklist": start.about, "item": item.about, "done item": done.about}

    def _incidents(self) -> None:
        press, visits = self.world.press, Service.objects.get(name="Prison visits")
        clusters = Service.objects.get(name="Clusters")
        self.about |= {"service": clusters.about, "service out": visits.about}
        self.about["part"] = press("Ada", "incident.declare", "new", title="Elsewhere").show
        for title in ("Over", "Going on"):
            values = {"title": title, "criteria": ["outage"], "services": [str(visits.pk)]}
            press("Ada", "incident.declare", "new", user_impact="yes", **values)
            incident = Incident.objects.latest("id")
            if title == "Over":
                press("Ada", "incident.resolve", f"incident:{incident.pk}", text="It is over")
                self.about["incident over"] = incident.about
        self.about["incident"] = incident.about
        small = press("Ada", "incident.declare", "new", title="Small").show
        press("Ada", "incident.resolve", small, text="It is over")
        self.about["small incident"] = small
        for role in ("scribe", "communications"):
            press("Ada", f"incident.take-role={role}", incident.about)
        self._turn_is_over(incident)
        ben = [str(number("Ben"))]
        press("Ada", "incident.call-on", incident.about, people=ben, reason="Two see more")
        self.about["postmortem"] = f"postmortem:{Postmortem.objects.get().pk}"
        press("Ada", "service.maintain", visits.about, reason="New disks")
        self._improvements()
        self.about["maintenance"] = Maintenance.objects.get().about
        press("Ada", "page.acknowledge", self.about["page held"])
        when = "2026-11-24T19:00"
        press("Ada", "incident.note", self.about["incident"], text="The disk filled up", at=when)
        self.about["note"] = Note.objects.get().about
        press("Ada", "incident.link", self.about["incident"], thing=self.about["question"])

    def _turn_is_over(self, incident: Incident) -> None:
        """Let Ada be asked to hand communications over."""
        commitments.promise(
            kind=ROLE_HANDOVER,
            subject=incident.about,
            owner="Ada",
            text=ROLE_HANDOVER.says(title=incident.title),
            times=Promise(due_at=self.world.at + DAY),
            at=self.world.at,
        )

    def _improvements(self) -> None:
        """Let two things be to improve, of which one is done."""
        press, about = self.world.press, self.about["postmortem"]
        for name in ("done improvement", "improvement"):
            owner = str(number("Ada"))
            press("Ada", "improvement.add", about, title=name, owner=owner, priority="high")
            self.about[name] = Improvement.objects.latest("pk").about
        press("Ada", "improvement.done", self.about["done improvement"])
        whole, shown = (reviews.reviewed(self.world, name) for name in ("Whole", "Published"))
        reviews.publish(self.world, shown)
        self._file_of(whole)
        self.about |= {"whole postmortem": whole.about, "published postmortem": shown.about}

    def _file_of(self, whole: Postmortem) -> None:
        """Let it have been published and withdrawn, and its file be left in a repository."""
        reviews.publish(self.world, whole)
        self.world.press("Ada", "postmortem.unpublish", whole.about, why="Too early")
        reviews.refuse_file(whole, self.world.at)
        self.about["withdrawn file"] = whole.about

    def _announcements(self) -> None:
        clusters = self.about["service"].partition(":")[2]
        for title in ("work begun", "announcement"):
            values: dict[str, str | list[str]] = {
                "title": title.capitalize(),
                "text": "The old version is out of support",
                "services": [clusters],
                "starts": "2026-11-25T10:00",
                "ends": "2026-11-25T15:00",
                "updates": "13:00, 15:00",
            }
            done = self.world.press("Ada", "announcement.announce", "new", **values)
            self.about[title] = done.show
        self.world.press("Ada", "announcement.start", self.about["work begun"])
        values = {
            "title": "Patching",
            "text": "We patch the nodes",
            "services": [clusters],
            "starts": "2026-12-15T07:00",
            "ends": "2026-12-15T08:00",
            "repeats": "weekly",
            "updates": "08:00",
            "holidays": "tell",
        }
        self.about["series"] = self.world.press("Ada", "series.begin", "new", **values).show
        promised = PromisedUpdate.objects.latest("due_at", "pk")
        self.about["promised update"] = promised.about

    def _shifts(self) -> None:
        start = self.world.moment("2026-11-28T00:00")
        swap = swaps.offer(
            duty="primary",
            span=Period(start, start + DAY),
            engineer=number("Ada"),
            asked=None,
            at=self.world.at,
        )
        self.about |= {
            "swap": f"swap:{swap.pk}",
            "shift": f"shift:{Shift.objects.earliest('pk').pk}",
        }
        morning = self.world.moment("2026-11-25T00:00")
        part = cover_nominations.nominations(Period(morning, morning + DAY))[0]
        self.about["part of a day"] = f"cover:{part.number}"
        self.world.settle()

    def _status_page(self) -> None:
        prisons = subject("channel", desk_posts.place("#prisons").pk)
        self.world.press("Uma", "status.subscribe", prisons)
        self.about["channel subscription"] = ChannelSubscription.objects.get().about
        eve = Subscription.objects.create(email="eve@example.org", asked_at=self.world.at)
        self.about["subscriber"] = eve.about

    def _handovers(self) -> None:
        """Have one that is drafted, and one that was given as it was."""
        self.about["handover"] = self._handover("end of day").about
        given = self._handover("start of day")
        steps.come(given, self.world.at)
        self.about["handover given"] = given.about
        self.world.settle()

    def _handover(self, kind: str) -> Handover:
        return Handover.objects.create(
            kind=kind,
            due_at=self.world.at + DAY,
            since=self.world.at + DAY,
            until=self.world.at + DAY,
            giver="on call",
            taker="support",
            note="The disk filled up",
            drafted_at=self.world.at,
            read_at=self.world.at,
        )

    def number(self, name: str) -> str:
        """Give the number of a thing."""
        return self.about[name].partition(":")[2]

    def opens(self) -> None:
        """Sign everybody in and take note of what there is, once for all tests to come."""
        connection.check_constraints()  # Or each of them would do it for all that is here.
        self._cookies = {name: client_of(name).cookies for name in EVERYBODY}
        self.before = state()

    def client(self, name: str) -> Client:
        """Give somebody's browser as `opens` signed it in, unless they are nobody."""
        client = Client()
        client.cookies = deepcopy(self._cookies[name])
        return client


def client_of(name: str) -> Client:
    """Give somebody's browser, signed in unless they are nobody."""
    return Client() if name == SIGNED_OUT else visit(name)
