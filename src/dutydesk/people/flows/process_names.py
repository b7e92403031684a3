"""Services and people that the process file names, and that there are not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.checks import Check
from dutydesk.people.flows import known_services
from dutydesk.people.models import Account, Engineer, Service
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import LEAD, SUPPORT
from dutydesk.process.rules.model import Process


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that nothing and nobody has. `where`: what of the process file names it."""

    where: str
    name: str
    of_service: bool = False

    def __str__(self) -> str:
        """Say it with what to do."""
        what = "the service" if self.of_service else "somebody"
        there = "which there is not" if self.of_service else "which nobody is called"
        return (
            f"{self.where} names {what} “{self.name}”, {there}. Correct it, or add it under People."
        )


def unknown(current: Process) -> list[UnknownName]:
    """Give all names in a process that nothing and nobody has."""
    leaders = (name for name in current.incidents.leaders.who if "@" not in name)
    named = [("availability", one.service) for one in current.availability.services]
    for group in current.status_page.groups:
        named += [("status_page", name) for name in group.services]
    return [
        *unknown_in_routes(current),
        *unknown_people(current),
        *_nobodies("incidents.leaders", leaders),
        *_nothings(named),
    ]


def unknown_in_routes(current: Process) -> Iterator[UnknownName]:
    """Give the services that routes of alerts name and that there are not."""
    routes = [one for one in current.alarms.routes if one.service]
    missing = known_services.unknown({one.service for one in routes})
    for one in routes:
        if one.service in missing:
            yield UnknownName(f"the route “{one.title}”", one.service, of_service=True)


def unknown_people(current: Process) -> Iterator[UnknownName]:
    """Give who is to be told, to sign, or to be known in the tracker, and is nobody here."""
    lead, logins = current.support.lead, current.ask.ticket.logins
    named = [name for name in (lead, *logins) if name]
    team = dict(Engineer.objects.filter(name__in=named).values_list("name", "active"))
    if lead and not team.get(lead):
        yield UnknownName("support.lead", lead)
    for name in logins:
        if name not in team:  # What somebody did who left is still theirs.
            yield UnknownName("ask.ticket.logins", name)
    roles = {LEAD, SUPPORT, *(one.id for one in current.incidents.roles)}
    signers = (name for name in current.postmortems.publication.sign_off if name not in roles)
    yield from _nobodies("postmortems.publication.sign_off", signers)


def _nobodies(where: str, names: Iterable[str]) -> Iterator[UnknownName]:
    """Give those of the names that nobody of the desk has who may come in."""
    if not (named := list(names)):
        return
    engineers = Engineer.objects.filter(name__in=named, active=True).values_list("name", flat=True)
    accounts = Account.objects.filter(name__in=named, is_active=True).values_list("name", flat=True)
    known = {*engineers, *accounts}
    yield from (UnknownName(where, name) for name in named if name not in known)


def _nothings(named: Iterable[tuple[str, str]]) -> Iterator[UnknownName]:
    """Give those of the names that no service has."""
    if not (every := list(named)):
        return
    there = Service.objects.filter(name__in=[name for _, name in every])
    known = set(there.values_list("name", flat=True))
    for where, name in every:
        if name not in known:
            yield UnknownName(where, name, of_service=True)


def health(at: datetime) -> Iterable[Check]:
    """Say whether there is everybody whom the process file names, but for leaders: see there."""
    missing = [f"{one.name} in {one.where}" for one in unknown_people(process.in_force())]
    if missing:
        yield Check(
            "people",
            False,
            f"{', '.join(missing)}: nobody is called so",
            "Correct the name in the process file, or add it under People.",
            vital=False,
            public="the process file names somebody who isn't there",
        )
