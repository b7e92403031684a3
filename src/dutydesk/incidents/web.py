"""Incidents on the web."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import links, owners, timeline
from dutydesk.incidents.flows.deploys import ServiceDeployed
from dutydesk.incidents.flows.maintenance_hooks import command
from dutydesk.incidents.flows.updates import audiences
from dutydesk.incidents.models import Incident, Maintenance, Note
from dutydesk.incidents.rules.corrections import may_reopen
from dutydesk.incidents.rules.promises import AFTER_LIMIT, LIMIT
from dutydesk.journal.flows import journal
from dutydesk.kernel.addresses import MAINTENANCE_PAGE
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.rota.flows import roster
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the incidents: those that go on, and of those that are over what was asked for."""
    zone = process.in_force().zone
    over = Incident.objects.exclude(state="open")
    asked = _table(over, zone).asked(request.GET.urlencode())
    context = {
        "running": Incident.objects.filter(state="open").select_related("lead"),
        "asked": asked,
        "page": asked.page_of(_over(over, asked, zone), "-pk"),
    }
    return render(request, "incidents/list.html", context)


def _table(over: QuerySet[Incident], zone: ZoneInfo) -> Table:
    """Say what can be asked of the incidents that are over."""
    years = over.exclude(declared=None).datetimes("declared", "year", order="DESC", tzinfo=zone)
    return Table(
        (
            Column("title", "Incident"),
            Column("services", "Services", sorts=False),
            Column("priority", "Priority", "high first", "high last"),
            Column("declared", "Declared", "oldest first", "newest first"),
            Column(
                "duration", "Duration", "shortest first", "longest first", numbers=True, gaps=True
            ),
        ),
        sort="-declared",
        choices=(
            Choice("year", "Year", tuple((f"{one:%Y}", f"{one:%Y}") for one in years)),
            Choice("service", "Service", tuple((str(s.pk), s.name) for s in Service.objects.all())),
            Choice("priority", "Priority", (("high", "high"), ("normal", "normal"))),
        ),
        search="Words in the title",
    )


def _over(over: QuerySet[Incident], asked: TableQuery, zone: ZoneInfo) -> QuerySet[Incident]:
    """Give the incidents that were asked for."""
    if year := asked.chosen.get("year"):
        begins, ends = (datetime(int(year) + more, 1, 1, tzinfo=zone) for more in (0, 1))
        over = over.filter(declared__gte=begins, declared__lt=ends)
    if service := asked.chosen.get("service"):
        over = over.filter(services=int(service))
    if priority := asked.chosen.get("priority"):
        over = over.filter(priority=priority)
    if asked.words:
        over = over.filter(title__icontains=asked.words)
    return over.annotate(duration=F("resolved") - F("declared")).prefetch_related("services")


@rule("anyone")
def incident(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: what do we know, who leads, who was told, when is the next word due?"""
    found = get_object_or_404(
        Incident.objects.select_related("lead", "worker", "merged_into"), pk=number
    )
    about = subject("incident", found.pk)
    history = list(commitments.history([about]))
    running = [one for one in history if one.state == "open"]
    context = {
        "limit": next((one for one in running if one.kind == LIMIT), None),
        "after_limit": [
            (one, commitments.kind_of(one)) for one in running if one.kind in AFTER_LIMIT
        ],
        "more_time": found.more_time.all()[:20],
        "incident": found,
        "about": about,
        "services": found.services.all(),
        "owed": owners.named(running, at=request.at),
        "settled": [one for one in history if one.state != "open"],
        "gatherings": found.gatherings.all()[:20],
        "merged": found.merged.order_by("pk"),
        "things": links.things_of(found),
        "may": _may(found, request.at),
        "maintenance": found.maintenance.select_related("service"),
        **_happened(request, found),
        "told": audiences(found) if found.state == "open" else found.told,
        "postmortem": getattr(found, "postmortem", None),
    }
    return render(request, "incidents/incident.html", context)


def _may(found: Incident, at: datetime) -> set[str]:
    """Say what can be done to an incident that is over, or to any: names of actions' last words."""
    if found.imported_key is not None or found.merged_into_id is not None:
        return set()
    may = {"correct", "assess", "mistake"}
    if found.state == Incident.State.OPEN:
        return may | {"merge"} if Incident.objects.filter(state="open").count() > 1 else may
    within = process.in_force().incidents.reopen_within
    if found.state == Incident.State.MISTAKE:
        may -= {"mistake"}
    if found.resolved is not None and may_reopen(resolved=found.resolved, within=within, at=at):
        may |= {"reopen"}
    return may


def _happened(request: DeskRequest, found: Incident) -> dict[str, object]:
    """Give the updates and the timeline as the reader wants them: newest or oldest first.

    That a promise was due soon or due is in the timeline only if it is asked for.
    """
    oldest, reminded = (
        request.GET.get(name) == value
        for name, value in (("order", "oldest"), ("reminders", "yes"))
    )
    order = ("at", "id") if oldest else ("-at", "-id")
    line = journal.timeline([found.about, *(one.about for one in found.merged.all())])
    shown = timeline.entries(found, at=request.at, reminders=reminded)
    return {
        "updates": found.updates.order_by(*order)[:20],
        "timeline": (shown if oldest else shown[::-1])[:500],
        "reminders": line.filter(kind__in=commitments.REMINDERS).count(),
        "order": "oldest" if oldest else "newest",
        "reminded": "yes" if reminded else "no",
    }


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
