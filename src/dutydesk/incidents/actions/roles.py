"""Who does what in an incident, in any chat: roles, joining, and calling on others."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.incidents.actions.inputs import incident_of
from dutydesk.incidents.flows import help_requests, leads, role_handovers, roles
from dutydesk.incidents.flows.roles import RoleRefused
from dutydesk.incidents.words import role_words
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, NotYours, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.people.flows import skills
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import LEAD


def _engineer(press: ActionRequest) -> int:
    if press.by.engineer is None:
        raise NotYours("An engineer of the team takes part.", "Call on one of them.")
    return press.by.engineer


def _people(*, but: int | None = None) -> tuple[tuple[str, str], ...]:
    """Give the team to choose from, each with what they can be asked for."""
    found = Engineer.objects.filter(active=True).exclude(pk=but or 0).prefetch_related("skills")
    return tuple((str(one.pk), _with_skills(one)) for one in found)


def _with_skills(one: Engineer) -> str:
    known = ", ".join(skill.name for skill in one.skills.all())
    return f"{one.name} ({known})" if known else one.name


def _take(press: ActionRequest) -> ActionResult:
    if not press.choice:
        raise RoleRefused("No role was chosen.", "Take one on the incident's screen.")
    said = roles.take(
        incident=incident_of(press),
        role=press.choice,
        engineer=_engineer(press),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"{said}.", press.about)


def _give_form(about: str, by: Person, at: datetime) -> Form:
    known = process.in_force().incidents.roles
    options = tuple((one.id, f"{one.title}: {one.does}") for one in known)
    return Form(
        "Give a role",
        "Give it",
        (
            Field("role", "Which role?", "choice", options=options),
            Field("engineer", "Who takes it?", "choice", options=_people()),
        ),
        "It is said in the incident's thread, and what the role owes is theirs from then on.",
    )


def _give(press: ActionRequest) -> ActionResult:
    said = roles.take(
        incident=incident_of(press),
        role=press.answers.text("role"),
        engineer=press.answers.number("engineer"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"{said}.", press.about)


def _give_back(press: ActionRequest) -> ActionResult:
    if press.choice == LEAD:
        leads.give_up_lead(incident=incident_of(press), by=press.by, at=press.at)
    else:
        roles.give_back(incident=incident_of(press), role=press.choice, by=press.by, at=press.at)
    return ActionResult("You don't have it any more.", press.about)


def _keep(press: ActionRequest) -> ActionResult:
    role_handovers.keep(incident=incident_of(press), by=press.by, at=press.at)
    return ActionResult("You go on with it.", press.about)


def _join(press: ActionRequest) -> ActionResult:
    _engineer(press)
    roles.join(incident=incident_of(press), by=press.by, at=press.at)
    return ActionResult("You are in it.", press.about)


def _decline(press: ActionRequest) -> ActionResult:
    help_requests.decline(incident=incident_of(press), by=press.by, at=press.at)
    return ActionResult("They know that you can't.", press.about)


def _leave(press: ActionRequest) -> ActionResult:
    roles.leave(incident=incident_of(press), by=press.by, at=press.at)
    return ActionResult("You are not in it any more.", press.about)


def _call_on_form(about: str, by: Person, at: datetime) -> Form:
    known = tuple((one, one) for one in skills.known())
    by_skill = (
        Field(
            "skill",
            "Whoever knows",
            "choice",
            required=False,
            options=(("", "no skill in particular"), *known),
            hint="One who joins is enough: the others hear that they are no longer needed.",
        ),
    )
    return Form(
        "Call on others",
        "Ask them",
        (
            Field("people", "Who?", "choices", required=False, options=_people(but=by.engineer)),
            *(by_skill if known else ()),
            Field("on_call", "Everybody on call", "flag", required=False),
            Field("reason", "What for?", "long", longest=1_000),
        ),
        "Whoever has a turn, or agreed to be called outside it, is called by their contact "
        "methods; others get a message in the chat.",
    )


def _call_on(press: ActionRequest) -> ActionResult:
    asked = help_requests.HelpWanted(
        engineers=tuple(map(int, press.answers.chosen("people"))),
        skill=press.answers.text("skill"),
        on_call=press.answers.flag("on_call"),
        reason=press.answers.text("reason"),
    )
    made = help_requests.call_on(incident=incident_of(press), asked=asked, by=press.by, at=press.at)
    return ActionResult(f"Asked: {_names(one.engineer for one in made)}.", press.about)


def _names(people: Iterable[Engineer]) -> str:
    return role_words.listed([one.name for one in people])


ACTIONS = (
    Action("incident.take-role", "engineer", _take),
    Action("incident.give-role", "engineer", _give, _give_form),
    Action("incident.give-back", "engineer", _give_back),
    Action("incident.keep-role", "engineer", _keep),
    Action("incident.join", "engineer", _join),
    Action("incident.decline", "engineer", _decline),
    Action("incident.leave", "engineer", _leave),
    Action("incident.call-on", "engineer", _call_on, _call_on_form),
)
