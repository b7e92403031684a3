"""What a page says of the alerts that it is about: since when, of which service, what is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.alarms.rules.notifications import description_of, runbook_of

MOST_ALERTS, MOST_LINES, LONGEST_LINE, LONGEST_ADDRESS = 10, 12, 300, 2_000
_LINKS = {
    "dashboard_url": "Dashboard",
    "panel_url": "Panel",
    "silence_url": "Silence it there",
    "image_url": "Picture",
}
_SAID = ("summary", "message", "description", "runbook_url", "links", "images", "client")
_TOLD_APART = {*_SAID, *_LINKS}


@dataclass(frozen=True, slots=True)
class PagedAlert:
    """One alert that fires, as a page tells of it. `source`: where its sender shows it."""

    title: str
    since: datetime
    service: str
    annotations: Mapping[str, str]
    source: str = ""


def details_of(alerts: Sequence[PagedAlert], zone: ZoneInfo) -> str:
    """Give it in lines: all that one alert says, or a line for each of several, ten at most."""
    if len(alerts) == 1:
        return "\n".join(_alone(alerts[0], zone))
    lines = [_line(one, zone) for one in alerts[:MOST_ALERTS]]
    more = len(alerts) - MOST_ALERTS
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def _line(alert: PagedAlert, zone: ZoneInfo) -> str:
    service = f", {alert.service}" if alert.service else ""
    return f"{alert.title}{service}: since {_since(alert, zone)}"


def _since(alert: PagedAlert, zone: ZoneInfo) -> str:
    return f"{alert.since.astimezone(zone):%a %d %b %H:%M %Z}"


def _alone(alert: PagedAlert, zone: ZoneInfo) -> Iterator[str]:
    if description := description_of(alert.annotations):
        yield description
    yield f"Since: {_since(alert, zone)}"
    if alert.service:
        yield f"Service: {alert.service}"
    said = besides(alert.annotations)
    for name, value in said[:MOST_LINES]:
        yield _short(f"{name}: {value}")
    if len(said) > MOST_LINES:
        yield f"and {len(said) - MOST_LINES} more that its sender says"
    if runbook := runbook_of(alert.annotations):
        yield f"Runbook: {runbook}"
    for title, address in links_of(alert.annotations, alert.source):
        if len(address) <= LONGEST_ADDRESS:  # One that is cut leads elsewhere.
            yield f"{title}: {address}"


def besides(annotations: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give what a sender tells besides: names and values, each on one line."""
    told = ((name, " ".join(value.split())) for name, value in sorted(annotations.items()))
    return [(name, value) for name, value in told if value and name not in _TOLD_APART]


def links_of(annotations: Mapping[str, str], source: str) -> list[tuple[str, str]]:
    """Give where its sender shows it: what each is called, and an address for a browser."""
    given = [
        *annotations.get("links", "").splitlines(),
        *annotations.get("images", "").splitlines(),
    ]
    parted = (line.strip().rpartition(" ") for line in given)
    found = [
        (annotations.get("client") or "At its sender", source),
        *((title, annotations.get(name, "")) for name, title in _LINKS.items()),
        *((title or "Link", address) for title, _, address in parted),
    ]
    return [pair for pair in found if pair[1].startswith(("https://", "http://"))][:MOST_LINES]


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"
