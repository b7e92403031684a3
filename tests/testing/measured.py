"""Services whose availability is measured: a process file that says how, and incidents."""

from datetime import datetime, timedelta
from pathlib import Path

from ruamel.yaml import YAML

from dutydesk.availability.flows import exclusions
from dutydesk.availability.flows.figures import ServiceAvailability, availability
from dutydesk.availability.models import Exclusion
from dutydesk.incidents.models import Incident
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from testing.world import World

VISITS, CLUSTERS = "Prison visits", "Clusters"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def measure(world: World, folder: Path, **section: object) -> None:
    """Put a process in force whose section `availability` says so."""
    file = folder / "process.yaml"
    yaml = YAML(typ="safe")
    found = yaml.load(file.read_text())
    found["availability"] = section
    with file.open("w") as open_file:
        yaml.dump(found, open_file)
    process.adopt(file=file, at=world.at)


def incident(*services: str, start: datetime, end: datetime | None = None, **more: object) -> int:
    """Let there be an incident that users felt, and give its number."""
    values = {"detected": start, "declared": start, "repaired": end, "resolved": end}
    state = Incident.State.RESOLVED if end else Incident.State.OPEN
    made = Incident.objects.create(title="Down", state=state, **values | more)
    made.services.set(Service.objects.filter(name__in=services))
    return made.pk


def of(name: str, start: datetime, end: datetime, at: datetime) -> ServiceAvailability:
    """Give one service's availability from one moment to another."""
    found = availability(Period(start, end), at=at)
    return next(one for one in found if one.service.name == name)


def put_right(world: World) -> dict[str, str]:
    """Let a service have been down yesterday, and a part of that be put right by hand."""
    start = world.at - timedelta(days=1)
    incident(CLUSTERS, start=start, end=start + HOUR)
    clusters = Service.objects.get(name=CLUSTERS)
    exclusions.exclude(
        service=clusters.pk,
        start=start,
        end=start + HOUR / 2,
        reason="The probe was broken",
        by="Ada",
        at=world.at,
    )
    made = Exclusion.objects.get()
    return {"availability": f"availability:{clusters.pk}", "exclusion": made.about}
