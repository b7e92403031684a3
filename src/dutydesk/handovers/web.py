"""Handovers on the web."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt

from dutydesk.commitments.flows import commitments
from dutydesk.database.local_years import year_of, years_in
from dutydesk.handovers.flows import links, notes, overview, posts, sides, steps
from dutydesk.handovers.flows.events import HandoverRefused
from dutydesk.handovers.flows.notes import SeenNote
from dutydesk.handovers.models import Handover, HandoverLine
from dutydesk.handovers.rules.facts import PARTS
from dutydesk.incidents.flows import owners
from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import ChangedMeanwhile, Refused
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the handovers that wait for somebody, and those that are over as they were asked for."""
    zone = process.in_force().zone
    asked = _table(zone).asked(request.GET.urlencode())
    waits = overview.waiting(request.at)
    rows = _narrowed(Handover.objects.all(), asked, zone)
    page = asked.page_of(rows.select_related("given_by", "accepted_by"), "-pk")
    called = sides.named_all([*waits, *page])
    context = {
        "waits": [(one, posts.title(one), posts.state(one, called[one.pk])) for one in waits],
        "asked": asked,
        "page": page,
        "rows": [
            (
                one,
                posts.title(one),
                posts.from_to(one, called[one.pk]),
                posts.state(one, called[one.pk]),
            )
            for one in page
        ],
    }
    return render(request, "handovers/list.html", context)


def _table(zone: ZoneInfo) -> Table:
    """Say what can be asked of the handovers."""
    people = tuple((str(one.pk), one.name) for one in Engineer.objects.all())
    years = years_in(Handover.objects.all(), "due_at", zone)
    return Table(
        (
            Column("due_at", "Handover", "oldest first", "newest first"),
            Column("sides", "From and to", sorts=False),
            Column("state", "State", sorts=False),
        ),
        sort="-due_at",
        choices=(
            Choice("person", "Person", people),
            Choice("kind", "Kind", _pairs(Handover.Kind.choices)),
            Choice("year", "Year", tuple((str(one), str(one)) for one in years)),
            Choice("state", "State", _pairs(Handover.State.choices)),
        ),
        search="Words in it",
    )


def _pairs(choices: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in choices)


def _narrowed(rows: QuerySet[Handover], asked: TableQuery, zone: ZoneInfo) -> QuerySet[Handover]:
    """Give the handovers that were asked for."""
    wanted = Q()
    for name in ("kind", "state"):
        if chosen := asked.chosen.get(name):
            wanted &= Q(**{name: chosen})
    if person := asked.chosen.get("person"):
        wanted &= overview.of_person(int(person))
    if year := asked.chosen.get("year"):
        asked_for = year_of(int(year), zone)
        wanted &= Q(due_at__gte=asked_for.start, due_at__lt=asked_for.end)
    if asked.words:
        wanted &= overview.named(asked.words)
    return rows.filter(wanted)


@rule("anyone")
def handover(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: what is to be known, who gives it, and who has it?"""
    return render(request, "handovers/handover.html", _shown(request, _found(number)))


def _found(number: int) -> Handover:
    rows = Handover.objects.select_related("given_by", "accepted_by")
    return get_object_or_404(rows, pk=number)


def _shown(request: DeskRequest, found: Handover) -> dict[str, Any]:
    """Give what the screen of one shows."""
    lines, engineer = list(found.lines.all()), request.person.engineer
    return {
        "handover": found,
        "title": posts.title(found),
        "sides": posts.from_to(found),
        "says": posts.state(found),
        "parts": _parts([line for line in lines if not line.late]),
        "late": [line for line in lines if line.late],
        "writes": found.waits and request.person.may("engineer"),
        "empty": not lines and not found.note,
        "step": _step(found, engineer),
        "owed": owners.named(commitments.owed([found.about]), at=request.at),
        "line": journal.timeline([found.about])[:200],
    }


def _parts(lines: list[HandoverLine]) -> list[tuple[str, list[HandoverLine]]]:
    """Give the lines by the part that they stand in."""
    found = [(title, [one for one in lines if one.part == part]) for part, title in PARTS.items()]
    return [(title, inside) for title, inside in found if inside]


def _step(found: Handover, engineer: int | None) -> str:
    """Say what this reader may do next: give it, or accept it."""
    if engineer is None or (sides.same(found) and found.state == Handover.State.DRAFT):
        return ""
    if found.state == Handover.State.DRAFT:
        takes = engineer in found.takers and engineer not in found.givers
        return "" if takes else "give"
    own = found.given_by_id == engineer and engineer not in found.takers
    return "accept" if found.state == Handover.State.GIVEN and not own else ""


@rule("engineer")
def write_note(request: DeskRequest, number: int) -> HttpResponse:
    """Keep a note as it is typed; a script asks for JSON, and a form without one for the screen.

    If somebody else wrote meanwhile, what was typed comes back with what they wrote: 409.
    """
    found, quietly = _found(number), "X-Live" in request.headers
    if request.method != "POST" or "text" not in request.POST:
        return redirect("handover", found.pk)
    line, text = bounds.number(request.POST.get("line", "")), str(request.POST.get("text", ""))
    try:
        noted = notes.write(
            handover=found.pk,
            line=line,
            text=text,
            seen=SeenNote(bounds.number(request.POST.get("seen", "")), request.POST.get("was")),
            by=request.person,
            at=request.at,
        )
    except Refused as refusal:
        return _refused(request, found, refusal, quietly=quietly)
    if quietly:
        return JsonResponse({"edition": noted.edition, "text": noted.note})
    return redirect("handover", found.pk)


def _refused(
    request: DeskRequest, found: Handover, refusal: Refused, *, quietly: bool
) -> HttpResponse:
    """Say what is in the way, with what was typed; whoever saves it again has seen the rest."""
    status = 409 if isinstance(refusal, ChangedMeanwhile) else 422
    context = _shown(request, _found(found.pk)) | {"refusal": refusal}
    number = bounds.number(request.POST.get("line", ""))
    lines = [*context["late"], *(line for _, lines in context["parts"] for line in lines)]
    noted = {line.pk: line for line in lines}.get(number) if number else context["handover"]
    if quietly:
        edition = noted.edition if noted else 0
        theirs = noted.note if noted else ""
        told = {"says": str(refusal), "edition": edition, "theirs": theirs}
        return JsonResponse(told, status=status)
    if noted is not None:
        noted.note = str(request.POST.get("text", ""))  # What was typed, not what is kept.
    return render(request, "handovers/handover.html", context, status=status)


@csrf_exempt  # The link's own signature lets its holder in, from a program too.
@rule("public")
def accept_by_link(request: DeskRequest, token: str) -> HttpResponse:
    """Let the person whom the link was made for read it and accept it, without signing in.

    Opening it changes nothing, since mail scanners open links; pressing the button does. Once it
    is accepted, or is nobody's to accept, the link shows nothing of it.
    """
    template = "handovers/accept.html"
    try:
        found, who = links.by_link(token=token)
        if request.method == "POST":
            found = steps.accept(handover=found.pk, engineer=who.pk, at=request.at)
        elif found.state != Handover.State.GIVEN and found.accepted_by_id != who.pk:
            raise HandoverRefused(f"{posts.state(found)}.", "There is nothing to accept.")
    except Refused as refusal:
        return render(request, template, {"refusal": refusal}, status=410)
    lines = list(found.lines.all()) if found.state == Handover.State.GIVEN else []
    context = {
        "handover": found,
        "who": who,
        "title": posts.title(found),
        "sides": posts.from_to(found),
        "parts": _parts(lines),
    }
    return render(request, template, context)
