"""The page in the formats of Statuspage's public API, version 2, for the programs that read them.

Source: https://confluence.status.atlassian.com/api, which every page of Statuspage has. Planned
work is never “verifying”, and news has no place in these formats: it is on the page and in its
feed. Shortlinks lead to the entry on the page.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from dutydesk.incidents.rules import phases
from dutydesk.status.rules.conditions import ServiceCondition
from dutydesk.status.rules.entries import StatusEntry
from dutydesk.status.rules.facts import StatusUpdate
from dutydesk.status.rules.page import GroupStatus, ServiceStatus, StatusPage

PAGE = "dutydesk"
MOST = 50
Json = dict[str, Any]

_COMPONENT = {
    ServiceCondition.OPERATIONAL: "operational",
    ServiceCondition.MAINTENANCE: "under_maintenance",
    ServiceCondition.DEGRADED: "degraded_performance",
    ServiceCondition.PARTIAL: "partial_outage",
    ServiceCondition.MAJOR: "major_outage",
}
_IMPACT = {
    ServiceCondition.OPERATIONAL: "none",
    ServiceCondition.MAINTENANCE: "maintenance",
    ServiceCondition.DEGRADED: "minor",
    ServiceCondition.PARTIAL: "major",
    ServiceCondition.MAJOR: "critical",
}
_STATUS = {
    ServiceCondition.OPERATIONAL: ("none", "All Systems Operational"),
    ServiceCondition.MAINTENANCE: ("maintenance", "Service Under Maintenance"),
    ServiceCondition.DEGRADED: ("minor", "Partially Degraded Service"),
    ServiceCondition.PARTIAL: ("major", "Partial System Outage"),
}
_WORK = {"scheduled": "scheduled", "open": "in_progress", "over": "completed"}


def documents(page: StatusPage, link: str) -> dict[str, Callable[[], Json]]:
    """Give by name, without “.json”, how each document is made; `link`: the page's address."""
    incidents, work = _incidents(page), _work(page)
    unresolved = [one for one in incidents if one.state == "open"]
    upcoming = [one for one in work if one.state == "scheduled"]
    active = [one for one in work if one.state == "open"]

    def listed(key: str, entries: Sequence[StatusEntry]) -> Callable[[], Json]:
        return lambda: {
            **_page(page, link),
            key: [_entry(one, page, link) for one in entries[:MOST]],
        }

    maintenances = "scheduled_maintenances"
    return {
        "summary": lambda: {
            **_page(page, link),
            **_components(page),
            **listed("incidents", unresolved)(),
            **listed(maintenances, [*active, *upcoming])(),
            **_status(page),
        },
        "status": lambda: {**_page(page, link), **_status(page)},
        "components": lambda: {**_page(page, link), **_components(page)},
        "incidents": listed("incidents", incidents),
        "incidents/unresolved": listed("incidents", unresolved),
        "scheduled-maintenances": listed(maintenances, work),
        "scheduled-maintenances/upcoming": listed(maintenances, upcoming),
        "scheduled-maintenances/active": listed(maintenances, active),
    }


def _incidents(page: StatusPage) -> list[StatusEntry]:
    return [one for one in page.entries if one.kind == "incident"]


def _work(page: StatusPage) -> list[StatusEntry]:
    return [one for one in page.entries if one.kind in ("planned work", "maintenance")]


