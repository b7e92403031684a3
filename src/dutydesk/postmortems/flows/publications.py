"""Publishing a postmortem: only what is whole, signed off and looked through is read outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import ChangedMeanwhile
from dutydesk.postmortems.flows import reports, repository_files, sign_offs
from dutydesk.postmortems.flows.events import (
    PostmortemPublished,
    PublicationRefused,
    PublicationWithdrawn,
    RedactionDecided,
)
from dutydesk.postmortems.models import Improvement, Postmortem, Publication, Redaction
from dutydesk.postmortems.rules.redactions import Disclosure
from dutydesk.postmortems.rules.report import Report
from dutydesk.process.flows import process


@dataclass(frozen=True, slots=True)
class DecidedFinding:
    """Something that is not for everybody, and what was decided about it, if anything was."""

    finding: Disclosure
    decided: Redaction | None


def looked_through(found: Postmortem, report: Report) -> list[DecidedFinding]:
    """Give what a report holds that is not for everybody; what nobody decided about first."""
    decided = {one.mark: one for one in found.redactions.all()}
    each = [DecidedFinding(one, decided.get(one.mark)) for one in reports.found_in(report, found)]
    return sorted(each, key=lambda one: one.decided is not None)


@transaction.atomic
def decide(*, postmortem: int, marks: Sequence[str], reason: str, by: Person, at: datetime) -> None:
    """Confirm that these are replaced; with a `reason`, let them stand."""
    found = _locked(postmortem)
    there = {one.mark: one for one in reports.found_in(reports.write(found, at=at), found)}
    chosen = [there[mark] for mark in dict.fromkeys(marks) if mark in there]
    if not chosen:
        raise PublicationRefused(
            "That doesn't stand in it any more.", "Look through what does, and decide about that."
        )
    values = {"kept": bool(reason), "reason": reason, "by": by.name, "at": at}
    for one in chosen:
        Redaction.objects.update_or_create(postmortem=found, mark=one.mark, defaults=values)
    did = "kept as they are" if reason else "replaced"
    kinds = ", ".join(sorted({one.kind for one in chosen}))
    why = f". Why: {reason}" if reason else ""
    journal.record(
        event=RedactionDecided(found.pk, bool(reason)),
        subject=found.about,
        text=f"{len(chosen)} found in it ({kinds}) are {did}{why}",
        at=at,
        actor=by.name,
        clause="postmortem.publish",
    )


def _locked(postmortem: int) -> Postmortem:
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident__lead")
    return rows.get(pk=postmortem)


def missing(found: Postmortem, report: Report, *, at: datetime) -> list[str]:
    """Give everything that is in the way of publishing, in whole sentences."""
    return [
        *_of_the_incident(found),
        *_of_the_words(report),
        *_of_the_improvements(found),
        *_of_what_was_found(found, report),
        *(
            f"{one.title} has not signed off what it says now."
            for one in sign_offs.needed(found, at=at)
            if one.signed is None
        ),
    ]


def _of_the_incident(found: Postmortem) -> Iterator[str]:
    if found.withdrawn_at is not None:
        yield "The postmortem is withdrawn."
    elif found.incident.state != Incident.State.RESOLVED:
        yield "The incident is not resolved."


def _of_the_words(report: Report) -> Iterator[str]:
    required = {one.id for one in process.in_force().postmortems.sections if one.required}
    for one in report.sections:
        if one.id in required and not one.text.strip():
            yield f"“{one.title}” has no words."


def _of_the_improvements(found: Postmortem) -> Iterator[str]:
    for one in found.improvements.exclude(state=Improvement.State.DROPPED):
        lacks = {"owner": one.owner_id, "priority": one.priority, "due date": one.due_at}
        gaps = [name for name, value in lacks.items() if not value]
        if gaps:
            yield f"The improvement “{one.title}” has no {' and no '.join(gaps)}."


def _of_what_was_found(found: Postmortem, report: Report) -> Iterator[str]:
    open_ = sum(one.decided is None for one in looked_through(found, report))
    if open_:
        things = "thing that is" if open_ == 1 else "things that are"
        yield f"{open_} {things} not for everybody (names, addresses, secrets) wait to be decided."


def latest(found: Postmortem) -> Publication | None:
    """Give what is read now, by whoever may; None if nothing is, or it was withdrawn."""
    newest = found.publications.order_by("-number").first()
    shown = newest is not None and newest.withdrawn_at is None and found.withdrawn_at is None
    return newest if shown else None


@transaction.atomic
def publish(*, postmortem: int, seen: str, by: Person, at: datetime) -> Publication:
    """Publish it as whoever presses saw it: `seen` names those words. Clause postmortem.publish.

    Refused with all that is missing, at once. Of two who press, the second hears that it is done.
    """
    found = _locked(postmortem)
    report = reports.write(found, at=at)
    if wrong := missing(found, report, at=at):
        raise PublicationRefused(" ".join(wrong), "See to all of that, and publish it then.")
    shown = reports.redacted(report, found)
    now = latest(found)
    if now is not None and now.report == _as_kept(shown):
        raise PublicationRefused(
            f"{now.by} published it as it is.", "Change something first, if there is more to say."
        )
    if seen != reports.digest(shown):
        raise ChangedMeanwhile(
            "It changed after you looked at it.", "Look at it as it is now, and publish it then."
        )
    number = found.publications.count() + 1
    made = Publication.objects.create(
        postmortem=found, number=number, report=shown.as_json(), by=by.name, at=at
    )
    text = f"It is published (version {number})"
    _record(found, PostmortemPublished(found.pk, number), text, by, at)
    repository_files.owe(found, made, by=by.name, account=by.account, at=at)
    return made


def _as_kept(report: Report) -> object:
    """Give a report as the database gives it back."""
    return _lists(report.as_json())


def _lists(value: object) -> object:
    if isinstance(value, dict):
        return {name: _lists(one) for name, one in value.items()}
    return [_lists(one) for one in value] if isinstance(value, list | tuple) else value


def _record(
    found: Postmortem,
    event: PostmortemPublished | PublicationWithdrawn,
    text: str,
    by: Person,
    at: datetime,
) -> None:
    journal.record(
        event=event,
        subject=found.about,
        text=text,
        at=at,
        actor=by.name,
        clause="postmortem.publish",
    )


@transaction.atomic
def withdraw(*, postmortem: int, why: str, by: Person, at: datetime) -> Publication:
    """Let nobody outside read it any more; the team still can."""
    found = _locked(postmortem)
    now = latest(found)
    if now is None:
        raise PublicationRefused("It is not published.", "There is nothing to withdraw.")
    now.withdrawn_at, now.withdrawn_by, now.why = at, by.name, why
    now.save(update_fields=["withdrawn_at", "withdrawn_by", "why"])
    text = f"What was published is withdrawn. Why: {why}"
    _record(found, PublicationWithdrawn(found.pk, now.number), text, by, at)
    repository_files.owe(found, None, by=by.name, account=by.account, at=at)
    return now


@transaction.atomic
def to_repository(*, postmortem: int, by: Person, at: datetime) -> None:
    """Let the repository be told again what it is to hold. Clause postmortem.publish."""
    found = _locked(postmortem)
    now = latest(found)
    if now is not None and process.in_force().postmortems.repository is None:
        raise PublicationRefused(
            "The process names no repository for postmortems.",
            "Name one in its file, as `postmortems.repository`.",
        )
    if repository_files.owe(found, now, by=by.name, account=by.account, at=at) is None:
        raise PublicationRefused("It is not published.", "Publish it first.")
