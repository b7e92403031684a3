"""On call's work on an incident: its limit, more time, word to the team, the plan, the morning."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.commitments.flows import commitments
from dutydesk.incidents import words
from dutydesk.incidents.flows import audiences, exercises, owners, updates
from dutydesk.incidents.flows.after_limit import show_limit
from dutydesk.incidents.models import Incident, MoreTime
from dutydesk.incidents.rules.limits import (
    limit_promise,
    longer_limit,
    needs_another,
    same_night,
    takeover_promise,
)
from dutydesk.incidents.rules.promises import AFTER_LIMIT, INFORM, LIMIT, PLAN, TAKEOVER
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


class MoreTimeRefused(Refused):
    """On call does not go on for longer."""


@dataclass(frozen=True)
class IncidentTakenOver(Event):
    """Working hours opened on an incident of the night: it is support's, with this plan."""

    kind: ClassVar[str] = "incident.taken-over"
    incident: int
    plan: str
    worker: str
    out: list[str]
    left: list[str]


def begin_work(incident: Incident, engineer: int | None, at: datetime) -> None:
    """Start on call's limit because somebody works on it now; belongs in a flow that says so.

    In working hours and in an exercise nothing starts. Only the first time in a night does, whoever
    goes on with it. Clause oncall.limit.
    """
    current = process.in_force()
    limit = limit_promise(current, at)
    if limit is None or incident.exercise:
        return
    if engineer is not None:
        incident.worker_id = engineer
    owe_takeover(incident, at)
    began = incident.limit_from
    if incident.high and not (began and same_night(current, began, at)):
        incident.limit_from = at
        commitments.promise(
            kind=LIMIT,
            subject=subject("incident", incident.pk),
            owner="on call",
            text=LIMIT.says(title=incident.title),
            times=limit,
            at=at,
        )
    incident.save(update_fields=["worker", "limit_from"])


@transaction.atomic
def work_on(*, incident: int, by: Person, at: datetime) -> Incident:
    """Say that one works on it. Out of working hours on call's limit begins. oncall.limit."""
    found = updates.open_incident(incident)
    if by.engineer is None:
        raise Refused("An engineer of the team works on it.", "Ask one of them.")
    if found.worker_id == by.engineer:
        raise Refused("You work on this already.", "There is nothing to do.")
    found.worker_id = by.engineer
    found.save(update_fields=["worker"])
    begin_work(found, by.engineer, at)
    updates.announce(found, at)
    updates.record_step(found, "work", f"{by.name} works on it", by.name, at, "oncall.respond")
    return found


def owe_takeover(incident: Incident, at: datetime) -> None:
    """Owe that support takes it over when working hours open; in them, owe nothing."""
    about = subject("incident", incident.pk)
    times = takeover_promise(process.in_force(), at)
    if times is None or commitments.owed([about]).filter(kind=TAKEOVER).exists():
        return
    commitments.promise(
        kind=TAKEOVER,
        subject=about,
        owner="support",
        text=TAKEOVER.says(title=incident.title),
        times=times,
        at=at,
    )


@transaction.atomic
def more_time(
    *, incident: int, amount: timedelta, reason: str, by: Person, at: datetime
) -> MoreTime:
    """Let on call go on: what is owed at the limit is owed that much later. Clause oncall.limit.

    Refused without a reason, for more than the limit itself at once, and to the one who works on
    it once it has had more time.
    """
    found = updates.open_incident(incident)
    current = process.in_force()
    began = found.limit_from
    if began is None or not same_night(current, began, at):
        raise MoreTimeRefused("No limit runs for this incident.", "Go on; nothing stops you.")
    if not timedelta() < amount <= current.on_call.limit:
        raise MoreTimeRefused(
            f"{write_duration(amount)} is not possible at once.",
            f"Give it {write_duration(current.on_call.limit)} at most, and decide again then.",
        )
    given = found.more_time.filter(at__gte=began).count()
    if needs_another(given=given, worker=found.worker_id, by=by.engineer):
        raise MoreTimeRefused(
            "It had more time once, and you are the one who works on it.",
            "Ask somebody else to decide.",
        )
    about = subject("incident", found.pk)
    running = commitments.owed([about]).filter(kind=LIMIT).first()
    times = longer_limit(current, due_at=running.due_at if running else at, amount=amount, at=at)
    for kind in AFTER_LIMIT:
        commitments.withdraw(kind=kind, subject=about, at=at)
    commitments.promise(
        kind=LIMIT,
        subject=about,
        owner="on call",
        text=LIMIT.says(title=found.title),
        times=times,
        at=at,
    )
    made = MoreTime.objects.create(incident=found, amount=amount, reason=reason, by=by.name, at=at)
    _say_more(found, made, times.due_at)
    return made


