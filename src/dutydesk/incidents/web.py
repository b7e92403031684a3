"""Incidents on the web."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt

from dutydesk.commitments.flows import commitments
from dutydesk.database.local_years import year_of, years_in
from dutydesk.incidents.flows import (
    audiences,
    help_requests,
    leaders,
    links,
    owners,
    receipts,
    reopenings,
    timeline,
)
from dutydesk.incidents.flows.deploys import ServiceDeployed
from dutydesk.incidents.flows.maintenance_hooks import command
from dutydesk.incidents.flows.owners import Owed
from dutydesk.incidents.flows.updates import AlreadyResolved
from dutydesk.incidents.models import Incident, Maintenance, Note
from dutydesk.incidents.rules.promises import AFTER_LIMIT, LIMIT, ROLE_HANDOVER, UPDATE
from dutydesk.journal.flows import journal
from dutydesk.kernel.addresses import MAINTENANCE_PAGE
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import LEAD
from dutydesk.rota.flows import roster
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery

KNOWN = Coalesce("declared", "detected", "fault_occurs", "repaired", "resolved")
"""When an incident was, as far as anybody knows: logs from elsewhere may not say when it began."""


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the incidents that were asked for: those that go on first, whatever has no date."""
    zone = process.in_force().zone
    asked = _table(zone).asked(request.GET.urlencode())
    rows = _narrowed(Incident.objects.annotate(known=KNOWN), asked, zone)
    running, over = rows.filter(state="open"), rows.exclude(state="open")
    context = {
        "running": running.order_by(F("declared").desc(nulls_last=True), "-pk").select_related(
            "lead"
        ),
        "asked": asked,
        "page": asked.page_of(
            over.annotate(duration=F("resolved") - F("declared")).prefetch_related("services"),
            "-pk",
        ),
    }
    return render(request, "incidents/list.html", context)


def _table(zone: ZoneInfo) -> Table:
    """Say what can be asked of the incidents."""
    known = years_in(Incident.objects.all(), KNOWN, zone)
    return Table(
        (
            Column("title", "Incident"),
            Column("services", "Services", sorts=False),
            Column("priority", "Priority", "high first", "high last"),
            Column(
                "declared", "Declared", "oldest first", "newest first", field="known", gaps=True
            ),
            Column(
                "duration", "Duration", "shortest first", "longest first", numbers=True, gaps=True
            ),
        ),
        sort="-declared",
        choices=(
            Choice("state", "State", tuple((str(v), str(label)) for v, label in _STATES)),
            Choice("year", "Year", tuple((str(one), str(one)) for one in known)),
            Choice("service", "Service", tuple((str(s.pk), s.name) for s in Service.objects.all())),
            Choice("priority", "Priority", (("high", "high"), ("normal", "normal"))),
        ),
        search="Words in the title",
    )


_STATES = (("open", "in progress"), *Incident.State.choices[1:])


def _narrowed(rows: QuerySet[Incident], asked: TableQuery, zone: ZoneInfo) -> QuerySet[Incident]:
    """Give the incidents that were asked for."""
    if state := asked.chosen.get("state"):
        rows = rows.filter(state=state)
    if year := asked.chosen.get("year"):
        wanted = year_of(int(year), zone)
        rows = rows.filter(GreaterThanOrEqual(KNOWN, wanted.start), LessThan(KNOWN, wanted.end))
    if service := asked.chosen.get("service"):
        rows = rows.filter(services=int(service))
    if priority := asked.chosen.get("priority"):
        rows = rows.filter(priority=priority)
    if asked.words:
        rows = rows.filter(title__icontains=asked.words)
    return rows


