"""Putting a page off: whoever has it is asked again at a time that they choose."""

from datetime import datetime

from django.db import transaction

from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall import words
from dutydesk.oncall.flows import acknowledgement, escalation, page_cover, page_posts
from dutydesk.oncall.flows.events import PageSnoozed, record
from dutydesk.oncall.models import Page
from dutydesk.oncall.rules.notification_rules import snooze_limit
from dutydesk.process.flows import process


class SnoozeRefused(Refused):
    """The page can't be put off so."""


def latest(*, page: Page, engineer: int, at: datetime) -> datetime:
    """Give until when somebody may put a page off: the end of their cover, or 4 hours by default.

    Whichever comes first; without a shift only the length counts.
    """
    most = process.in_force().on_call.snooze_at_most
    return snooze_limit(at=at, shift_ends=page_cover.ends(page, engineer, at), most=most)


@transaction.atomic
def snooze(*, page: int, engineer: int, until: datetime, at: datetime) -> Page:
    """Ask whoever has a page again at `until`, and not before. Clause oncall.respond."""
    found = Page.objects.select_for_update(of=("self",)).get(pk=page)
    if found.state == Page.State.RESOLVED:
        raise acknowledgement.PageOver("This page is over already.", "There is nothing to put off.")
    who = found.acknowledged_by
    if found.state != Page.State.ACKNOWLEDGED or who is None or who.pk != engineer:
        raise SnoozeRefused("You don't have this page.", "Say that you have it first.")
    zone = process.in_force().zone
    last = latest(page=found, engineer=engineer, at=at)
    if not at < until <= last:
        raise SnoozeRefused(
            "That is not between now and the end of your cover, or too far away.",
            f"Give a time up to {when(last, zone, at)}.",
        )
    found.snoozed_until, found.news_at = until, None
    found.save(update_fields=["snoozed_until", "news_at"])
    acknowledgement.promise_work(found, who, until, at)
    message = words.acknowledged(
        title=found.title,
        name=who.name,
        page=found.about,
        since=found.acknowledged_at or at,
        again=until,
        now=at,
        zone=zone,
    )
    page_posts.show(found, message, at)
    page_posts.taken(found, who.name, at)
    text = f"{who.name} asks to be called again {when(until, zone, at)}"
    record(PageSnoozed, found, text, at, who.name, clause="oncall.respond", actor=who.name)
    return found


def look_after(*, at: datetime) -> None:
    """Let whoever covers be asked about what somebody put off whose cover is over before that.

    They gave their shift away since, or it was taken from them: nobody would look until then.
    """
    put_off = Page.objects.filter(state=Page.State.ACKNOWLEDGED, snoozed_until__gt=at)
    pages = [found.pk for found in put_off.order_by("pk") if escalation.is_others(found, at)]
    if pages:
        escalation.pass_on(pages=pages, at=at)
