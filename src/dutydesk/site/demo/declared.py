"""Incidents of the made-up desk, from the first alert to what was learnt."""

from datetime import datetime, time, timedelta
from functools import partial

from dutydesk.alarms.models import Alarm
from dutydesk.kernel.periods import instant
from dutydesk.kernel.subjects import number_of
from dutydesk.people.flows import people
from dutydesk.people.models import Account, Engineer, Service
from dutydesk.postmortems.flows import passages, publications, reports
from dutydesk.postmortems.models import Improvement, Postmortem
from dutydesk.site.demo import cast
from dutydesk.site.demo.alerts import Watch
from dutydesk.site.demo.cast import MadeUpAlert
from dutydesk.site.demo.history import History
from dutydesk.site.demo.incidents import STORIES, Story

LEAD, SCRIBE = cast.ENGINEERS[0], cast.ENGINEERS[4]


class Incidents:
    """Plans each story of an incident that began within the time of the history."""

    def __init__(self, history: History, until: datetime) -> None:
        """Count days back from `until`."""
        self._history, self._until = history, until
        self.watch: Watch | None = None

    def plan_all(self) -> None:
        """Plan every story that has room."""
        for story in STORIES:
            day = (self._until - timedelta(days=story.days_before)).astimezone(self._history.zone)
            while day.weekday() > 4:
                day -= timedelta(days=1)
            began = instant(
                datetime.combine(day.date(), time.fromisoformat(story.clock)), self._history.zone
            )
            if began > self._history.at:
                self._history.plan(began, partial(self._begin, story))

    def _begin(self, story: Story) -> None:
        if story.alert is None:
            self._declare(story)
            return
        name, words = story.alert
        severity = "critical" if story.criteria else "warning"
        trouble = MadeUpAlert(name, words, severity, story.service, story.over[0] - 4)
        assert self.watch is not None
        self.watch.fire(trouble)
        self._history.after(5, partial(self._declare, story))

    def _declare(self, story: Story) -> None:
        history = self._history
        service = Service.objects.get(name=story.service)
        about = "new"
        if story.alert is not None:
            firing = Alarm.objects.filter(title=story.alert[0]) | Alarm.objects.filter(
                title=story.alert[1]
            )
            about = getattr(firing.order_by("pk").last(), "about", "new")
        made = history.press(
            LEAD, "incident.declare", about, title=story.title, services=[str(service.pk)],
            criteria=list(story.criteria), user_impact="yes",
        ).show  # fmt: skip
        history.after(1, partial(history.press, LEAD, "incident.take-lead", made))
        history.after(2, partial(history.press, SCRIBE, "incident.take-role=scribe", made))
        for minutes, words in story.notes:
            history.after(minutes, partial(self._note, made, words))
        for minutes, words in story.updates:
            history.after(
                minutes, partial(history.press, LEAD, "incident.update", made, text=words)
            )
        minutes, words = story.over
        history.after(minutes, partial(history.press, LEAD, "incident.resolve", made, text=words))
        if story.review:
            history.after(minutes + 22 * 60, partial(self._review, story, made))

    def _note(self, about: str, words: str) -> None:
        local = self._history.at.astimezone(self._history.zone)
        self._history.press(
            SCRIBE, "incident.note", about, text=words, at=f"{local:%Y-%m-%dT%H:%M}"
        )

    def _review(self, story: Story, about: str) -> None:
        history = self._history
        incident = number_of(about, "incident")
        if not Postmortem.objects.filter(incident=incident).exists():
            history.press(LEAD, "postmortem.open", about)
        found = Postmortem.objects.get(incident=incident)
        by = people.person(Account.objects.get(name=LEAD))
        for key, text in story.passages:
            passages.write(postmortem=found.pk, key=key, text=text, version=0, by=by, at=history.at)
        notes = "We went through the timeline together."
        history.press(LEAD, "postmortem.session", found.about, notes=notes)
        self._improve(story, found)
        if story.review == "published":
            history.after(60, partial(self._publish, found.pk))

    def _improve(self, story: Story, found: Postmortem) -> None:
        for place, one in enumerate(story.improvements):
            owner = Engineer.objects.get(name=cast.ENGINEERS[place * 2 + 1])
            self._history.press(
                LEAD, "improvement.add", found.about, title=one.title, owner=str(owner.pk),
                priority=one.priority,
            )  # fmt: skip
            made = Improvement.objects.latest("pk").about
            if one.done:
                later = 60 * 24 * (place + 1)
                press = partial(self._history.press, owner.name, "improvement.done", made)
                self._history.after(later, press)

    def _publish(self, number: int) -> None:
        found = Postmortem.objects.select_related("incident__lead").get(pk=number)
        by, at = people.person(Account.objects.get(name=LEAD)), self._history.at
        marks = [one.mark for one in reports.found_in(reports.write(found, at=at), found)]
        if marks:
            publications.decide(postmortem=number, marks=marks, reason="", by=by, at=at)
        self._history.press(LEAD, "postmortem.sign=lead", found.about)
        found = Postmortem.objects.select_related("incident__lead").get(pk=number)
        seen = reports.digest(reports.redacted(reports.write(found, at=at), found))
        publications.publish(postmortem=number, seen=seen, by=by, at=at)

    def begin_last(self, by: str) -> None:
        """Begin an incident that goes on at the end."""
        search = Service.objects.get(name="Case search")
        made = self._history.press(
            by, "incident.declare", "new", title="Case search is slower than usual",
            services=[str(search.pk)], user_impact="yes",
        ).show  # fmt: skip
        words = (
            "Searches take up to ten seconds. We look at one node that is busier than the others."
        )
        self._history.after(
            14, partial(self._history.press, by, "incident.update", made, text=words)
        )
