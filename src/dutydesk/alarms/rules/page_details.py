"""What a page says of the alerts that it is about, and that nothing told of one is shown nowhere.

What helps to act comes first, since phones show the beginning only, and long words come last.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.alarms.rules.destination import URGENCY
from dutydesk.alarms.rules.notifications import (
    description_of,
    labelled,
    one_line,
    opens,
    runbook_of,
    title_of,
)
from dutydesk.kernel.bounds import cut, is_blank

MOST_ALERTS, MOST_LINES, LONGEST_LINE, LONGEST_ADDRESS = 10, 12, 300, 2_000
LONGEST_MARK = 100
_LINKS = {
    "dashboard_url": "Dashboard",
    "panel_url": "Panel",
    "silence_url": "Silence it there",
    "image_url": "Picture",
}
_LISTED = ("links", "images")
# That it is high, its page says.
_OF_EACH = ("severity", URGENCY)


@dataclass(frozen=True, slots=True)
class PagedAlert:
    """One alert that goes on, as a page tells of it. `source`: where its sender shows it.

    `runbook`: as the alarm has it, if it names none itself. `but`: why it pages nobody by itself
    just now; empty if it does.
    """

    title: str
    since: datetime
    service: str
    annotations: Mapping[str, str]
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    runbook: str = ""
    but: str = ""


def details_of(
    alerts: Sequence[PagedAlert], zone: ZoneInfo, *, more: int = 0, left_out: int = 0
) -> str:
    """Give it in lines: all that one alert says, or a line for each of several, ten at most.

    The first is the one that matters most: its runbook and its words are told of several too.
    `more`: so many alerts go on besides. `left_out`: so many more its sender only counted.
    """
    shown, more = alerts[:MOST_ALERTS], more + max(0, len(alerts) - MOST_ALERTS)
    if not shown:
        return ""
    lines = [*(_several(shown, more, zone) if len(shown) > 1 else _alone(shown[0], zone))]
    if left_out:
        lines.insert(1, f"And {left_out} more alerts, which are not told one by one")
    return "\n".join(lines)


def _several(shown: Sequence[PagedAlert], more: int, zone: ZoneInfo) -> Iterator[str]:
    first, *others = (_line(one, shown, zone) for one in shown)
    yield first
    yield from _runbook(shown[0])
    yield from others
    if more:
        yield f"and {more} more"
    if said := description_of(shown[0].annotations):
        yield said


def _line(alert: PagedAlert, shown: Sequence[PagedAlert], zone: ZoneInfo) -> str:
    parts = (alert.title, alert.service, cut(_apart(alert, shown), LONGEST_MARK))
    but = f" ({alert.but})" if alert.but else ""
    return f"{', '.join(filter(None, parts))}: since {_since(alert, zone)}{but}"


def _apart(alert: PagedAlert, shown: Sequence[PagedAlert]) -> str:
    """Give the labels that tell an alert from those that are called the same."""
    called = (alert.title, alert.service)
    alike = [one.labels for one in shown if (one.title, one.service) == called]
    differ = {
        name: value
        for name, value in alert.labels.items()
        if name not in _OF_EACH and any(each.get(name) != value for each in alike)
    }
    return one_line(labelled(differ))


def common(labels: Sequence[Mapping[str, str]], said: Collection[str]) -> str:
    """Give in one line the labels that all of these have and that say what isn't `said`."""
    first = labels[0] if labels else {}
    facts = {
        name: value
        for name, value in first.items()
        if name not in _OF_EACH
        and value not in said
        and all(each.get(name) == value for each in labels)
    }
    return cut(one_line(labelled(facts)), LONGEST_LINE)


def _since(alert: PagedAlert, zone: ZoneInfo) -> str:
    return f"{alert.since.astimezone(zone):%a %d %b %H:%M %Z}"


def _runbook(alert: PagedAlert) -> Iterator[str]:
    if runbook := runbook_of(alert.annotations) or alert.runbook:
        yield from _address("Runbook", runbook)


def _address(title: str, address: str) -> Iterator[str]:
    whole = len(address) <= LONGEST_ADDRESS  # One that is cut leads elsewhere.
    yield f"{cut(title, LONGEST_MARK)}: {address if whole else 'its address is too long for this'}"


def _alone(alert: PagedAlert, zone: ZoneInfo) -> Iterator[str]:
    yield f"Since: {_since(alert, zone)}"
    if alert.service:
        yield f"Service: {alert.service}"
    yield from _runbook(alert)
    description = description_of(alert.annotations)
    short, long = ("", description) if len(description) > LONGEST_LINE else (description, "")
    labels = common([alert.labels], (alert.title, alert.service))
    yield from filter(None, (short, f"Labels: {labels}" if labels else ""))
    yield from _besides(alert)
    yield from filter(None, (long,))


def _besides(alert: PagedAlert) -> Iterator[str]:
    said = besides(alert.labels, alert.annotations, alert.source)
    for name, value in said[:MOST_LINES]:
        yield cut(f"{name}: {value}", LONGEST_LINE)
    if len(said) > MOST_LINES:
        yield f"and {len(said) - MOST_LINES} more that its sender says"
    links = links_of(alert.annotations, alert.source)
    for title, address in links[:MOST_LINES]:
        yield from _address(title, address)
    if len(links) > MOST_LINES:
        yield f"and {len(links) - MOST_LINES} more addresses"


def besides(
    labels: Mapping[str, str], annotations: Mapping[str, str], source: str
) -> list[tuple[str, str]]:
    """Give what a sender tells besides: names and values, each on one line.

    Left out is only what is shown otherwise: as the title, the description, the runbook, a link.
    """
    leads = opens(source.strip())
    told = {**annotations, **({} if leads else {"at its sender": source})}
    for name in _LISTED:
        lines = told.get(name, "").splitlines()
        told[name] = "; ".join(one for one in lines if not opens(_parted(one)[1]))
    title, runbook = title_of(labels, annotations), runbook_of(annotations)
    shown = {
        "description": True,
        "summary": one_line(told.get("summary", "")) == title,
        "message": one_line(told.get("message", "")) == title,
        "runbook_url": bool(runbook),
        "client": leads,
        **{name: opens(told.get(name, "").strip()) for name in _LINKS},
    }
    left = ((one_line(n), one_line(it)) for n, it in sorted(told.items()) if not shown.get(n))
    return [(name, value) for name, value in left if not is_blank(value)]


def links_of(annotations: Mapping[str, str], source: str) -> list[tuple[str, str]]:
    """Give where its sender shows it: what each is called, and an address for a browser."""
    given = (line for name in _LISTED for line in annotations.get(name, "").splitlines())
    found = [
        (one_line(annotations.get("client", "")) or "At its sender", source),
        *((title, annotations.get(name, "")) for name, title in _LINKS.items()),
        *map(_parted, given),
    ]
    stripped = ((title, address.strip()) for title, address in found)
    return [pair for pair in stripped if opens(pair[1])]


def _parted(line: str) -> tuple[str, str]:
    """Give what a line calls a link, and its address."""
    title, _, address = line.strip().rpartition(" ")
    return one_line(title) or "Link", address
