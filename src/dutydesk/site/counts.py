"""The numbers beside the menu's places, all of them with one statement."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dutydesk.alarms.models import Alarm
from dutydesk.desk.models import OVER, UNTAKEN, Question, Ticket
from dutydesk.incidents.models import REAL, Incident
from dutydesk.kernel.actions import Person
from dutydesk.oncall.models import Page
from dutydesk.site.banner import unanswered
from dutydesk.web.screens import Count

MOST = 1_000
"""No more are counted: a storm of alarms must not make every screen slow."""
# Numbers that no row has: they stand in the statement where those of a person go.
_ENGINEER, _ACCOUNT = -1, -2


def _team() -> dict[str, QuerySet[Any]]:
    running = Incident.objects.filter(state="open")
    return {
        "alarms": Alarm.objects.filter(state=Alarm.State.FIRING, silence=None),
        "nobodys": unanswered(),
        "incidents": running,
        "high": running.filter(REAL, priority="high"),
        "questions": Question.objects.exclude(state__in=OVER),
        "tickets": Ticket.objects.filter(UNTAKEN),
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


def _asked(person: Person) -> dict[str, QuerySet[Any]]:
    return {
        "questions_of": questions_of(person),
        "tickets_of": tickets_of(person),
        "calls_of": calls_of(person),
        **(_team() if person.may("engineer") else {}),
    }


@cache
def _statement(somebody: Person) -> tuple[str, tuple[Any, ...], tuple[str, ...]]:
    """Give what asks for all the numbers, its values, and their names.

    Every page asks, and to put it together takes several times as long as to have it answered:
    it is done once for each kind of person.
    """
    asked, counted, values = _asked(somebody), list[str](), list[Any]()
    for rows in asked.values():
        text, own = rows.order_by().values("pk")[:MOST].query.sql_with_params()
        counted.append(f"(SELECT count(*) FROM ({text}) AS these)")
        values += own
    return f"SELECT {', '.join(counted)}", tuple(values), tuple(asked)


def _numbers(person: Person) -> dict[str, int]:
    engineer = None if person.engineer is None else _ENGINEER
    somebody = Person(_ACCOUNT, "", "", engineer, person.administrator)
    text, values, names = _statement(somebody)
    here = {_ACCOUNT: person.account, _ENGINEER: person.engineer}
    with connection.cursor() as cursor:
        cursor.execute(text, [here.get(value, value) for value in values])
        return dict(zip(names, cursor.fetchone(), strict=True))


def counts(person: Person) -> Mapping[str, Count]:
    """Give the numbers that this person's menu shows; one statement."""
    row = _numbers(person)
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
