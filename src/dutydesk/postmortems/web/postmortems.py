"""Postmortems on the web: all of them, and one as it is written."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import owners
from dutydesk.journal.flows import journal
from dutydesk.postmortems.flows import (
    chronicle,
    passages,
    people_roles,
    publications,
    repository_files,
    similar,
)
from dutydesk.postmortems.models import Passage, Postmortem, Publication, Writer
from dutydesk.postmortems.rules.hints import Hint, hints
from dutydesk.postmortems.web.trails import trail
from dutydesk.process.flows import process
from dutydesk.process.rules.postmortems import WrittenSection
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery

STATES = (
    ("open", "in work"),
    ("held", "session held"),
    ("published", "published"),
    ("withdrawn", "withdrawn"),
)
_TABLE = Table(
    (
        Column("title", "Incident", field="incident__title"),
        Column(
            "resolved",
            "Resolved",
            "oldest first",
            "newest first",
            field="incident__resolved",
            gaps=True,
        ),
        Column("state", "State", sorts=False),
    ),
    sort="-resolved",
    choices=(Choice("state", "State", STATES),),
    search="Words in the title",
)


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """A section as it is written so far, with who else writes in it now."""

    section: WrittenSection
    passage: Passage | None
    writes: tuple[Writer, ...]
    hints: tuple[Hint, ...]


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the postmortems, the newest first."""
    asked = _TABLE.asked(request.GET.urlencode())
    context = {"asked": asked, "page": asked.page_of(_narrowed(asked), "-pk")}
    return render(request, "postmortems/list.html", context)


def _narrowed(asked: TableQuery) -> QuerySet[Postmortem]:
    newest = Publication.objects.filter(postmortem=OuterRef("pk")).order_by("-number")
    rows = Postmortem.objects.select_related("incident").annotate(
        newest=Subquery(newest.values("number")[:1]),
        newest_withdrawn=Subquery(newest.values("withdrawn_at")[:1]),
    )
    states = {
        "open": Q(session_at=None, withdrawn_at=None),
        "held": Q(session_at__isnull=False),
        "published": Q(withdrawn_at=None, newest__isnull=False, newest_withdrawn=None),
        "withdrawn": Q(withdrawn_at__isnull=False),
    }
    if state := asked.chosen.get("state"):
        rows = rows.filter(states[state])
    return rows.filter(incident__title__icontains=asked.words) if asked.words else rows


@rule("anyone")
def postmortem(request: DeskRequest, number: int) -> HttpResponse:
    """Show a postmortem as far as it is written. Clause postmortem.timeline."""
    found = get_object_or_404(Postmortem.objects.select_related("incident__lead"), pk=number)
    context: dict[str, Any] = {
        "postmortem": found,
        "about": found.about,
        "incident": found.incident,
        "owed": owners.named(commitments.owed([found.about]), at=request.at),
        "trail": trail(found),
        **_written(request, found),
        "improvements": found.improvements.select_related("owner"),
        "published": publications.latest(found),
        "in_repository": repository_files.state_of(found),
        "similar": similar.similar(found),
        "session": getattr(found, "session", None),
        "history": journal.timeline([found.about]).reverse()[:50],
        **_known(found),
    }
    return render(request, "postmortems/postmortem.html", context)


def _written(request: DeskRequest, found: Postmortem) -> dict[str, Any]:
    """Give the sections with what is written in each, who writes there, and what to look at."""
    texts, writes = passages.texts(found), passages.writers(found, at=request.at)
    people = people_roles.roles(found.incident)
    return {
        "sections": [
            WrittenPart(
                one,
                texts.get(one.id),
                tuple(each for each in writes.get(one.id, ()) if each.name != request.person.name),
                tuple(hints(texts[one.id].text, people)) if one.id in texts else (),
            )
            for one in process.in_force().postmortems.sections
        ],
        "entries": [
            (one, texts.get(f"note.{one.key}"), texts.get(f"factor.{one.key}"))
            for one in chronicle.entries(found.incident, at=request.at)
        ],
    }


def _known(found: Postmortem) -> dict[str, Any]:
    """Give what the desk knows of the incident by itself."""
    incident = found.incident
    lengths = chronicle.times(incident)
    return {
        "services": incident.services.all(),
        "terms": [
            (process.in_force().incidents.role(one.role), one)
            for one in incident.role_terms.select_related("engineer")
        ],
        "clocks": [title for title, _ in lengths[0].on] if lengths else [],
        "lengths": lengths,
        "told": chronicle.told(incident),
        "promised": chronicle.promised(incident),
    }
