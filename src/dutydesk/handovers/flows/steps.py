"""What becomes of a handover: it is asked for, given, accepted; or nothing is handed over."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.handovers.flows import lines, posts, sides
from dutydesk.handovers.flows.events import (
    HandoverAccepted,
    HandoverClosed,
    HandoverEvent,
    HandoverExtended,
    HandoverGiven,
    HandoverMoved,
    HandoverRefused,
)
from dutydesk.handovers.models import Handover, HandoverLine
from dutydesk.handovers.rules.facts import PARTS
from dutydesk.handovers.rules.moments import LATE
from dutydesk.handovers.rules.promises import ACCEPT, GIVE
from dutydesk.handovers.words import post_words
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.handovers import DEFAULT, START_OF_DAY, HandoverSection

_STATE = Handover.State


@dataclass(frozen=True)
class _Doer:
    """Whoever does a step: the desk, if nobody is named."""

    name: str = "the desk"
    engineer: int | None = None


def section_of(handover: Handover) -> HandoverSection:
    """Give what the process says of it; the usual, if it says nothing of that kind any more."""
    sections = (*process.in_force().handovers, *DEFAULT)
    return next(one for one in sections if one.when == handover.kind)


def clause_of(handover: Handover) -> str:
    """Give the clause that asks for it."""
    if handover.kind == Handover.Kind.TURN:
        return "oncall.rota"
    return "support.day-start" if handover.kind == START_OF_DAY else "support.day-end"


def empty(handover: Handover) -> bool:
    """Say whether there is nothing in it, of the record or of a person."""
    return not handover.note and not handover.lines.exists()


def asks(handover: Handover) -> bool:
    """Say whether somebody is asked to give it: not of what closes by itself, nor of one person."""
    if handover.state != _STATE.DRAFT:
        return False
    if sides.same(handover):
        return False
    return not (section_of(handover).empty_closes and empty(handover))


def ask(handover: Handover, at: datetime) -> None:
    """Owe that a draft is given by its time, if there is something to give to somebody else."""
    owed = commitments.owed([handover.about]).filter(kind=GIVE).first()
    owner = _owner(handover, handover.giver, handover.givers)
    if not asks(handover):
        commitments.withdraw(kind=GIVE, subject=handover.about, at=at)
        return
    if owed is None or owed.owner != owner:
        warn = handover.due_at - section_of(handover).remind_before
        commitments.promise(
            kind=GIVE,
            subject=handover.about,
            owner=owner,
            text=GIVE.says(title=posts.title(handover)),
            times=Promise(due_at=handover.due_at, warn_at=warn),
            at=at,
        )


def _owner(handover: Handover, duty: str, people: list[int]) -> str:
    """Give who owes it: the duty. Of a turn it is a person, since it may change out of hours."""
    who = sides.first(people) if handover.kind == Handover.Kind.TURN else None
    return who.name if who else duty


def come(handover: Handover, at: datetime) -> None:
    """Let a draft's time come: it is given as it is, unless there is nothing to hand over."""
    if sides.same(handover):
        _close(handover, _STATE.SAME, "One person has both duties: nothing is asked", at)
    elif not asks(handover):
        _close(handover, _STATE.NOTHING, "There is nothing to hand over", at)
    else:
        commitments.miss(kind=GIVE, subject=handover.about, at=at)
        _give(handover, _Doer(), at)


@transaction.atomic
def give(*, handover: int, by: Person, at: datetime) -> Handover:
    """Give it to whoever has the next duty. Raises HandoverRefused."""
    found = _draft(handover)
    _engineer(by, "gives")
    lines.read(found, at)
    if empty(found):
        raise HandoverRefused(
            "There is nothing in it.", "Write something, or say that there is nothing to hand over."
        )
    if by.engineer in found.takers and by.engineer not in found.givers:
        raise HandoverRefused(
            "You take it over.", "Whoever gives it does so, or it is given at its time."
        )
    commitments.keep(kind=GIVE, subject=found.about, at=at)
    _give(found, _Doer(by.name, by.engineer), at)
    return found


def _give(handover: Handover, by: _Doer, at: datetime) -> None:
    handover.state, handover.given_at = _STATE.GIVEN, at
    handover.given_by_id = by.engineer
    handover.save(update_fields=["state", "given_at", "given_by"])
    _owe_acceptance(handover, at)
    how = "gave it" if by.engineer else "gave it as it was drafted"
    taker = post_words.listed(sides.names(handover.takers), handover.taker)
    _record(HandoverGiven(handover.pk), handover, f"{by.name} {how} to {taker}", at, by.name)
    posts.show(handover, at)
    posts.tell_taker(handover, at)


def _owe_acceptance(handover: Handover, at: datetime) -> None:
    section = section_of(handover)
    due = max(handover.due_at, at) + section.accept_within
    commitments.promise(
        kind=ACCEPT,
        subject=handover.about,
        owner=_owner(handover, handover.taker, handover.takers),
        text=ACCEPT.says(title=posts.title(handover)),
        times=Promise(due_at=due, chase_every=section.chase_every),
        at=at,
    )


