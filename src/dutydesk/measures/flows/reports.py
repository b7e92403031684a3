"""The monthly report: by itself on the first working day, kept as it was, and told once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.messages import Message
from dutydesk.measures.flows import held_days
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.incident_rows import not_counted, not_timed
from dutydesk.measures.flows.overview import by_its_clock
from dutydesk.measures.flows.whole import for_everybody
from dutydesk.measures.models import MonthlyReport
from dutydesk.measures.rules.choices import PeriodChoice, containing
from dutydesk.measures.rules.figures import Figure, Subject
from dutydesk.measures.words.report import figures_differ, markdown, sentences
from dutydesk.process.flows import process
from dutydesk.process.models import ProcessVersion


@dataclass(frozen=True)
class ReportNow:
    """A report as it would be told now: its title, its sentences, and all of it as Markdown."""

    title: str
    sentences: tuple[str, ...]
    text: str


@process.held()
def report(choice: PeriodChoice, *, at: datetime) -> ReportNow:
    """Say how a month went, by the same figures that the screens show."""
    current = process.in_force()
    clock = current.clock(by_its_clock("recovery", choice).clock)
    before = choice.previous.title
    found = {subject: figures for subject, figures in for_everybody(choice, at=at)}
    said = sentences(_first(found), before, clock.title.lower())
    title = f"{current.team.name}: {choice.title}"
    tallies = DayTallies(at)
    left = (*not_counted(tallies, choice, clock), *not_timed(tallies, choice, clock))
    left_out = [f"{one.reason}: {one.count}" for one in left]
    subjects = {one.title: figures for one, figures in found.items() if one.of_a_time}
    return ReportNow(title, tuple(said), markdown(title, said, subjects, before, left_out))


def _first(found: Mapping[Subject, Sequence[Figure]]) -> Iterator[Figure]:
    """Give what the process asks for first: the figure of its name in the subject of its name."""
    by_name = {subject.name: figures for subject, figures in found.items()}
    for measure in process.in_force().measures:
        yield from (one for one in by_name.get(measure.id, ()) if one.name == measure.id)


def look_after(*, at: datetime) -> None:
    """Tell how last month went, once, as soon as this month's first working day has begun.

    A worker's round; others may run beside it. A desk tells of no month before it was there.
    """
    current = process.in_force()
    month = containing("month", at.astimezone(current.zone).date(), current.zone)
    last = month.previous
    if MonthlyReport.objects.filter(month=last.first).exists():
        return
    begins = current.clock("working").next_open(month.period.start)
    began = ProcessVersion.objects.order_by("id").values_list("adopted_at", flat=True).first()
    if begins is None or at < begins or began is None or began >= last.period.end:
        return
    tell(last, at=at)


@transaction.atomic
def tell(choice: PeriodChoice, *, at: datetime) -> None:
    """Keep the report of a month, and post it in the team's channel; nothing if it is there."""
    told = report(choice, at=at)
    kept, new = MonthlyReport.objects.get_or_create(
        month=choice.first, defaults={"text": told.text, "at": at}
    )
    if not new:
        return
    current = process.in_force()
    address = f"{path_to('monthly-report', month_name(kept.month))}"
    body = "\n".join((*(f"• {sentence}" for sentence in told.sentences), f"All of it: {address}"))
    desk_posts.say(
        key=f"monthly-report:{month_name(kept.month)}",
        channel=current.team.channel,
        message=Message(body, title=f"How {choice.title} went", tone="plain"),
        at=at,
    )


def differs(kept: MonthlyReport, *, at: datetime) -> str:
    """Give what the report would say now, if a figure of it is another one; else nothing."""
    current = process.in_force()
    with held_days.told_once():  # What is kept for good looks each time.
        now = report(containing("month", kept.month, current.zone), at=at).text
    return now if figures_differ(kept.text, now) else ""


def month_name(month: date) -> str:
    """Name a month in addresses: 2026-10."""
    return f"{month:%Y-%m}"
