"""Planning: propose the months to come, look at them beside what is there, accept."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Field, Form, number_from
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import plan_proposals, publication
from dutydesk.rota.flows.plan_proposals import Proposal
from dutydesk.rota.rules.tallies import Tally
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule

_SHOWN = 12


@dataclass(frozen=True)
class PlannedTurn:
    """One turn as the page shows it: each seat's proposed person, who has it else, and why."""

    period: Period
    seats: list[tuple[str, str, str]]
    holiday: bool


def _form() -> Form:
    usual = max(1, process.in_force().on_call.health.planned_ahead.days // 7)
    afresh = "Afresh: published turns may move too"
    weeks = Field("weeks", "Weeks to plan", value=str(usual), rule=number_from(1, 52))
    return Form("Plan on call", "Propose a plan", (weeks, Field("afresh", afresh, "flag", False)))


@rule("engineer")
def plan(request: DeskRequest) -> HttpResponse:
    """Propose a plan, or publish the one that was shown."""
    form, typed = _form(), {key: str(value) for key, value in request.POST.items()}
    refusal: Refused | None = None
    proposal: Proposal | None = None
    shown: dict[str, object] = {}
    if request.method == "POST":
        try:
            if typed.get("plan"):
                return _accept(request)
            answers = form.read(typed, read_zone(request.person.zone))
            until = request.at + timedelta(weeks=answers.number("weeks"))
            afresh = answers.flag("afresh")
            proposal = plan_proposals.propose(at=request.at, until=until, afresh=afresh)
            shown = _shown(proposal, request)
        except Refused as refused:
            refusal = refused
    context = said(refusal) | shown
    context |= {"forms": {"": form}, "typed": typed, "proposal": proposal}
    return render(request, "rota/plan.html", context, status=422 if refusal else 200)


def _accept(request: DeskRequest) -> HttpResponse:
    number = bounds.number(request.POST["plan"])
    outcome = publication.publish(number=number or 0, at=request.at, by=request.person.name)
    told = f"Published. {len(outcome.people)} people were told."
    messages.success(request, " ".join([told, *outcome.notes]))
    return redirect("shifts")


def _shown(proposal: Proposal, request: DeskRequest) -> dict[str, object]:
    found = proposal.plan
    if not found.possible:
        return {
            "alone": [words.RULES[rule] for rule in found.broken_by],
            "together": [words.RULES[rule] for rule in found.together],
            "stuck": [proposal.turns[number].period for number in found.stuck],
        }
    kept = publication.keep(proposal, at=request.at, by=request.person.name)
    seen: dict[str, object] = {"stays": kept is None}
    if kept is not None:
        preview = publication.preview(seats=plan_proposals.rows(proposal), at=request.at)
        opened = [(gap.told, gap.period) for gap in preview.opened]
        zone = read_zone(request.person.zone)
        lines = words.by_day(opened, zone)
        seen |= {
            "people": len(preview.outcome.people),
            "warned": preview.outcome.notes,
            "opened": lines[:_SHOWN],
            "more": len(lines) - _SHOWN,
            "number": kept.pk,
        }
    return seen | {
        "turns": [_turn(proposal, number) for number in range(len(proposal.turns))],
        "totals": _totals(proposal),
        "found": words.plan_found(proposal.moved, proposal.published, found),
    }


def _turn(proposal: Proposal, number: int) -> PlannedTurn:
    turn = proposal.turns[number]
    seats = []
    for duty in plan_proposals.DUTIES:
        person = proposal.plan.seats[number, duty]
        was = proposal.names.get(proposal.was((number, duty)) or 0, "")
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