@transaction.atomic
def accept(*, handover: int, engineer: int | None, at: datetime) -> Handover:
    """Accept it, as whoever takes it or for them; again by the same person changes nothing.

    Raises HandoverRefused.
    """
    found = _locked(handover)
    who = Engineer.objects.filter(pk=engineer or 0).first()
    if who is None:
        raise HandoverRefused("An engineer of the team accepts it.", "Ask one of them.")
    if found.state == _STATE.ACCEPTED and found.accepted_by_id == who.pk:
        return found
    _check_acceptable(found, who)
    found.state, found.accepted_at, found.accepted_by = _STATE.ACCEPTED, at, who
    found.save(update_fields=["state", "accepted_at", "accepted_by"])
    commitments.keep(kind=ACCEPT, subject=found.about, at=at)
    for_whom = "" if who.pk in found.takers else _for(found)
    text = f"{who.name} accepted it{for_whom}"
    _record(HandoverAccepted(found.pk), found, text, at, who.name)
    posts.show(found, at)
    return found


def _for(handover: Handover) -> str:
    return f", for {post_words.listed(sides.names(handover.takers), handover.taker)}"


def _check_acceptable(found: Handover, who: Engineer) -> None:
    if found.state == _STATE.ACCEPTED and found.accepted_by:
        raise HandoverRefused(f"{found.accepted_by.name} has it.", "There is nothing to do.")
    if found.state != _STATE.GIVEN:
        raise HandoverRefused(
            "It isn't given yet." if found.state == _STATE.DRAFT else "Nobody is to accept it.",
            "Read it as it is drafted so far."
            if found.state == _STATE.DRAFT
            else "There is nothing to do.",
        )
    if found.given_by_id == who.pk and who.pk not in found.takers:
        raise HandoverRefused("You gave it.", "Somebody else says that they have it.")


@transaction.atomic
def nothing(*, handover: int, by: Person, at: datetime) -> Handover:
    """Say that there is nothing to hand over. Raises HandoverRefused."""
    found = _draft(handover)
    _engineer(by, "gives")
    lines.read(found, at)
    if not empty(found):
        raise HandoverRefused("There is something in it.", "Give it, so that it is known.")
    found.given_at, found.given_by_id = at, by.engineer
    found.save(update_fields=["given_at", "given_by"])
    commitments.keep(kind=GIVE, subject=found.about, at=at)
    _close(found, _STATE.NOTHING, f"{by.name} says that there is nothing to hand over", at)
    return found


def miss_before(new: Handover, at: datetime) -> None:
    """Let those of its kind before that nobody accepted be missed: this one takes their place.

    One whose time has only just come is left to be accepted.
    """
    before = Handover.objects.filter(
        kind=new.kind, state=_STATE.GIVEN, due_at__lt=new.due_at, due_at__lte=at - LATE
    ).select_for_update()
    for one in before:
        commitments.miss(kind=ACCEPT, subject=one.about, at=at)
        _close(one, _STATE.MISSED, "Nobody accepted it before the next one", at)


def move(handover: Handover, at: datetime) -> None:
    """Ask others, since the rota says so by now; who takes it is told if it is given already."""
    _record(HandoverMoved(handover.pk), handover, f"By the rota: {posts.from_to(handover)}", at)
    if handover.state == _STATE.GIVEN:
        if sides.same(handover):
            commitments.withdraw(kind=ACCEPT, subject=handover.about, at=at)
            _close(handover, _STATE.SAME, "One person has both duties: nothing is asked", at)
            return
        _owe_acceptance(handover, at)
        posts.tell_taker(handover, at)


def extend(handover: Handover, new: list[HandoverLine], at: datetime) -> None:
    """Tell of what came in once it was given."""
    told = "; ".join(f"{PARTS[line.part]}: {line.text}" for line in new)
    _record(HandoverExtended(handover.pk), handover, f"Since then: {told}", at)
    posts.extended(handover, new, at)


def _close(handover: Handover, state: str, text: str, at: datetime) -> None:
    handover.state = state
    handover.save(update_fields=["state"])
    commitments.withdraw(kind=GIVE, subject=handover.about, at=at)
    _record(HandoverClosed(handover.pk), handover, text, at)
    posts.show(handover, at, new=False)


def _record(
    event: HandoverEvent, handover: Handover, text: str, at: datetime, actor: str = "the desk"
) -> None:
    journal.record(
        event=event,
        subject=handover.about,
        text=text,
        at=at,
        actor=actor,
        clause=clause_of(handover),
    )


def _locked(number: int) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).filter(pk=number)
    found = rows.select_related("given_by", "accepted_by").first()
    if found is None:
        raise HandoverRefused("There is no such handover.", "Look in the list of handovers.")
    return found


def _draft(number: int) -> Handover:
    found = _locked(number)
    if found.state != _STATE.DRAFT:
        raise HandoverRefused(
            f"It is no draft any more: {posts.state(found)}.", "There is nothing to do."
        )
    return found


def _engineer(by: Person, does: str) -> None:
    if by.engineer is None:
        raise HandoverRefused(f"An engineer of the team {does} it.", "Ask one of them.")
