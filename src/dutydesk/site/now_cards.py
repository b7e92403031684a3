"""The cards of *Now*: what each shows, and whose changes it shows.

A card asks for what it shows and nothing else, alone as among all; what two of them show is asked
for once.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Q, prefetch_related_objects

from dutydesk.alarms.flows import silences
from dutydesk.alarms.models import Alarm
from dutydesk.chat.models import Channel
from dutydesk.desk.flows.question_lines import lines
from dutydesk.desk.models import OVER, Question
from dutydesk.handovers.flows import overview, posts
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import storms
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from dutydesk.rota.flows import roster
from dutydesk.rota.rules.duty import OnDuty
from dutydesk.routines.flows import day_lists
from dutydesk.site import owed
from dutydesk.site.banner import Wrong, wrong
from dutydesk.site.setup_checklist import still_to_do

_COMMITTED = ("state", "owed")
_ROLES = ("state", "incidents", "owed", "on")

_ON_NO_CARD = (
    "arrival",
    *("availability", "exclusion"),
    *("account", "alarm-to-silence", "announcements", "channel", "channel-subscription", "post"),
    "checklist-item",
    *("contact", "team"),
    *("note", "series", "slack-home", "slack-user", "pagerduty", "pagerduty.asked"),
    *("pagerduty.rota", "subscription", "thread", "update"),
)

TOUCHED: dict[str, Collection[str]] = {
    "alarm": ("called", "alarms", *_COMMITTED, "menu"),
    "announcement": (*_COMMITTED, "menu"),
    "board": ("menu",),
    "checklist": ("routines", *_COMMITTED),
    "engineer": ("called", "steps", "alarms", "questions", *_ROLES),
    "handbook": _COMMITTED,
    "handover": ("handovers", *_COMMITTED),
    "heartbeat": _COMMITTED,
    "improvement": _COMMITTED,
    "incident": ("called", "incidents", "alarms", *_COMMITTED, "menu"),
    "invitation": ("steps",),
    "maintenance": ("maintenance", *_COMMITTED),
    "page": ("called", "alarms", *_COMMITTED, "menu"),
    "postmortem": _COMMITTED,
    "process": ("*",),
    "promised-update": (*_COMMITTED, "menu"),
    "question": ("questions", *_COMMITTED, "menu"),
    "rehearsal": ("called", *_COMMITTED, "menu"),
    "repository": _COMMITTED,
    "rota": ("steps", "handovers", *_ROLES),
    "service": ("incidents", "maintenance", "alarms"),
    "silence": ("alarms", *_COMMITTED, "menu"),
    "swap": _ROLES,
    "ticket": (*_COMMITTED, "menu"),
    **dict.fromkeys(_ON_NO_CARD, ()),
}
"""Which cards may have changed when a subject of that kind has: `*` stands for all of them.

