"""What else to know of a plan before it is published."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from dutydesk.process.rules.model import Process
from dutydesk.rota import words
from dutydesk.rota.rules import plan_model
from dutydesk.rota.rules.plan_model import Plan, PlanRequest
from dutydesk.rota.rules.stand_ins import StandIn


def notes(
    wanted: PlanRequest,
    found: Plan,
    current: Process,
    names: Mapping[int, str],
    covers: Sequence[StandIn],
    *,
    afresh: bool,
) -> list[str]:
    """Say what else to know: limits, who stands in for whom, and who got nothing and why."""
    if not found.possible:
        return []
    return [
        *_limits(wanted, found, current, names),
        *_kept(wanted, found, names, afresh=afresh),
        *_stand_ins(covers, current, names),
        *nothing(wanted, found, names),
    ]


def _limits(
    wanted: PlanRequest, found: Plan, current: Process, names: Mapping[int, str]
) -> Iterator[str]:
    if found.unpaired:
        yield (
            "Nobody counts as experienced yet, so newcomers' partners were not looked at. Mark "
            "who is experienced under Shares."
        )
    limit = current.on_call.health.share_below
    for person, share in plan_model.over_share(wanted, found.seats).items():
        if person in names:
            yield (
                f"{names[person]} would be on call for {100 * share:.0f}% of the promised hours; "
                f"the limit is below {limit}%."
            )


def _kept(
    wanted: PlanRequest, found: Plan, names: Mapping[int, str], *, afresh: bool
) -> Iterator[str]:
    if wanted.published and not afresh:
        yield (
            "It is compared with other plans that keep as many published turns. “Afresh” lets "
            "those move too, and may be fairer."
        )
    soon = {p for p, n in plan_model.clashes(wanted, wanted.after)
            if any(found.seats[n, duty] == p for duty in wanted.duties)}  # fmt: skip
    if soon:
        who = ", ".join(sorted(names[person] for person in soon))
        yield f"{who}: too little rest before the rotation goes on after the plan."


def _stand_ins(
    covers: Sequence[StandIn], current: Process, names: Mapping[int, str]
) -> Iterator[str]:
    for one in covers:
        when = words.span(one.period, current.zone)
        who = names[one.engineer] if one.engineer is not None else "nobody could be found who"
        yield f"{who} stands in for {names[one.instead_of]} as {one.duty}, {when}."


def nothing(wanted: PlanRequest, found: Plan, names: Mapping[int, str]) -> Iterator[str]:
    """Say who has no turn at all, and what kept them from most."""
    on = {*found.seats.values(), *(person for person in wanted.keeps)}
    for person in sorted(set(names) - on, key=names.__getitem__):
        seats = [seat for seat in found.seats if seat not in wanted.fixed]
        kept_out = Counter(
            why
            for number in {number for number, _ in seats}
            if (why := _against(wanted, found, number, person))
        )
        turns = len(wanted.turns)
        reasons = [
            f"{words.KEPT_OUT[why]} in {count} of {turns}" for why, count in kept_out.most_common()
        ]
        told = "; ".join(reasons) or words.KEPT_OUT[""]
        yield f"{names[person]} has none of these turns: {told}."


def _against(wanted: PlanRequest, found: Plan, number: int, person: int) -> str:
    """Give what keeps somebody out of every free seat of a turn; "" if they could have one."""
    free = [(number, duty) for duty in wanted.duties if (number, duty) not in wanted.fixed]
    whys = [plan_model.against(wanted, found.seats, seat, person) for seat in free]
    return whys[0] if whys and all(whys) else ""
