"""Working on an incident out of hours, in any chat: more time, word to the team, the plan."""

from datetime import datetime, timedelta

from dutydesk.incidents.actions.inputs import incident_of
from dutydesk.incidents.flows import oncall_limit
from dutydesk.incidents.flows.situation import wording
from dutydesk.incidents.models import Incident
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process

_AMOUNTS = (15, 30, 45, 60, 90, 120)


def _work_on(press: ActionRequest) -> ActionResult:
    oncall_limit.work_on(incident=incident_of(press), by=press.by, at=press.at)
    return ActionResult("You work on it.", press.about)


def _more_form(about: str, by: Person, at: datetime) -> Form:
    longest = process.in_force().on_call.limit
    lengths = [timedelta(minutes=minutes) for minutes in _AMOUNTS]
    fitting = [length for length in lengths if length <= longest] or [longest]
    options = tuple(
        (str(int(length.total_seconds())), f"{write_duration(length)} more") for length in fitting
    )
    return Form(
        "More time for on call",
        "Decide it and tell the team",
        (
            Field("amount", "How much?", "choice", options=options, value=options[-1][0]),
            Field("reason", "Why is it worth going on?", "long"),
        ),
        "Your name and the reason go to the team's channel and the timeline. The second time, "
        "somebody other than the one who works on it has to decide.",
    )


def _more(press: ActionRequest) -> ActionResult:
    made = oncall_limit.more_time(
        incident=incident_of(press),
        amount=timedelta(seconds=press.answers.number("amount")),
        reason=press.answers.text("reason"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"It has {write_duration(made.amount)} more.", press.about)


def _inform_form(about: str, by: Person, at: datetime) -> Form:
    incident = Incident.objects.get(pk=number_of(about, "incident"))
    channels = ", ".join(oncall_limit.informed_channels(incident))
    return Form(
        "Inform the affected team",
        f"Tell them in {channels}",
        (Field("text", "What they need to know", "long", value=wording(incident, at)),),
    )


def _inform(press: ActionRequest) -> ActionResult:
    channels = oncall_limit.inform(
        incident=incident_of(press), text=press.answers.text("text"), by=press.by, at=press.at
    )
    return ActionResult(f"Told {', '.join(channels)}.", press.about)


def _plan_form(about: str, by: Person, at: datetime) -> Form:
    incident = Incident.objects.get(pk=number_of(about, "incident"))
    question = "What happens when support opens, and who does it?"
    return Form(
        "Plan to resolve it in hours",
        "Keep the plan",
        (Field("text", question, "long", value=incident.plan),),
        "Written out of hours, it is shown to support in the team's channel when working hours "
        "open.",
    )


def _plan(press: ActionRequest) -> ActionResult:
    oncall_limit.plan(
        incident=incident_of(press), text=press.answers.text("text"), by=press.by, at=press.at
    )
    return ActionResult("The plan is kept.", press.about)


ACTIONS = (
    Action("incident.work-on", "engineer", _work_on),
    Action("incident.more-time", "engineer", _more, _more_form),
    Action("incident.inform", "engineer", _inform, _inform_form),
    Action("incident.plan", "engineer", _plan, _plan_form),
)