A kind that is not named here may have changed any.
"""


class UnknownCard(Refused):
    """*Now* has no card of that name."""


class Overview:
    """What the cards of one person show at one moment; each thing is asked for once, if at all."""

    def __init__(self, *, person: Person, at: datetime) -> None:
        """Ask for nothing yet."""
        self.person = person
        self.at = at

    @cached_property
    def incidents(self) -> list[Incident]:
        """The running incidents, the worst first."""
        running = Incident.objects.filter(state="open").select_related("lead")
        return list(running.order_by("priority", "-declared"))

    @cached_property
    def pages(self) -> list[Page]:
        """The pages that are not over."""
        return list(Page.objects.exclude(state="resolved").select_related("called"))

    @cached_property
    def on(self) -> tuple[OnDuty, ...]:
        """Who has which duty."""
        return roster.who(at=self.at)

    @cached_property
    def handoff(self) -> datetime | None:
        """When somebody else has a duty, as far as it is known now."""
        return min((duty.until for duty in self.on if duty.until), default=None)

    @cached_property
    def owing(self) -> owed.OwedCount:
        """How much is owed of what concerns this person."""
        return owed.count(self.theirs, at=self.at)

    @cached_property
    def theirs(self) -> Q:
        """What picks the promises that concern this person."""
        return owed.concerning(self.person)

    @property
    def until(self) -> datetime | None:
        """When what is owed, and by whom, is another though nothing happens."""
        return min(filter(None, (self.owing.next_due, self.handoff)), default=None)

    @cached_property
    def wrong(self) -> list[Wrong]:
        """All that is wrong."""
        return wrong(
            incidents=self.incidents,
            pages=self.pages,
            on=self.on if roster.begun() else (),
            late=self.owing.late - self.owing.lists,
            at=self.at,
        )

    @cached_property
    def ask(self) -> dict[str, Any]:
        """The channel in which one asks."""
        name = process.in_force().ask.channel
        place = Channel.objects.filter(name=name).values_list("pk", flat=True).first()
        return {"ask": name, "ask_channel": place}


Shown = dict[str, Any]


def head(now: Overview) -> Shown:
    """Give what stands above the cards."""
    return {"declares": now.person.may("engineer"), **now.ask}


def called(now: Overview) -> Shown:
    """Give the pages that call this person now, and what the window is called for that."""
    calling = [page for page in now.pages if page.state == Page.State.CALLING]
    mine = [page for page in calling if page.called_id == (now.person.engineer or 0)]
    return {"called": mine, "title": "You are called" if mine else "Now"}


def state(now: Overview) -> Shown:
    """Answer: is anything wrong?"""
    return {
        "wrong": now.wrong,
        "in_hand": len(now.incidents),
        "late_lists": now.owing.lists,
        "until": now.until,
    }


def incidents(now: Overview) -> Shown:
    """Give the running incidents, with their services, and who owes the next update of each."""
    prefetch_related_objects(now.incidents, "services")
    due = owed.next_updates([one.about for one in now.incidents], at=now.at)
    return {
        "incidents": [(one, due.get(one.about)) for one in now.incidents],
        "owners_until": now.until if now.incidents else None,
    }


def maintenance(now: Overview) -> Shown:
    """Give what is taken out of use."""
    return {"maintenance": Maintenance.objects.filter(off_at=None).select_related("service")}


def handovers(now: Overview) -> Shown:
    """Give the handovers that this person gives or takes, and how far each is."""
    mine = overview.asked_of(now.person, now.at)
    return {"handovers": [(one, posts.title(one), posts.state(one)) for one in mine]}


def steps(now: Overview) -> Shown:
    """Give what an administrator has still to set up."""
    return {"steps": still_to_do(at=now.at) if now.person.administrator else []}


def owed_next(now: Overview) -> Shown:
    """Give what is owed next, and by whom."""
    return {"owed": owed.owed_next(now.owing, now.theirs, at=now.at), "until": now.until}


def on(now: Overview) -> Shown:
    """Answer: who is on?"""
    return {"on": now.on, "handoff": now.handoff}


def alarms(now: Overview) -> Shown:
    """Give the alarms that fire, each with its page."""
    firing = Alarm.objects.filter(state="firing").select_related("service")
    order = firing.order_by(F("silence").asc(nulls_first=True), "severity", "-first_at")
    shown = list(order[: owed.SHOWN])
    pages = storms.among(now.pages, [alarm.about for alarm in shown])
    return {
        "alarms": [(alarm, pages.get(alarm.about)) for alarm in shown],
        "more_alarms": firing.count() - len(shown),
        "silences": len(silences.kept(at=now.at)[0]),
    }


def questions(now: Overview) -> Shown:
    """Give the questions that wait, the oldest first."""
    still = Question.objects.exclude(state__in=OVER)
    still = still.select_related("post", "engineer", "duplicate__original")
    shown = still.order_by("asked_at")[: owed.SHOWN]
    return {"questions": lines(shown, now.person.account), **now.ask}


def routines(now: Overview) -> Shown:
    """Give the team the checklists of today that are not done, each with its items."""
    return {"checklists": day_lists.unfinished(at=now.at) if now.person.may("engineer") else []}


CARDS: dict[str, Callable[[Overview], Shown]] = {
    "called": called,
    "state": state,
    "incidents": incidents,
    "maintenance": maintenance,
    "handovers": handovers,
    "steps": steps,
    "owed": owed_next,
    "on": on,
    "alarms": alarms,
    "questions": questions,
    "routines": routines,
    "menu": lambda _now: {},
}
"""Every card; the menu, whose counts the frame knows, is one of them."""


def shown(names: Iterable[str], *, person: Person, at: datetime) -> Shown:
    """Give what these cards show, and as `cards` their templates; UnknownCard if one isn't."""
    wanted = list(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in CARDS]
    if unknown:
        raise UnknownCard(
            f"Now has no card “{unknown[0][:40]}”.", f"Ask for some of: {', '.join(CARDS)}."
        )
    now = Overview(person=person, at=at)
    together: Shown = {"cards": [f"now/{name}.html" for name in wanted]}
    for name in wanted:
        together |= CARDS[name](now)
    return together


def whole(*, person: Person, at: datetime) -> Shown:
    """Give what all the cards show, and what stands above them."""
    now = Overview(person=person, at=at)
    together = head(now)
    for card in CARDS.values():
        together |= card(now)
    return together
