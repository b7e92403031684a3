"""What is wrong now, all of it in one line: the worst first, each with where it is seen to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from dutydesk.alarms.models import Alarm
from dutydesk.incidents.models import Incident
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.oncall.models import Page, PageItem
from dutydesk.process.flows import process
from dutydesk.rota.rules.duty import OnDuty

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong, in few words, and its screen."""

    says: str
    screen: str


def unanswered() -> QuerySet[Alarm]:
    """Give the high alarms that fire and that nobody has: no page taken, no incident declared."""
    about = Concat(Value("alarm:"), Cast("pk", CharField()))
    taken = Page.State.ACKNOWLEDGED
    mine = {"subject": OuterRef("paged_as")}
    return (
        Alarm.objects.filter(state=Alarm.State.FIRING, severity="high", silence=None, incident="")
        .alias(paged_as=about)
        .exclude(Exists(Page.objects.filter(state=taken, **mine)))
        .exclude(Exists(PageItem.objects.filter(page__state=taken, settled_at=None, **mine)))
    )


def wrong(
    *,
    incidents: Iterable[Incident],
    pages: Sequence[Page],
    on: Iterable[OnDuty],
    late: int,
    at: datetime,
) -> list[Wrong]:
    """Give all that is wrong now, the worst first. `late` is how many promises are."""
    return [
        *_incidents([one for one in incidents if one.high and not one.exercise]),
        *_alarms([one.pk for one in unanswered().only("pk")[:_MOST]]),
        *_pages(pages, at),
        *_uncovered(on),
        *([Wrong(f"{late} promise{_s(late)} overdue", reverse("owed"))] if late else []),
        *([Wrong("the process file is broken", reverse("process"))] if process.trouble() else []),
    ]


def _s(many: int) -> str:
    return "" if many == 1 else "s"


def _incidents(high: Sequence[Incident]) -> Iterator[Wrong]:
    if high:
        says = f"{len(high)} high-priority incident{_s(len(high))}"
        one = screen_of(subject("incident", high[0].pk))
        yield Wrong(says, one if len(high) == 1 else reverse("incidents"))


def _alarms(high: Sequence[int]) -> Iterator[Wrong]:
    if high:
        says = f"{len(high)} high alarm{_s(len(high))} that nobody has"
        one = screen_of(subject("alarm", high[0]))
        yield Wrong(says, one if len(high) == 1 else f"{reverse('alarms')}?severity=high")


def _pages(pages: Sequence[Page], at: datetime) -> Iterator[Wrong]:
    real = [page for page in pages if page.only_id is None]
    calling = [page for page in real if page.state == Page.State.CALLING]
    if calling:
        names = dict.fromkeys(page.called.name for page in calling if page.called)
        one = screen_of(calling[0].about)
        yield Wrong(f"calling {', '.join(names)}", one if len(calling) == 1 else reverse("alarms"))
    held = [page for page in real if page.state == Page.State.HELD]
    if held:
        until = min((page.held_until for page in held if page.held_until), default=None)
        told = f" until {when(until, process.in_force().zone, at)}" if until else ""
        one = screen_of(held[0].about)
        says = f"{len(held)} page{_s(len(held))} held{told}"
        yield Wrong(
            says.replace("until today at", "until"), one if len(held) == 1 else reverse("alarms")
        )


def _uncovered(on: Iterable[OnDuty]) -> Iterator[Wrong]:
    missing = dict.fromkeys(duty.duty for duty in on if duty.hole)
    if missing:
        yield Wrong(f"nobody is on as {' or '.join(missing)}", reverse("shifts"))