@rule("anyone")
def incident(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: what do we know, who leads, who was told, when is the next word due?"""
    found = get_object_or_404(
        Incident.objects.select_related("lead", "worker", "merged_into"), pk=number
    )
    about = subject("incident", found.pk)
    history = list(commitments.history([about]))
    running = [one for one in history if one.state == "open"]
    owed = owners.named(running, at=request.at)
    context = {
        "limit": next((one for one in running if one.kind == LIMIT), None),
        "after_limit": [
            (one, commitments.kind_of(one)) for one in running if one.kind in AFTER_LIMIT
        ],
        "more_time": found.more_time.all()[:20],
        "incident": found,
        "about": about,
        "services": found.services.all(),
        "owed": owed,
        "settled": [one for one in history if one.state != "open"],
        "gatherings": found.gatherings.all()[:20],
        "merged": found.merged.order_by("pk"),
        "things": links.things_of(found),
        "may": _may(found, request.at),
        **_crew(request, found, owed),
        "maintenance": found.maintenance.select_related("service"),
        **_happened(request, found),
        "told": audiences.channels(found) if found.state == "open" else found.told,
        "receipts": receipts.of_incident(found) if request.person.may("engineer") else {},
        "postmortem": getattr(found, "postmortem", None),
    }
    return render(request, "incidents/incident.html", context)


def _crew(request: DeskRequest, found: Incident, owed: list[Owed]) -> dict[str, object]:
    """Give who does what in it and since when, who was asked, and the reader's own part."""
    me = request.person.engineer
    terms = list(found.role_terms.select_related("engineer"))
    has = {term.role: term for term in terms if term.ended is None}
    participants = list(found.participants.select_related("engineer"))
    asked = list(found.help_requests.select_related("engineer"))
    known = process.in_force().incidents
    return {
        "goes_on": found.state == Incident.State.OPEN,
        "next_update": next((one for one in owed if one.promise.kind == UPDATE), None),
        "lead_since": has.get(LEAD),
        "roles": [(role, has.get(role.id)) for role in known.roles],
        "former": [(known.role(one.role), one) for one in terms if one.ended is not None],
        "participants": participants,
        "asked": asked,
        "am_in": any(one.engineer_id == me and one.left is None for one in participants),
        "hand_over": next((one for one in owed if one.promise.kind == ROLE_HANDOVER), None),
        "asks_me": any(one.engineer_id == me and not one.answer for one in asked),
    }


def _may(found: Incident, at: datetime) -> set[str]:
    """Say what can be done to an incident that is over, or to any: names of actions' last words."""
    if found.imported_key is not None or found.merged_into_id is not None:
        return set()
    may = {"correct", "assess", "mistake"}
    if found.state == Incident.State.OPEN:
        return may | {"merge"} if Incident.objects.filter(state="open").count() > 1 else may
    if found.state == Incident.State.MISTAKE:
        may -= {"mistake"}
    return may | {"reopen"} if reopenings.may(found, at) else may


def _happened(request: DeskRequest, found: Incident) -> dict[str, object]:
    """Give the updates and the timeline as the reader wants them: newest or oldest first.

    That a promise was due soon or due is in the timeline only if it is asked for.
    """
    oldest, reminded = (
        request.GET.get(name) == value
        for name, value in (("order", "oldest"), ("reminders", "yes"))
    )
    order = ("at", "id") if oldest else ("-at", "-id")
    abouts = [found.about, *(one.about for one in found.merged.all())]
    line = leaders.without_arrivals(journal.timeline(abouts))
    shown = timeline.entries(found, at=request.at, reminders=reminded)
    return {
        "updates": found.updates.order_by(*order)[:20],
        "timeline": (shown if oldest else shown[::-1])[:500],
        "reminders": line.filter(kind__in=commitments.REMINDERS).count(),
        "order": "oldest" if oldest else "newest",
        "reminded": "yes" if reminded else "no",
    }


@csrf_exempt  # The link's own signature lets its holder in, from a program too.
@rule("public")
def answer_help_request(request: DeskRequest, token: str) -> HttpResponse:
    """Let the person whom the link was made for say whether they join, without signing in.

    Opening it changes nothing, since mail scanners open links; pressing a button does.
    """
    template = "incidents/answer.html"
    try:
        asked = help_requests.by_link(token=token)
        if request.method == "POST":
            joins = request.POST.get("answer") != "declines"
            asked = help_requests.answer_by_link(token=token, joins=joins, at=request.at)
        elif asked.incident.state != Incident.State.OPEN:
            raise AlreadyResolved(asked.incident)
    except Refused as refusal:
        return render(request, template, {"refusal": refusal}, status=410)
    return render(request, template, {"asked": asked})


@rule("anyone")
def note(request: DeskRequest, number: int) -> HttpResponse:
    """Lead to the incident in whose timeline a note stands."""
    return redirect("incident", get_object_or_404(Note, pk=number).incident_id)


@rule("anyone")
def services(request: DeskRequest) -> HttpResponse:
    """Answer: how is each service, and who is on call for them?"""
    asked = _SERVICES.asked(request.GET.urlencode())
    out = {one.service_id: one for one in Maintenance.objects.filter(off_at=None)}
    page = asked.page_of(_in_state(asked), "name")
    context = {
        "asked": asked,
        "page": page,
        "rows": [(one, out.get(one.pk)) for one in page],
        "on": [one for one in roster.who(at=request.at) if one.name],
    }
    return render(request, "incidents/services.html", context)


_SERVICES = Table(
    (
        Column("name", "Service"),
        Column("team", "Team", field="team__name", gaps=True),
        Column("state", "State", sorts=False),
        Column("alarms", "Open alarms", "fewest first", "most first", numbers=True),
        Column("do", "To do", sorts=False),
    ),
    sort="name",
    choices=(
        Choice(
            "state",
            "State",
            (
                ("maintenance", "in maintenance"),
                ("incident", "in an incident"),
                ("alarms", "alarms fire"),
            ),
        ),
    ),
    search="Words in the name",
)


def _in_state(asked: TableQuery) -> QuerySet[Service]:
    """Give the services that were asked for, each with its firing alarms and running incidents."""
    firing, running = Q(alarm__state="firing"), Q(incident__state="open")
    found = Service.objects.select_related("team").annotate(
        alarms=Count("alarm", filter=firing, distinct=True),
        running=Count("incident", filter=running, distinct=True),
    )
    states = {
        "maintenance": Q(pk__in=Maintenance.objects.filter(off_at=None).values("service")),
        "incident": Q(running__gt=0),
        "alarms": Q(alarms__gt=0),
    }
    if state := asked.chosen.get("state"):
        found = found.filter(states[state])
    if asked.words:
        found = found.filter(name__icontains=asked.words)
    return found


@rule("anyone")
def service(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: is this service in maintenance, why, until when, and how do its users see it?"""
    found = get_object_or_404(Service.objects.select_related("team"), pk=number)
    history = list(found.maintenance.select_related("incident")[:20])
    abouts = [one.about for one in history]
    line = journal.timeline([subject("service", found.pk), *abouts])
    context = {
        "service": found,
        "about": subject("service", found.pk),
        "now": next((one for one in history if one.off_at is None), None),
        "history": history,
        "owed": owners.named(commitments.owed(abouts), at=request.at),
        "timeline": line.exclude(kind=ServiceDeployed.kind).reverse()[:100],
        "page": MAINTENANCE_PAGE + found.slug,
        "deploys": found.deploys.all()[:20],
        "command": outbox.can_deliver(command(found.slug)),
    }
    return render(request, "incidents/service.html", context)


@rule("anyone")
def maintenance(request: DeskRequest, number: int) -> HttpResponse:
    """Lead to the service that a maintenance is of."""
    found = get_object_or_404(Maintenance, pk=number)
    return redirect("service", found.service_id)
