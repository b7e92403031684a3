"""What people do about availability."""

from datetime import datetime, timedelta

from dutydesk.availability.flows import down_times, exclusions
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.people.models import Service

_UP_TO_A_MINUTE = timedelta(seconds=59)
"""A form's times have no seconds, and what was down for a part of a minute is meant too."""


def _exclude_form(about: str, by: Person, at: datetime) -> Form:
    service = Service.objects.filter(pk=number_of(about, "availability")).first()
    if service is None:
        raise ValueError(f"“{about}” names no service.")
    last = down_times.last(service, at=at)
    start = last.start if last else ""
    end = min(last.end + _UP_TO_A_MINUTE, at) if last else ""
    return Form(
        f"{service.name} was not down",
        "Leave it out",
        (
            Field("start", "From", "time", value=start, until=at, hint="The last time, by itself."),
            Field("end", "To", "time", value=end, until=at),
            Field("reason", "Why was it not down?", "long", longest=1_000),
        ),
        "What looked like being down in this time counts neither for the service nor against it. "
        "The reason stands on its page and in the journal, and it can be taken back.",
    )


def _exclude(press: ActionRequest) -> ActionResult:
    exclusions.exclude(
        service=number_of(press.about, "availability"),
        start=press.answers.moment("start"),
        end=press.answers.moment("end"),
        reason=press.answers.text("reason"),
        by=press.by.name,
        at=press.at,
    )
    return ActionResult("It counts as down no more.", press.about)


def _withdraw(press: ActionRequest) -> ActionResult:
    found = exclusions.withdraw(
        exclusion=number_of(press.about, "exclusion"), by=press.by.name, at=press.at
    )
    return ActionResult("It counts as it was seen.", subject("availability", found.service_id))


ACTIONS = (
    Action("availability.exclude", "engineer", _exclude, form=_exclude_form),
    Action("availability.withdraw", "engineer", _withdraw),
)