def _say_more(incident: Incident, made: MoreTime, due_at: datetime) -> None:
    current, about = process.in_force(), subject("incident", incident.pk)
    show_limit(incident, made.at, f"{made.by} gave it more time.")
    amount = write_duration(made.amount)
    desk_posts.say(
        key=f"{about}:more:{made.pk}",
        channel=current.team.channel,
        message=words.more_time(
            about=about,
            title=incident.title,
            by=made.by,
            amount=amount,
            reason=made.reason,
            until=when(due_at, current.zone, made.at),
        ),
        at=made.at,
    )
    updates.announce(incident, made.at)
    text = f"{made.by} gave it {amount} more, because: {made.reason}"
    updates.record_step(incident, "more-time", text, made.by, made.at, "oncall.limit")


@transaction.atomic
def inform(*, incident: int, text: str, by: Person, at: datetime) -> list[str]:
    """Tell the teams whose services are affected, in their own channels. Clause oncall.inform."""
    found = updates.open_incident(incident)
    exercises.refuse(found, "Say in the team's channel what you would tell them.")
    channels = informed_channels(found)
    about = subject("incident", found.pk)
    message = Message(text, title=f"About: {found.title}", tone="announcement")
    posts = [
        DeskPost(f"{about}:inform:{channel}:{at.isoformat()}", channel, message)
        for channel in channels
    ]
    desk_posts.say_all(posts, at=at)
    commitments.keep(kind=INFORM, subject=about, at=at)
    show_limit(found, at)
    said = f"Informed {', '.join(channels)}: {text}"
    updates.record_step(found, "inform", said, by.name, at, "oncall.inform")
    return channels


def informed_channels(incident: Incident) -> list[str]:
    """Give the channels of the teams whose services are affected; the ask channel if none is."""
    channels = sorted(audiences.team_channels(incident))
    return channels or [process.in_force().ask.channel]


@transaction.atomic
def plan(*, incident: int, text: str, by: Person, at: datetime) -> None:
    """Write the plan to resolve it in hours; a later one replaces it. Clause oncall.plan.

    Written out of working hours, it is shown to support when they open.
    """
    found = updates.open_incident(incident)
    found.plan = text
    found.save(update_fields=["plan"])
    commitments.keep(kind=PLAN, subject=subject("incident", found.pk), at=at)
    show_limit(found, at)
    owe_takeover(found, at)
    updates.record_step(found, "plan", f"Plan: {found.plan}", by.name, at, "oncall.plan")


def take_over(incident: Incident, at: datetime) -> None:
    """Give an incident of the night to support, with its plan, as working hours open.

    No limit runs any more; of what it asked for, what was not done is missed. Clause oncall.plan.
    """
    about = subject("incident", incident.pk)
    commitments.withdraw(kind=LIMIT, subject=about, at=at)
    left = [kind.text for kind in AFTER_LIMIT if commitments.miss(kind=kind, subject=about, at=at)]
    worker = incident.worker.name if incident.worker else ""
    incident.worker = None
    incident.save(update_fields=["worker"])
    out = list(
        incident.maintenance.filter(off_at=None)
        .order_by("service__name")
        .values_list("service__name", flat=True)
    )
    commitments.keep(kind=TAKEOVER, subject=about, at=at)
    show_limit(incident, at, "Working hours opened, and it is support's.")
    message = words.taken_over(
        about=about, title=incident.title, worker=worker, plan=incident.plan, out=out, left=left
    )
    body = owners.addressed(message.body, owners.on_support(at=at), at=at)
    desk_posts.say(
        key=f"{about}:taken-over:{at.isoformat()}",
        channel=process.in_force().team.channel,
        message=replace(message, body=body),
        at=at,
    )
    updates.announce(incident, at)
    journal.record(
        event=IncidentTakenOver(incident.pk, incident.plan, worker, out, left),
        subject=about,
        text="Working hours opened: it is support's now"
        + (f". The plan: {incident.plan}" if incident.plan else ", without a plan"),
        at=at,
        clause="oncall.plan",
    )
