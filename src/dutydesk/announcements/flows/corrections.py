"""Putting right what an announcement says; it is rewritten wherever it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.announcements import words
from dutydesk.announcements.flows import broadcasts, changes, planned_silences, promised
from dutydesk.announcements.flows.events import AnnouncementCorrected
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules import corrections
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.announcements.rules.corrections import AnnouncementFacts, Rewording
from dutydesk.announcements.rules.repeats import just_now
from dutydesk.chat.rules import without_notifiers
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.flows import process


@dataclass(frozen=True)
class AnnouncementCorrection:
    """What it is to say, as `Broadcast` has it, and why; `seen` is the last change that they saw.

    Without a `reason` only what nobody arranges themselves by can be put right.
    """

    title: str
    text: str
    services: tuple[int, ...]
    impact: str = ""
    agreed_with: str = ""
    window: Period | None = None
    updates: tuple[datetime, ...] = ()
    reason: str = ""
    seen: int | None = None


@transaction.atomic
@process.held()
def correct(
    *, announcement: int, what: AnnouncementCorrection, by: Person, at: datetime
) -> Announcement:
    """Put it right everywhere; other services or times are told to everybody who was told.

    What is owed goes on under the new title and at the new times. Clause announce.content.
    """
    found = changes.locked(announcement)
    was, now = facts(found), _wanted(what)
    different = corrections.differences(was, now)
    if not different:
        return _unchanged(found, by, at)
    changes.check_seen(found, what.seen)
    begun = found.started_at is not None
    corrections.check(was, now, at, goes_on=found.open, begun=begun)
    reason = without_notifiers(what.reason).strip()
    if corrections.matters(different) and not reason:
        raise AnnouncementRefused(
            "Nobody is told why that changes.", "Say why: everybody who was told reads it."
        )
    _keep(found, now, what.services, at)
    _follow(found, was, now, by, at)
    broadcasts.show(found, at)
    _record(found, different, reason, by, at)
    if corrections.matters(different):
        _tell(found, corrections.of_import(different), reason, by, at)
    return found


def differs(found: Announcement, what: AnnouncementCorrection) -> bool:
    """Say whether it would say anything otherwise."""
    return facts(found) != _wanted(what)


def _unchanged(found: Announcement, by: Person, at: datetime) -> Announcement:
    """Give back what this very person put right just now: the form was sent twice."""
    last = journal.timeline([found.about]).filter(kind=AnnouncementCorrected.kind).last()
    if last is not None and last.actor == by.name and just_now(last.at, at):
        return found
    raise AnnouncementRefused("Nothing is different.", "Change something, or cancel.")


def facts(found: Announcement) -> AnnouncementFacts:
    """Give what an announcement says now."""
    return AnnouncementFacts(
        title=found.title,
        text=found.text,
        services=tuple(sorted(one.name for one in broadcasts.services_of(found))),
        window=found.window,
        updates=tuple(one.due_at for one in broadcasts.open_promises(found)),
        impact=found.impact,
        agreed_with=found.agreed_with,
    )


def _wanted(what: AnnouncementCorrection) -> AnnouncementFacts:
    names = Service.objects.filter(pk__in=what.services).values_list("name", flat=True)
    return AnnouncementFacts(
        title=" ".join(without_notifiers(what.title).split())[:200],
        text=without_notifiers(what.text).strip(),
        services=tuple(sorted(names)),
        window=what.window,
        updates=tuple(sorted(set(what.updates))),
        impact=without_notifiers(what.impact).strip(),
        agreed_with=without_notifiers(what.agreed_with).strip()[:300],
    )


def _keep(
    found: Announcement, now: AnnouncementFacts, services: Sequence[int], at: datetime
) -> None:
    found.title, found.text = now.title, now.text
    found.impact, found.agreed_with = now.impact, now.agreed_with
    if now.window is not None:
        found.starts_at, found.ends_at = now.window.start, now.window.end
    found.revise(at)
    found.save()
    found.services.set(Service.objects.filter(pk__in=services).select_related("team"))


def _follow(
    found: Announcement, was: AnnouncementFacts, now: AnnouncementFacts, by: Person, at: datetime
) -> None:
    """Owe and keep quiet what the announcement says now."""
    if not found.open:
        return
    if now.window is not None and now.window != was.window:
        promised.promise_window(found, now.window, at)
    if now.window is not None and (now.window, now.services) != (was.window, was.services):
        planned_silences.move(found, now.window, by.name, at)
    promised.drop_updates(found, at, but=now.updates)
    promised.promise_updates(found, [one for one in now.updates if one not in was.updates], at)
    promised.reword(found)


def _said(different: Sequence[Rewording], at: datetime) -> str:
    zone = process.in_force().zone
    return "; ".join(words.difference(one, zone, at) for one in different)


def _tell(
    found: Announcement, different: Sequence[Rewording], reason: str, by: Person, at: datetime
) -> None:
    """Tell everybody who was told what people arrange themselves by.

    What is kept of it as an update names no service: users read that, and not of every service.
    """
    said = _said(different, at)
    message = words.corrected(title=found.title, said=said, by=by.name, reason=reason)
    times = _said([one for one in different if one.what != "services"], at)
    text = f"Corrected: {times}. {reason}" if times else f"Corrected. {reason}"
    broadcasts.tell(found, text, message, by.name, at)


def _record(
    found: Announcement,
    different: Sequence[Rewording],
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    why = f" Why: {reason}" if reason else ""
    journal.record(
        event=AnnouncementCorrected(found.pk, [one.what for one in different]),
        subject=found.about,
        text=f"{by.name} corrected it: {_said(different, at)}.{why}",
        at=at,
        actor=by.name,
        clause="announce.content",
    )
