"""What the process says of its measures, and of how availability is known and counted."""

from collections.abc import Iterator

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.availability import (
    CheckSource,
    MeasuredService,
    PrometheusSource,
)
from dutydesk.process.rules.model import Process
from dutydesk.process.words.lists import listed


def measured(process: Process) -> tuple[str, ...]:
    """Say what is measured, and how availability is."""
    measures = listed("We measure:", (one.said for one in process.measures))
    availability = process.availability
    hours = "all hours" if availability.clock == "elapsed" else _hours(process)
    planned = {"left out": "is left out", "down": "counts as down"}[availability.maintenance]
    each = [_service(one) for one in availability.services]
    return (
        *measures,
        f"Availability is the time that a service was up, of all the time of which that is known, "
        f"in {hours}. Planned maintenance {planned}. Without another source it is what incidents "
        f"say that users felt, from {_least(process)} on.{_target(availability.target, process)}",
        *(listed("Some services say more:", each) if each else ()),
    )


def _hours(process: Process) -> str:
    return process.clocks[process.availability.clock].title.lower()


def _least(process: Process) -> str:
    least = process.availability.down_from
    return {"degraded": "what is slow or degraded"}.get(least, f"a {least}")


def _target(target: str | None, process: Process) -> str:
    return f" The target is {target}% over {_over(process.availability.per)}." if target else ""


def _over(per: str) -> str:
    return f"the last {per}" if per.endswith("days") else f"a {per}"


def _service(one: MeasuredService) -> str:
    return f"{one.service}: {', '.join((*_told(one), *_more(one)))}"


def _told(one: MeasuredService) -> Iterator[str]:
    match one.source:
        case PrometheusSource() as source:
            yield f"up while Prometheus answers {source.up_from} or more to {source.query}"
        case CheckSource() as source:
            every = write_duration(source.every).removeprefix("1 ")
            yield f"up while {source.url} answers, asked every {every}"
            if source.alarm_after:
                yield f"with an alert after {source.alarm_after} failures in a row"
        case _:
            yield "up but for its incidents"


def _more(one: MeasuredService) -> Iterator[str]:
    if one.target:
        yield f"to be up for {one.target}% of the time"
    if one.per:
        yield f"over {_over(one.per)}"
    if one.began:
        yield f"from {one.began:%-d %B %Y} on"
    if one.ended:
        yield f"until {one.ended:%-d %B %Y}"
