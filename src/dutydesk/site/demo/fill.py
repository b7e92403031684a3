"""Filling an empty desk with a team, and two months of its work."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from django.db import connection, transaction

from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.incidents.models import Incident
from dutydesk.kernel.periods import instant
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import people, skills
from dutydesk.people.models import Account, Engineer, Service
from dutydesk.people.rules import ContactRow, EngineerRow, PeopleFile, ServiceRow, TeamRow
from dutydesk.process.flows import process
from dutydesk.process.models import ProcessVersion
from dutydesk.rota.flows import edits
from dutydesk.rota.flows.edits import Cadence
from dutydesk.site.demo import cast
from dutydesk.site.demo.alerts import Watch
from dutydesk.site.demo.days import Days
from dutydesk.site.demo.declared import Incidents
from dutydesk.site.demo.history import History, forget_jobs

DAYS = 60
DOMAIN = "demo.example.org"
Tell = Callable[[float], None]


class NotEmpty(Refused):
    """A desk in which somebody works is not filled with made-up work."""


def refuse_unless_empty() -> None:
    """Raise NotEmpty if anybody or anything is in this desk, whether or not it has all tables."""
    tables = connection.introspection.table_names()
    for model, what in (
        (Account, "an account"),
        (Engineer, "an engineer"),
        (Service, "a service"),
        (Post, "a post"),
        (Question, "a question"),
        (Incident, "an incident"),
    ):
        if model._meta.db_table in tables and model._default_manager.exists():
            raise NotEmpty(
                f"This desk is not empty: it has {what} already.",
                "Made-up work goes into an empty one: name a new folder with --into.",
            )


@transaction.atomic
def fill(*, until: datetime, seed: int, days: int = DAYS, tell: Tell = lambda _: None) -> list[str]:
    """Fill the desk with `days` days of work up to `until`, all of it or nothing. Raises NotEmpty.

    The same `until` and `seed` make the same. `tell` hears how much of it is done, from 0 to 1.
    Gives what the process refused meanwhile.
    """
    refuse_unless_empty()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # What is found is found at once.
    zone = process.in_force().zone
    first = (until - timedelta(days=days)).astimezone(zone).date()
    begins = instant(datetime.combine(first, time(7)), zone)
    ProcessVersion.objects.update(adopted_at=begins)  # Of what was before, nothing is known.
    make_people(begins)
    history = History(begins)
    make_rotas(begins)
    watch = Watch(history, Random(f"{seed} alerts"))
    history.step = watch.look
    incidents = Incidents(history, until)
    incidents.watch = watch
    daily = Days(history, Random(f"{seed} days"), watch, incidents)
    incidents.plan_all()
    day = first
    while (morning := instant(datetime.combine(day, time(5)), zone)) < until:
        history.plan(morning, lambda day=day: daily.plan(day, until))  # type: ignore[misc]
        history.run(min(instant(datetime.combine(day + timedelta(1), time(5)), zone), until))
        day += timedelta(days=1)
        tell(min(1.0, (day - first).days / max(1, days)))
    forget_jobs()
    return history.refused


def make_people(at: datetime) -> None:
    """Let there be a team, those who ask it, and their services."""
    file = PeopleFile(
        engineers=tuple(EngineerRow(name=n, email=address(n)) for n in cast.ENGINEERS),
        teams=tuple(
            TeamRow(name=team, channel=channel, services=(ServiceRow(name=service),))
            for team, (channel, service) in cast.TEAMS.items()
        ),
        services=tuple(ServiceRow(name=name, page_anyway=name == "Clusters") for name in cast.OWN),
        leadership=(ContactRow(name=cast.LEADER, email=address(cast.LEADER)),),
    )
    people.load(file=file, at=at)
    for name in cast.ENGINEERS:
        administrator = name == cast.ENGINEERS[0]
        Account.objects.create_user(email=address(name), name=name, administrator=administrator)
        engineer = people.save_engineer(name=name, email=address(name), at=at)
        skills.set_skills(engineer=engineer.pk, names=cast.SKILLS.get(name, ()), at=at)
    for team, users in cast.USERS.items():
        number = people.save_team(name=team, channel=cast.TEAMS[team][0]).pk
        for name in users:
            account = Account.objects.create_user(email=address(name), name=name)
            Account.objects.filter(pk=account.pk).update(team=number)


def address(name: str) -> str:
    """Give somebody's e-mail address, which nobody has."""
    return f"{name.split()[0].lower()}@{DOMAIN}"


def make_rotas(at: datetime) -> None:
    """Let three support for two weeks at a time, and two be on call by the week."""
    numbers = [Engineer.objects.get(name=name).pk for name in cast.ENGINEERS]
    monday = at.astimezone(process.in_force().zone)
    monday -= timedelta(days=monday.weekday() + 7)
    starts = datetime.combine(monday.date(), time(10))
    support = [numbers[n : n + 3] for n in range(0, 9, 3)]
    primary = [[number] for number in numbers[3:] + numbers[:3]]
    secondary = [[number] for number in numbers[6:] + numbers[:6]]
    for duty, length, places in (
        ("support", 2, support), ("primary", 1, primary), ("secondary", 1, secondary),
    ):  # fmt: skip
        cadence = Cadence("weekly", length, starts, places)
        edits.rotate(duty=duty, cadence=cadence, at=at, by=cast.ENGINEERS[0])
