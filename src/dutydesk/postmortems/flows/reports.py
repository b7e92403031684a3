"""Writing up a postmortem as it would be published, and finding in it what is not for everybody."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.kernel.durations import write_duration
from dutydesk.postmortems.flows import chronicle, passages, people_roles
from dutydesk.postmortems.flows.chronicle import KeyedEntry
from dutydesk.postmortems.models import Passage, Postmortem
from dutydesk.postmortems.rules.durations import StepLength
from dutydesk.postmortems.rules.redactions import Disclosure, Internal, findings, redact
from dutydesk.postmortems.rules.report import (
    Report,
    ReportEntry,
    ReportImprovement,
    ReportPicture,
    ReportSection,
)
from dutydesk.process.flows import process

_MARKS = ("began", "repaired", "note", "deploy")
"""What is published of a timeline besides the incident's own record: what people said is not."""


def write(found: Postmortem, *, at: datetime) -> Report:
    """Give it with nothing left out that is written for it; people are called by their roles.

    Of the timeline, what happened to the incident itself, and what somebody wrote about.
    """
    incident, texts = found.incident, passages.texts(found)
    return Report(
        title=incident.title,
        priority=incident.priority,
        services=tuple(one.name for one in incident.services.filter(user_facing=True)),
        began=_iso(incident.began),
        resolved=_iso(incident.resolved),
        lengths=tuple(_length(one) for one in chronicle.times(incident)),
        sections=tuple(
            ReportSection(one.id, one.title, texts[one.id].text if one.id in texts else "")
            for one in process.in_force().postmortems.sections
        ),
        timeline=tuple(_entries(found, texts, at)),
        improvements=tuple(_improvements(found)),
    )


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="minutes") if at is not None else ""


def _length(one: StepLength) -> tuple[str, str]:
    return one.title, f"{write_duration(one.on[0][1])} ({one.on[0][0].lower()})"


def _entries(found: Postmortem, texts: dict[str, Passage], at: datetime) -> Iterable[ReportEntry]:
    incident = found.incident
    ticked = set(found.published_pictures.values_list("picture", flat=True))
    entries = chronicle.entries(incident, at=at)
    own = _own(incident, entries)
    for one in entries:
        note, factor = (
            texts[key].text if key in texts else ""
            for key in (f"note.{one.key}", f"factor.{one.key}")
        )
        shown = one.entry.number in own or one.entry.mark in _MARKS
        pictures = tuple(
            ReportPicture(each.pk, each.width, each.height, each.description)
            for each in one.entry.pictures
            if each.pk in ticked
        )
        if shown or note or factor or pictures:
            text = one.entry.text if shown else ""
            yield ReportEntry(_iso(one.entry.at), text, note, factor, pictures)


def _own(incident: Incident, entries: Iterable[KeyedEntry]) -> set[int]:
    """Give what the journal has of the incident itself, and not of what belongs to it."""
    numbers = [one.entry.number for one in entries if one.entry.number is not None]
    rows = journal.timeline([incident.about]).filter(pk__in=numbers, kind__startswith="incident.")
    return set(rows.values_list("pk", flat=True))


def _improvements(found: Postmortem) -> Iterable[ReportImprovement]:
    called = people_roles.roles(found.incident)
    for one in found.improvements.select_related("owner"):
        yield ReportImprovement(
            title=one.title,
            kind=one.kind,
            priority=one.priority,
            owner=called[one.owner.name] if one.owner else "",
            due=_iso(one.due_at),
            state=one.state,
        )


def internal(found: Postmortem) -> Internal:
    """Give what is internal here: who the people are, and where the hosts are."""
    domains = process.in_force().postmortems.publication.internal_domains
    return Internal(people_roles.everybody(found.incident), domains)


def found_in(report: Report, of: Postmortem) -> list[Disclosure]:
    """Give what a report holds that is not for everybody, each once."""
    return findings(report.texts, internal(of))


def cleaner(of: Postmortem) -> Callable[[str], str]:
    """Give what makes a text of a postmortem one that everybody may read."""
    inside = internal(of)
    kept = set(of.redactions.filter(kept=True).values_list("mark", flat=True))
    return lambda text: redact(text, inside, kept)


def redacted(report: Report, of: Postmortem) -> Report:
    """Give a report as everybody may read it: without all that nobody decided to keep."""
    clean = cleaner(of)
    return replace(
        report,
        title=clean(report.title),
        sections=tuple(replace(one, text=clean(one.text)) for one in report.sections),
        timeline=tuple(
            replace(
                one,
                text=clean(one.text),
                note=clean(one.note),
                factor=clean(one.factor),
                pictures=tuple(
                    replace(each, description=clean(each.description)) for each in one.pictures
                ),
            )
            for one in report.timeline
        ),
        improvements=tuple(replace(one, title=clean(one.title)) for one in report.improvements),
    )


def digest(report: Report) -> str:
    """Name the words of a report: other words have another name."""
    said = json.dumps(report.as_json(), sort_keys=True, ensure_ascii=False)
    return sha256(said.encode()).hexdigest()
