"""Signing a postmortem off, publishing it, and taking that back, in any chat."""

from datetime import datetime

from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.postmortems.flows import publications, reports, sign_offs
from dutydesk.postmortems.models import Postmortem
from dutydesk.process.flows import process

_READERS = {
    "off": "the engineers of the team",
    "sign-in": "everybody who may sign in",
    "public": "everybody, without signing in",
}


def _number(press: ActionRequest) -> int:
    return number_of(press.about, "postmortem")


def _sign(press: ActionRequest) -> ActionResult:
    sign_offs.sign(postmortem=_number(press), role=press.choice, by=press.by, at=press.at)
    return ActionResult("It is signed off as it is.")


def _publish_form(about: str, by: Person, at: datetime) -> Form:
    number = number_of(about, "postmortem")
    found = Postmortem.objects.select_related("incident__lead").get(pk=number)
    shown = reports.redacted(reports.write(found, at=at), found)
    who = _READERS[process.in_force().postmortems.publication.shown]
    return Form(
        "Publish the postmortem",
        "Publish it",
        (Field("seen", "As it was seen", "hidden", value=reports.digest(shown)),),
        f"It is read by {who}. Names stand in it as roles.",
    )


def _publish(press: ActionRequest) -> ActionResult:
    made = publications.publish(
        postmortem=_number(press), seen=press.answers.text("seen"), by=press.by, at=press.at
    )
    return ActionResult(f"It is published (version {made.number}).", press.about)


def _unpublish_form(about: str, by: Person, at: datetime) -> Form:
    return Form("Withdraw what is published", "Withdraw it", (Field("why", "Why?", "long"),))


def _unpublish(press: ActionRequest) -> ActionResult:
    why = press.answers.text("why")
    publications.withdraw(postmortem=_number(press), why=why, by=press.by, at=press.at)
    return ActionResult("It is not to be read any more.", press.about)


def _to_repository(press: ActionRequest) -> ActionResult:
    publications.to_repository(postmortem=_number(press), by=press.by, at=press.at)
    return ActionResult("The repository is told again.", press.about)


ACTIONS = (
    Action("postmortem.sign", "engineer", _sign),
    Action("postmortem.publish", "engineer", _publish, _publish_form),
    Action("postmortem.unpublish", "engineer", _unpublish, _unpublish_form),
    Action("postmortem.repository", "engineer", _to_repository),
)
