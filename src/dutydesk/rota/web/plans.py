"""Planning: propose the months to come, look at them beside what is there, accept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import plan_proposals, publication
from dutydesk.rota.flows.plan_proposals import Proposal
from dutydesk.rota.rules.tallies import Tally
from dutydesk.web.screens import DeskRequest, rule

_SALT = "dutydesk.rota.plan"
_KEPT = timedelta(hours=6)
_SHOWN = 12


@dataclass(frozen=True)
class PlannedTurn:
    """One turn as the page shows it: each seat's proposed person, who has it else, and why."""

    period: Period
    seats: list[tuple[str, str, str]]
    holiday: bool


@rule("engineer")
def plan(request: DeskRequest) -> HttpResponse:
    """Propose a plan, or publish the one that was shown."""
    usual = max(1, process.in_force().on_call.health.planned_ahead.days // 7)
    weeks = request.POST.get("weeks", "") or str(usual)
    afresh = bool(request.POST.get("afresh"))
    refusal: Refused | None = None
    proposal: Proposal | None = None
    shown: dict[str, object] = {}
    if request.method == "POST":
        try:
            if request.POST.get("plan"):
                return _accept(request)
            count = bounds.number(weeks, most=52)
            if not count:
                raise Refused("That is no number of weeks.", "Give one from 1 to 52.")
            until = request.at + timedelta(weeks=count)
            proposal = plan_proposals.propose(at=request.at, until=until, afresh=afresh)
            shown = _shown(proposal, request.at)
        except Refused as refused:
            refusal = refused
    context: dict[str, object] = {
        "weeks": weeks,
        "afresh": afresh,
        "refusal": refusal,
        "proposal": proposal,
    } | shown
    return render(request, "rota/plan.html", context, status=422 if refusal else 200)


def _accept(request: DeskRequest) -> HttpResponse:
    try:
        rows = signing.loads(request.POST["plan"], salt=_SALT, max_age=_KEPT)
    except signing.BadSignature as error:
        raise Refused("This proposal is too old.", "Propose it again.") from error
    seats = [(row[0], row[1], row[2], row[3]) for row in rows]
    outcome = publication.accept(seats=seats, at=request.at, by=request.person.name)
    told = f"Published. {len(outcome.people)} people were told."
    messages.success(request, " ".join([told, *outcome.notes]))
    return redirect("shifts")


def _shown(proposal: Proposal, at: datetime) -> dict[str, object]:
    found = proposal.plan
    if not found.possible:
        return {
            "alone": [words.RULES[rule] for rule in found.broken_by],
            "together": [words.RULES[rule] for rule in found.together],
            "stuck": [proposal.turns[number].period for number in found.stuck],
        }
    seats = plan_proposals.rows(proposal)
    seen: dict[str, object] = {"stays": not seats}
    if seats:
        preview = publication.preview(seats=seats, at=at)
        opened = [(gap.told, gap.period) for gap in preview.opened]
        lines = words.by_day(opened, process.in_force().zone)
        seen |= {
            "people": len(preview.outcome.people),
            "warned": preview.outcome.notes,
            "opened": lines[:_SHOWN],
            "more": len(lines) - _SHOWN,
            "token": signing.dumps(seats, salt=_SALT, compress=True),
        }
    return seen | {
        "turns": [_turn(proposal, number) for number in range(len(proposal.turns))],
        "totals": _totals(proposal),
        "found": words.how_good(found),
    }


def _turn(proposal: Proposal, number: int) -> PlannedTurn:
    turn = proposal.turns[number]
    seats = []
    for duty in plan_proposals.DUTIES:
        person = proposal.plan.seats[number, duty]
        before = proposal.published.get((number, duty))
        was = "" if before in (None, person) else proposal.names.get(before or 0, "")
        seats.append((proposal.names[person], was, proposal.reasons[number, duty]))
    return PlannedTurn(turn.period, seats, bool(turn.holiday))


def _totals(proposal: Proposal) -> list[tuple[str, int, int, Tally, Tally]]:
    return [
        (
            proposal.names[person],
            count,
            proposal.counts_before[person],
            proposal.tallies[person],
            proposal.before[person],
        )
        for person, count in sorted(
            proposal.counts.items(), key=lambda item: proposal.names[item[0]]
        )
    ]
