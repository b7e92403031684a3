"""Alerts of the made-up desk, and the people who answer what calls them."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.handovers.models import Handover
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from dutydesk.people.models import Account, Engineer
from dutydesk.site.demo.cast import MadeUpAlert
from dutydesk.site.demo.history import History

NOTES = (
    "The disk of the second node is nearly full; it holds until tomorrow.",
    "Letters may ask again about their queue: we wait for a word from the mail provider.",
    "Nothing of note beside what is listed.",
)
RUNBOOK = "https://runbooks.example.org/{}"


class Watch:
    """Tells of alerts, and answers pages and handovers as people do: mostly soon."""

    def __init__(self, history: History, chance: Random) -> None:
        """Answer by `chance`."""
        self._history, self._chance = history, chance
        self._seen: set[tuple[object, ...]] = set()

    def fire(self, trouble: MadeUpAlert) -> Alarm | None:
        """Let an alert fire now, of what began some minutes ago, and end by itself."""
        began = self._history.at - timedelta(minutes=self._chance.randint(2, 6))
        found = self._tell(trouble, began, None)
        self._history.after(trouble.minutes, lambda: self.end(trouble, began))
        return found

    def end(self, trouble: MadeUpAlert, began: datetime) -> None:
        """Let it be over."""
        self._tell(trouble, began, self._history.at)

    def _tell(self, trouble: MadeUpAlert, began: datetime, ended: datetime | None) -> Alarm | None:
        labels = {
            "alertname": trouble.name, "severity": trouble.severity, "service": trouble.service,
            "cluster": "live",
        }  # fmt: skip
        notes = {"summary": trouble.summary, "runbook_url": RUNBOOK.format(trouble.name)}
        one = NotifiedAlert(trouble.name, ended is None, labels, notes, began, ended)
        return ingestion.receive(told=Notification(trouble.name, (one,)), at=self._history.at)

    def look(self) -> None:
        """Let whoever is called, or is to take something over, answer some minutes later."""
        for page in Page.objects.filter(state=Page.State.CALLING, called__isnull=False):
            # One in twelve doesn't hear the first call.
            late = self._chance.random() < 1 / 12
            if self._first(page.about, page.round, page.called_id):
                minutes = 6.5 if late else self._chance.uniform(0.5, 4.5)
                self._history.after(minutes, lambda page=page: self._answer(page.pk))  # type: ignore[misc]
        for handover in Handover.objects.filter(state=Handover.State.GIVEN):
            if self._first(handover.about):
                minutes = self._chance.uniform(2, 25)
                self._history.after(minutes, lambda one=handover: self._accept(one.pk))  # type: ignore[misc]

        soon = self._history.at + timedelta(minutes=30)
        for handover in Handover.objects.filter(state=Handover.State.DRAFT, due_at__lte=soon):
            if self._first(handover.about, "give"):
                minutes = self._chance.uniform(1, 12)
                self._history.after(minutes, lambda one=handover: self._give(one.pk))  # type: ignore[misc]

    def _first(self, *key: object) -> bool:
        new = key not in self._seen
        self._seen.add(key)
        return new

    def _answer(self, number: int) -> None:
        page = Page.objects.select_related("called").get(pk=number)
        if page.state == Page.State.CALLING and page.called:
            self._history.press(page.called.name, "page.acknowledge", page.about)

    def _give(self, number: int) -> None:
        handover = Handover.objects.get(pk=number)
        if handover.waits and self._chance.random() < 0.3:
            self._somebody(handover, "handover.write", text=self._chance.choice(NOTES))
        self._somebody(handover, "handover.give")

    def _accept(self, number: int) -> None:
        self._somebody(Handover.objects.get(pk=number), "handover.accept")

    def _somebody(self, handover: Handover, action: str, **values: str) -> None:
        """Let whoever may do it, do it."""
        names = [*handover.givers, *handover.takers, *self._team()]
        for name in names:
            with suppress(Refused, Account.DoesNotExist):
                self._history.press(str(name), action, handover.about, **values)
                return

    def _team(self) -> list[str]:
        return list(Engineer.objects.filter(active=True).values_list("name", flat=True))