def _time(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _page(page: StatusPage, link: str) -> Json:
    return {
        "page": {
            "id": PAGE,
            "name": page.title,
            "url": link,
            "time_zone": page.zone,
            "updated_at": _time(page.changed),
        }
    }


def _status(page: StatusPage) -> Json:
    if page.condition is not ServiceCondition.MAJOR:
        indicator, description = _STATUS[page.condition]
    elif all(one.condition is ServiceCondition.MAJOR for one in page.services):
        indicator, description = "critical", "Major System Outage"
    else:
        indicator, description = _STATUS[ServiceCondition.PARTIAL]
    return {"status": {"indicator": indicator, "description": description}}


def _components(page: StatusPage) -> Json:
    found: list[Json] = []
    for number, group in enumerate(page.groups, 1):
        if group.title:
            found.append(_group(group, number, len(found) + 1, page))
        key = _group_key(number) if group.title else None
        found += (
            _component(one, position, key, page) for position, one in enumerate(group.services, 1)
        )
    return {"components": found}


def _group_key(number: int) -> str:
    return f"group-{number}"


def _group(group: GroupStatus, number: int, position: int, page: StatusPage) -> Json:
    changed = max(one.changed for one in group.services)
    return {
        **_any_component(_group_key(number), group.title, group.condition, changed, page),
        "position": position,
        "group_id": None,
        "group": True,
        "components": [one.slug for one in group.services],
    }


def _component(one: ServiceStatus, position: int, group: str | None, page: StatusPage) -> Json:
    return {
        **_any_component(one.slug, one.name, one.condition, one.changed, page),
        "position": position,
        "group_id": group,
        "group": False,
    }


def _any_component(
    key: str, name: str, condition: ServiceCondition, changed: datetime, page: StatusPage
) -> Json:
    return {
        "id": key,
        "name": name,
        "status": _COMPONENT[condition],
        "created_at": _time(page.since),
        "updated_at": _time(changed),
        "description": None,
        "showcase": True,
        "start_date": None,
        "page_id": PAGE,
        "only_show_if_degraded": False,
    }


def _entry(entry: StatusEntry, page: StatusPage, link: str) -> Json:
    found = {
        "id": entry.key,
        "name": entry.title,
        "status": _status_at(entry, entry.updates[0]),
        "created_at": _time(entry.told),
        "updated_at": _time(entry.changed),
        "monitoring_at": _time(entry.monitored),
        "resolved_at": _time(entry.over),
        "impact": _IMPACT[entry.condition],
        "shortlink": f"{link}#{entry.key}",
        "started_at": _time(entry.begun or entry.starts or entry.told),
        "page_id": PAGE,
        "reminder_intervals": None,
        "incident_updates": _updates(entry, page),
        "components": _affected(entry, page),
    }
    if entry.kind != "incident":
        found["scheduled_for"] = _time(entry.starts)
        found["scheduled_until"] = _time(entry.ends or entry.over or entry.starts)
    return found


def _affected(entry: StatusEntry, page: StatusPage) -> list[Json]:
    components: Iterable[Json] = _components(page)["components"]
    return [one for one in components if one["id"] in entry.services and not one["group"]]


def _status_at(entry: StatusEntry, update: StatusUpdate) -> str:
    """Give how far it was when an update was told; the newest says how far it is now."""
    newest = update is entry.updates[0]
    if entry.kind == "incident":
        return entry.phase_at(update)
    if newest:
        return _WORK.get(entry.state, "completed")
    return "in_progress" if entry.begun and update.at >= entry.begun else "scheduled"


def _updates(entry: StatusEntry, page: StatusPage) -> list[Json]:
    names = {one.slug: one.name for one in page.services}
    return [
        {
            "id": one.key,
            "status": _status_at(entry, one),
            "body": one.text,
            "incident_id": entry.key,
            "created_at": _time(one.at),
            "updated_at": _time(one.at),
            "display_at": _time(one.at),
            "affected_components": [
                {"code": slug, "name": names[slug], **_change(entry, one)}
                for slug in entry.services
                if slug in names
            ],
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }
        for one in entry.updates
    ]


def _change(entry: StatusEntry, update: StatusUpdate) -> Json:
    """Give what an update says of a component: from which status to which."""
    during, well = _COMPONENT[entry.condition], _COMPONENT[ServiceCondition.OPERATIONAL]
    bad = {*phases.PHASES, "in_progress"}
    place = entry.updates.index(update)
    before = entry.updates[place + 1] if place + 1 < len(entry.updates) else None
    was = before is not None and _status_at(entry, before) in bad
    now = _status_at(entry, update) in bad
    return {"old_status": during if was else well, "new_status": during if now else well}
