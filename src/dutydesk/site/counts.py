"""The numbers beside the menu's places, all of them with one statement."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, IntegerField, Model, QuerySet, Subquery

from dutydesk.alarms.models import Alarm
from dutydesk.desk.models import OVER, Question, Ticket
from dutydesk.incidents.models import REAL, Incident
from dutydesk.kernel.actions import Person
from dutydesk.oncall.models import Page
from dutydesk.people.models import Account
from dutydesk.site.banner import unanswered
from dutydesk.web.screens import Count


def _many(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().annotate(many=Func(F("pk"), function="COUNT"))
    return Subquery(counted.values("many"), output_field=IntegerField())


def _team() -> dict[str, QuerySet[Any]]:
    running = Incident.objects.filter(state="open")
    return {
        "alarms": Alarm.objects.filter(state=Alarm.State.FIRING, silence=None),
        "nobodys": unanswered(),
        "incidents": running,
        "high": running.filter(REAL, priority="high"),
        "questions": Question.objects.exclude(state__in=OVER),
        "tickets": Ticket.objects.filter(closed_at=None, engineer=None, assigned=""),
    }


def questions_of(person: Person) -> QuerySet[Question]:
    """Give the open questions that an engineer has, or that somebody asked."""
    still = Question.objects.exclude(state__in=OVER)
    if person.engineer is not None:
        return still.filter(engineer=person.engineer)
    return still.filter(asker=person.account)


def tickets_of(person: Person) -> QuerySet[Ticket]:
    """Give the open tickets that an engineer works on."""
    return Ticket.objects.filter(closed_at=None, engineer=person.engineer or 0)


def calls_of(person: Person) -> QuerySet[Page]:
    """Give the pages that call this person now."""
    return Page.objects.filter(state=Page.State.CALLING, called=person.engineer or 0)


def counts(person: Person) -> Mapping[str, Count]:
    """Give the numbers that this person's menu shows; one statement."""
    asked: dict[str, QuerySet[Any]] = {
        "questions_of": questions_of(person),
        "tickets_of": tickets_of(person),
        "calls_of": calls_of(person),
        **(_team() if person.may("engineer") else {}),
    }
    account: QuerySet[Model] = Account.objects.filter(pk=person.account)
    row = account.values(**{name: _many(rows) for name, rows in asked.items()}).get()
    mine = row["questions_of"] + row["tickets_of"] + row["calls_of"]
    found = {"mine": Count(mine, row["calls_of"] > 0)}
    if person.may("engineer"):
        found |= {
            "alarms": Count(row["nobodys"] or row["alarms"], row["nobodys"] > 0),
            "incidents": Count(row["incidents"], row["high"] > 0),
            "questions": Count(row["questions"]),
            "tickets": Count(row["tickets"]),
        }
    return {name: count for name, count in found.items() if count.number}
