"""What an ordinary day of the made-up desk is made of."""

from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from dutydesk.announcements.models import Announcement
from dutydesk.desk.models import PastAnswer, Question, Ticket
from dutydesk.kernel.periods import Period, instant
from dutydesk.people.models import Engineer, Service
from dutydesk.process.flows import process
from dutydesk.rota.flows import cover_nominations, roster
from dutydesk.routines.models import ChecklistItem
from dutydesk.site.demo import cast
from dutydesk.site.demo.alerts import Watch
from dutydesk.site.demo.declared import Incidents
from dutydesk.site.demo.history import History

QUESTIONS_A_DAY = (2, 3, 3, 4, 5)
HELPED = 0.15
"""How often an answer that somebody had before is enough."""
WORK = "New version of the cluster", "As agreed with the teams, we upgrade what these run on."


class Days:
    """Plans the questions, alerts, routines and planned work of one day after another."""

    def __init__(
        self, history: History, chance: Random, watch: Watch, incidents: Incidents
    ) -> None:
        """Plan by `chance`."""
        self._history, self._chance = history, chance
        self._watch, self._incidents = watch, incidents
        self._asked = 0
        self._rehearsing = list(cast.ENGINEERS)

    def plan(self, day: date, until: datetime) -> None:
        """Plan what happens on this day, and what is still going on at the very end."""
        working = process.in_force().clock("working")
        opens, ends = self._at(day, time(9)), self._at(day, time(18))
        if working.between(opens, ends):
            self._plan_working_day(day)
        if self._chance.random() < 0.7:
            trouble = self._chance.choice(cast.ALERTS)
            when = self._at(day, time(0)) + timedelta(minutes=self._chance.randint(60, 1400))
            self._history.plan(when, lambda: self._fire(trouble))
        if until - self._at(day, time(5)) <= timedelta(days=1):
            self._plan_the_end(until)

    def _at(self, day: date, clock: time) -> datetime:
        return instant(datetime.combine(day, clock), self._history.zone)

    def _fire(self, trouble: cast.MadeUpAlert) -> None:
        self._watch.fire(trouble)

    def _plan_working_day(self, day: date) -> None:
        plan, chance = self._history.plan, self._chance
        plan(self._at(day, time(8, 40)), self._name_cover)
        for _ in range(chance.choice(QUESTIONS_A_DAY)):
            minutes = chance.randint(0, 7 * 60 - 20)
            plan(self._at(day, time(10)) + timedelta(minutes=minutes), self._ask)
        plan(self._at(day, time(9)) + timedelta(minutes=chance.randint(5, 70)), self._tick)
        plan(self._at(day, time(17, 40)) + timedelta(minutes=chance.randint(0, 15)), self._tick)
        self._rehearse(day)
        if day.weekday() == 2:
            plan(self._at(day, time(9, 30)), lambda: self._announce(day))

    def on_support(self) -> str:
        """Name one of those who are on support now; whoever is on call if nobody is."""
        now = Period(self._history.at, self._history.at + timedelta(minutes=1))
        on = roster.between(now, duty="support").select_related("engineer")
        names = [shift.engineer.name for shift in on]
        return str(self._chance.choice(names or list(cast.ENGINEERS)))

    def _name_cover(self) -> None:
        at = self._history.at
        for one in cover_nominations.nominations(Period(at, at + timedelta(hours=9))):
            who = Engineer.objects.get(name=self.on_support())
            cover_nominations.name(number=one.number, engineer=who.pk, at=at, by=who.name)

    def _rehearse(self, day: date) -> None:
        """Let two people a day answer a page that is not in earnest, until everybody has."""
        for minutes in (0, 20):
            if self._rehearsing:
                one = self._rehearsing.pop(0)
                about = f"rehearsal:{Engineer.objects.get(name=one).pk}"
                press = partial(self._history.press, one, "page.rehearse", about)
                when = self._at(day, time(11, 5)) + timedelta(minutes=minutes)
                self._history.plan(when, press)

    def _tick(self) -> None:
        """Let whoever has the day do what its checklist asks for by a press."""
        open_ = ChecklistItem.objects.filter(checklist__closed_at=None, done_at=None, pressed=True)
        for item in open_.order_by("pk"):
            if self._chance.random() < 0.9:
                self._history.press(self.on_support(), "routine.done", item.about)

    def _ask(self) -> None:
        talk = cast.TALKS[(self._asked * 7 + self._chance.randint(0, 3)) % len(cast.TALKS)]
        self._asked += 1
        team = self._chance.choice(sorted(cast.USERS))
        self.ask(self._chance.choice(cast.USERS[team]), talk)

    def ask(self, user: str, talk: cast.Talk, answered: bool = True) -> Question | None:
        """Let somebody ask, and, if it is `answered`, what comes of it."""
        history, channel = self._history, process.in_force().ask.channel
        post = history.say(user, channel, talk.asks)
        history.settle()
        question = Question.objects.filter(post=post).first()
        if question is None or not answered:  # A second post within moments belongs to the first.
            return question
        if self._helped(user, question):
            return question
        minutes = self._chance.choice((2, 3, 5, 8, 12, 20, 35))
        about, by = question.about, self.on_support()
        history.after(minutes, lambda: self._take(by, about))
        for words in talk.answers:
            minutes += self._chance.randint(1, 25)
            history.after(minutes, lambda w=words: history.say(by, channel, w, thread=post.pk))  # type: ignore[misc]
        if talk.ticket and self._chance.random() < 0.8:
            history.after(minutes + 5, lambda: self._raise(by, about, talk))
            minutes += 60 * self._chance.randint(3, 60)
        end = minutes + self._chance.randint(3, 40)
        history.after(end, lambda: self._solve(user, by, about, post.pk))
        return question

    def _helped(self, user: str, question: Question) -> bool:
        """Let an answer that somebody had before be enough for some of those who are offered it."""
        offered = PastAnswer.objects.filter(question=question).order_by("pk").first()
        if offered is None or self._chance.random() > HELPED:
            return False
        action = f"question.helped={offered.past_id}"
        self._history.after(3, lambda: self._history.press(user, action, question.about))
        return True

    def _take(self, by: str, about: str) -> None:
        self._history.press(by, "question.take", about)

    def _raise(self, by: str, about: str, talk: cast.Talk) -> None:
        press = self._history.press
        press(by, "ticket.raise", about, title=talk.ticket, body=talk.asks)
        ticket = Ticket.objects.latest("id").about
        press(by, "ticket.take", ticket)
        self._history.after(60, lambda: press(by, "ticket.move", ticket, column="In progress"))
        if self._chance.random() < 0.8:
            later = 60 * self._chance.randint(20, 150)
            self._history.after(later, lambda: press(by, "ticket.close", ticket))

    def _solve(self, user: str, by: str, about: str, thread: int) -> None:
        history, chance = self._history, self._chance
        channel = process.in_force().ask.channel
        history.say(user, channel, chance.choice(cast.PEOPLE_SAY), thread=thread)
        history.press(user if chance.random() < 0.7 else by, "question.solve", about)
        if chance.random() < 0.6:
            score = chance.choice((5, 5, 5, 5, 4, 4, 4, 3, 2))
            history.after(4, lambda: self._score(user, about, score))

    def _score(self, user: str, about: str, score: int) -> None:
        self._history.press(user, f"question.score-{score}", about)
        line = self._chance.choice(cast.HAPPY_LINES[score])
        if line:
            self._history.press(user, "question.say-why", about, line=line)

    def _announce(self, day: date) -> None:
        """Announce work for the next day, and do it then."""
        title, text = WORK
        starts = datetime.combine(day + timedelta(1), time(10))
        services = Service.objects.filter(team__isnull=False).order_by("name")[:3]
        names = [str(one.pk) for one in services]
        by = self.on_support()
        press = self._history.press
        made = press(
            by, "announcement.announce", "new", title=title, text=text, services=names,
            starts=f"{starts:%Y-%m-%dT%H:%M}", ends=f"{starts + timedelta(hours=3):%Y-%m-%dT%H:%M}",
            updates="12:00",
        ).show  # fmt: skip
        begin = instant(starts, self._history.zone) + timedelta(minutes=4)
        self._history.plan(begin, lambda: press(by, "announcement.start", made))
        words = "Half of the nodes have the new version; nothing of note so far."
        update = begin + timedelta(minutes=110)
        self._history.plan(update, lambda: press(by, "announcement.update", made, text=words))
        over = begin + timedelta(minutes=165)
        done = "All nodes have the new version."
        self._history.plan(over, lambda: press(by, "announcement.finish", made, text=done))

    def _plan_the_end(self, until: datetime) -> None:
        """Let something be going on at the end: work ahead, a question, an alarm, an incident."""
        plan = self._history.plan
        local = until.astimezone(self._history.zone).date()
        if not Announcement.objects.filter(starts_at__gt=until).exists():
            plan(until - timedelta(hours=5), lambda: self._announce(local + timedelta(1)))
        low = cast.MadeUpAlert("DiskWillFill", cast.ALERTS[0].summary, "warning", "Databases", 400)
        plan(until - timedelta(minutes=95), lambda: self._fire(low))
        plan(until - timedelta(minutes=48), lambda: self._incidents.begin_last(self.on_support()))
        waiting = cast.TALKS[8]
        plan(until - timedelta(minutes=9), lambda: self._leave_open(waiting))

    def _leave_open(self, talk: cast.Talk) -> None:
        self.ask("Kofi Mensah", talk, answered=False)
