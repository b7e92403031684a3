"""Paging on call about a question that can't wait until support opens, if the process lets people.

Clause hours.out-of-hours: only what is urgent gets a response then, so it is confirmed, with what
is wrong, and nobody pages without end.
"""

from datetime import datetime

from django.db import transaction

from dutydesk.database import rows
from dutydesk.desk.flows import ownership
from dutydesk.desk.flows.events import QuestionPaged, QuestionRefused
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import Question
from dutydesk.desk.rules.questions import may_page
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.moments import when
from dutydesk.oncall.flows import escalation, next_calls
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import OPEN, Page
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

LONGEST = 1000


def first_called(*, at: datetime) -> str:
    """Give the name of whoever is called first at `at`; empty if nobody is on call."""
    order, _ = next_calls.line_at(anyway=False, at=at)
    found = Engineer.objects.filter(pk__in=order[:1]).first()
    return found.name if found else ""


def check(*, question: int, by: Person, at: datetime) -> Question:
    """Give the question, if this person can page on call about it now. Raises QuestionRefused."""
    found = Question.objects.select_related("post").get(pk=question)
    _check(found, by, at)
    return found


@transaction.atomic
def page(*, question: int, why: str, by: Person, at: datetime) -> Page:
    """Page on call about a question, with what somebody says is wrong. Raises QuestionRefused."""
    rows.lock([f"pages by account {by.account}"])  # Of two at once, one counts the other's.
    found = locked(question)
    _check(found, by, at)
    brief = " ".join(why.split())
    made = escalation.page(
        wanted=PageRequest(
            about=found.about,
            title=f"Urgent, {by.name} says: {brief}"[:200],
            details=f"{by.name} pages on call about a question of {found.post.author}:\n\n{why}",
            anyway=False,
            thread_key=found.post.key,
            service=None,
        ),
        at=at,
    )
    text = f"{by.name} paged on call about it"
    ownership.record(QuestionPaged(found.pk, by.account), text, by.name, at)
    return made


def _check(found: Question, by: Person, at: datetime) -> None:
    current = process.in_force()
    urgent = current.ask.urgent
    if urgent is None:
        raise QuestionRefused(
            "This team has no way to call somebody about a question.",
            "Say in its thread what is wrong; support sees it when it opens.",
        )
    if not may_page(current, at):
        raise QuestionRefused(
            "Support is open now, and sees questions without a page.",
            "Say in its thread how bad it is.",
        )
    if found.over:
        raise QuestionRefused("It is over.", "Open it again first if it isn't.")
    if Page.objects.filter(subject=found.about, state__in=OPEN).exists():
        raise QuestionRefused("On call is paged about it already.", "Go on in its thread.")
    lately = JournalEntry.objects.filter(
        kind=QuestionPaged.kind, at__gt=at - urgent.within, data__account=by.account
    ).order_by("-at")[: urgent.at_most]
    if len(lately) == urgent.at_most:
        again = lately[urgent.at_most - 1].at + urgent.within
        raise QuestionRefused(
            f"You paged on call {urgent.at_most} times within {write_duration(urgent.within)}.",
            f"You can again {when(again, current.zone, at)}; say in the thread what is new.",
        )
