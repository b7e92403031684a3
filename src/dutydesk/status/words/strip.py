"""A service's last days as one picture: a bar a day, whose height and colour say how it was."""

from collections import defaultdict

from dutydesk.status.rules.conditions import ServiceCondition, ServiceDay, ServiceRecord

_TOPS = {
    None: 18,
    ServiceCondition.OPERATIONAL: 8,
    ServiceCondition.MAINTENANCE: 6,
    ServiceCondition.DEGRADED: 4,
    ServiceCondition.PARTIAL: 2,
    ServiceCondition.MAJOR: 0,
}
_HIGH, _BAR, _STEP = 24, 3, 4


def percent(hundredths: int | None) -> str:
    """Say a share in percent with two places; a share of nothing is not known."""
    if hundredths is None:
        return "not known"
    return "100%" if hundredths == 10_000 else f"{hundredths / 100:.2f}%"


def strip(record: ServiceRecord) -> str:
    """Draw it as SVG, made of numbers, dates and conditions only."""
    paths: dict[ServiceCondition | None, list[str]] = defaultdict(list)
    for place, day in enumerate(record.days):
        top = _TOPS[day.worst]
        paths[day.worst].append(f"M{place * _STEP} {top}h{_BAR}V{_HIGH}h-{_BAR}z")
    drawn = "".join(
        f'<path class="{_class(condition)}" d="{"".join(parts)}"/>'
        for condition, parts in paths.items()
    )
    wide = len(record.days) * _STEP - 1
    return (
        f'<svg class="days" viewBox="0 0 {wide} {_HIGH}" preserveAspectRatio="none" role="img"'
        f' aria-label="{_says(record)}">{drawn}{"".join(map(_hint, enumerate(record.days)))}</svg>'
    )


def _class(condition: ServiceCondition | None) -> str:
    return "unknown" if condition is None else condition.replace(" ", "-")


def _says(record: ServiceRecord) -> str:
    known = [day for day in record.days if day.worst is not None]
    bad = sum(day.worst is not ServiceCondition.OPERATIONAL for day in known)
    return f"{percent(record.uptime)} up over {len(known)} days; something on {bad} of them"


def _hint(placed: tuple[int, ServiceDay]) -> str:
    """Say of a day that was not like the others how it was, where a pointer rests on it."""
    place, day = placed
    if day.worst in (None, ServiceCondition.OPERATIONAL):
        return ""
    says = f"{day.on:%-d %b}: {day.worst}, {percent(day.uptime)} up"
    return (
        f'<rect class="hint" x="{place * _STEP}" y="0" width="{_BAR}" height="{_HIGH}">'
        f"<title>{says}</title></rect>"
    )
