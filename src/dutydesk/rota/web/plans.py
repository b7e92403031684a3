"""Planning: propose the months to come, look at them beside what is there, accept."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.process import flows as process
from dutydesk.rota.flows import planning
from dutydesk.rota.flows.planning import Proposal
from dutydesk.rota.rules.tallies import Tally
from dutydesk.site.screens import DeskRequest, rule

_SALT = "dutydesk.rota.plan"
_KEPT = timedelta(hours=6)
_RULES = {
    "absence": "people are away, or rest after a turn just before",
    "rest": "of the rest between two turns",
    "pairing": "newcomers need somebody experienced beside them",
    "stint": "nobody is on call during their support stint",
}


@dataclass(frozen=True)
class PlannedTurn:
    """One turn as the page shows it: who is proposed, and who is published if that differs."""

    period: Period
    seats: list[tuple[str, str, str]]
    holiday: bool


@rule("engineer")
def plan(request: DeskRequest) -> HttpResponse:
    """Propose a plan, or publish the one that was shown."""
    usual = process.in_force().on_call.health.planned_ahead.days // 7
    weeks = request.POST.get("weeks", "") or str(usual)
    afresh = bool(request.POST.get("afresh"))
    refusal: Refused | None = None
    proposal: Proposal | None = None
    if request.method == "POST":
        try:
            if request.POST.get("plan"):
                return _accept(request)
            if not weeks.isdecimal() or not 1 <= int(weeks) <= 52:
                raise Refused("That is no number of weeks.", "Give one from 1 to 52.")
            until = request.at + timedelta(weeks=int(weeks))
            proposal = planning.propose(at=request.at, until=until, afresh=afresh)
        except Refused as refused:
            refusal = refused
    context: dict[str, object] = {
        "weeks": weeks,
        "afresh": afresh,
        "refusal": refusal,
        "proposal": proposal,
    }
    if proposal is not None:
        context |= _shown(proposal)
    return render(request, "rota/plan.html", context, status=422 if refusal else 200)


def _accept(request: DeskRequest) -> HttpResponse:
    try:
        rows = signing.loads(request.POST["plan"], salt=_SALT, max_age=_KEPT)
    except signing.BadSignature as error:
        raise Refused("This proposal is too old.", "Propose it again.") from error
    seats = [(row[0], row[1], row[2], row[3]) for row in rows]
    outcome = planning.accept(seats=seats, at=request.at, by=request.person.name)
    messages.success(request, f"Published. {len(outcome.people)} people were told.")
    return HttpResponseRedirect("/shifts/")


def _shown(proposal: Proposal) -> dict[str, object]:
    found = proposal.plan
    if not found.possible:
        return {
            "reasons": [_RULES[rule] for rule in found.broken_by],
            "stuck": [proposal.turns[number].period for number in found.stuck],
        }
    return {
        "turns": [_turn(proposal, number) for number in range(len(proposal.turns))],
        "totals": _totals(proposal),
        "token": signing.dumps(planning.rows(proposal), salt=_SALT, compress=True),
        "percent": f"{100 * found.gap:.1f}",
    }


def _turn(proposal: Proposal, number: int) -> PlannedTurn:
    turn = proposal.turns[number]
    seats = []
    for duty in planning.DUTIES:
        person = proposal.plan.seats[number, duty]
        before = proposal.published.get((number, duty))
        was = "" if before in (None, person) else proposal.names.get(before or 0, "")
        why = proposal.reasons.get((number, duty), "")
        seats.append((proposal.names[person], was, why))
    return PlannedTurn(turn.period, seats, bool(turn.holiday))


def _totals(proposal: Proposal) -> list[tuple[str, int, int, Tally]]:
    before = Counter(proposal.published.values())
    return [
        (name, proposal.counts[person], before[person], proposal.tallies[person])
        for person, name in sorted(proposal.names.items(), key=lambda item: item[1])
    ]
