"""What people do to alarms and silences, in any chat."""

from datetime import datetime, timedelta

from django.shortcuts import get_object_or_404

from dutydesk.alarms.flows import resolution, silences
from dutydesk.alarms.models import Alarm, Silence
from dutydesk.alarms.rules.silence_matchers import LONGEST_ONCE, LONGEST_REPEATED
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.people.flows.zones import read_zone


def _silence(press: ActionRequest) -> ActionResult:
    """Lead to the form; nothing is silenced before what it would quiet was seen."""
    return ActionResult("", subject("alarm-to-silence", number_of(press.about, "alarm")))


def _found(about: str) -> Silence:
    return get_object_or_404(Silence, pk=number_of(about, "silence"))


def _lift_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    quiet = [one.alarm.title for one in silences.affected(found, at=at) if one.quiet]
    if quiet:
        count = f"{len(quiet)} alarms" if len(quiet) > 1 else "1 alarm"
        note = f"It quiets {count} now: {'; '.join(quiet[:5])}. High ones page at once."
    else:
        note = "Nothing that it quiets fires now."
    return Form(f"Lift the silence of {found.title}", "Lift it now", note=note)


def _lift(press: ActionRequest) -> ActionResult:
    found = silences.lift(silence=number_of(press.about, "silence"), by=press.by.name, at=press.at)
    return ActionResult("Lifted.", found.about)


def _extend_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    zone = read_zone(by.zone)
    longest = LONGEST_REPEATED if found.windows else LONGEST_ONCE
    later = max(found.ends_at, at) + (timedelta(days=7) if found.windows else timedelta(hours=1))
    return Form(
        f"Change when the silence of {found.title} ends",
        "Move its end",
        (Field("until", "Until", "time", value=later, after=at),),
        f"It ends {when(found.ends_at, zone, at)} now. At most {longest.days} days from now.",
    )


def _extend(press: ActionRequest) -> ActionResult:
    silence = silences.extend(
        silence=number_of(press.about, "silence"),
        until=press.answers.moment("until"),
        by=press.by.name,
        at=press.at,
    )
    return ActionResult(f"It ends {when(silence.ends_at, press.zone, press.at)}.", silence.about)


def _over_form(about: str, by: Person, at: datetime) -> Form:
    found = get_object_or_404(Alarm, pk=number_of(about, "alarm"))
    count = found.firing_count
    return Form(
        f"{found.title} is over",
        "End the alarm and its page",
        (Field("reason", "How do you know?", hint="For whoever looks later.", longest=500),),
        f"{count} alert{'' if count == 1 else 's'} of it fire{'s' if count == 1 else ''}, as far "
        "as the desk was told. If the monitoring system tells of it again, it pages again.",
    )


def _over(press: ActionRequest) -> ActionResult:
    number = number_of(press.about, "alarm")
    resolution.end_by_hand(
        alarm=number, reason=press.answers.text("reason"), by=press.by.name, at=press.at
    )
    return ActionResult("It is over. Nobody is called for it any more.", press.about)


ACTIONS = (
    Action("alarm.over", "engineer", _over, _over_form),
    Action("alarm.silence", "engineer", _silence),
    Action("silence.lift", "engineer", _lift, _lift_form),
    Action("silence.extend", "engineer", _extend, _extend_form),
)
