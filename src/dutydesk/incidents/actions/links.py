"""Joining alarms and questions to an incident and parting them from it, from either side."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from dutydesk.alarms.models import Alarm
from dutydesk.desk.models import OVER, Question
from dutydesk.incidents.flows import links
from dutydesk.incidents.models import Incident, IncidentLink
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of, subject

RECENT = timedelta(days=14)
MOST = 50
_Options = tuple[tuple[str, str], ...]


def _own(about: str) -> bool:
    return about.startswith("incident:")


def _join_form(about: str, by: Person, at: datetime) -> Form:
    if _own(about):
        options = _things(Incident.objects.get(pk=number_of(about, "incident")), at)
        field = Field("thing", "Which alarm or question?", "choice", options=options)
    else:
        field = Field("incident", "To which incident?", "choice", options=_incidents(about, at))
    return Form(
        "Join to an incident",
        "Join them",
        (field,),
        "While an incident that goes on has an alarm, nobody is paged for it, and whoever leads "
        "is told of what begins in it. In a question's thread the desk says where it belongs.",
    )


def _things(incident: Incident, at: datetime) -> _Options:
    """Give what may be joined: what fires or was over of late, and the questions that are open."""
    linked = set(incident.links.filter(parted_at=None).values_list("about", flat=True))
    fires = Q(state=Alarm.State.FIRING) | Q(resolved_at__gt=at - RECENT)
    alarms = Alarm.objects.filter(fires).order_by("state", "severity", "-first_at", "-pk")[:MOST]
    asked = (
        Question.objects.exclude(state__in=OVER).select_related("post").order_by("-asked_at", "-pk")
    )
    found = [(one.about, f"Alarm: {one.title}") for one in alarms]
    found += [(one.about, f"Question: {one.title}") for one in asked[:MOST]]
    return tuple(option for option in found if option[0] not in linked)


def _incidents(about: str, at: datetime) -> _Options:
    late = Q(state=Incident.State.OPEN) | Q(state="resolved", resolved__gt=at - RECENT)
    rows = Incident.objects.filter(late, exercise=False, imported_key=None)
    rows = rows.exclude(links__in=IncidentLink.objects.filter(about=about, parted_at=None))
    return _listed(rows.order_by("state", "-declared", "-pk")[:MOST])


def _listed(rows: QuerySet[Incident]) -> _Options:
    return tuple((str(one.pk), f"{one.title} ({one.pk})") for one in rows)


def _both(press: ActionRequest) -> tuple[int, str]:
    """Give the incident and the thing, from whichever side it was pressed."""
    if _own(press.about):
        return number_of(press.about, "incident"), press.answers.text("thing")
    return press.answers.number("incident"), press.about


def _join(press: ActionRequest) -> ActionResult:
    incident, about = _both(press)
    links.join(incident=incident, about=about, by=press.by, at=press.at)
    return ActionResult("Joined.", subject("incident", incident))


def _part_form(about: str, by: Person, at: datetime) -> Form:
    if _own(about):
        found = links.things_of(Incident.objects.get(pk=number_of(about, "incident")))
        options = tuple((one.about, one.named) for one in found)
        field = Field("thing", "Which alarm or question?", "choice", options=options)
    else:
        rows = Incident.objects.filter(links__about=about, links__parted_at=None)
        rows = rows.exclude(state=Incident.State.MERGED)
        options = _listed(rows.order_by("-declared", "-pk")[:MOST])
        field = Field("incident", "From which incident?", "choice", options=options)
    return Form(
        "Part from an incident",
        "Part them",
        (field,),
        "A high alarm that still fires pages at once, since no incident looks after it then.",
    )


def _part(press: ActionRequest) -> ActionResult:
    incident, about = _both(press)
    links.part(incident=incident, about=about, by=press.by, at=press.at)
    return ActionResult("Parted.", press.about)


ACTIONS = (
    Action("incident.link", "engineer", _join, _join_form),
    Action("incident.part", "engineer", _part, _part_form),
)
