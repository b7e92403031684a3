"""Checks over HTTP: those whose turn it is, some at a time; what they find is kept as runs."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.availability.flows import check_alarms, run_store, terms
from dutydesk.availability.models import SourceTerm
from dutydesk.availability.rules.runs import Seen, holds, next_turn
from dutydesk.database import notifications, rows
from dutydesk.database.trouble import is_away, least_tries
from dutydesk.kernel.connected import Connected
from dutydesk.ports.web_checks import CheckAnswer, WebCheck, WebChecker
from dutydesk.process.flows import process
from dutydesk.process.rules.availability import CheckSource

logger = logging.getLogger(__name__)
CHECKER = Connected[WebChecker]()
AT_ONCE = 20
"""So many are asked at the same time, at most; who is next waits for the round after."""
_MARGIN = timedelta(seconds=30)
_Asked = tuple[SourceTerm, CheckSource]


@process.held()
def look_after(*, at: datetime) -> bool:
    """Ask what is due, each by one worker alone; say whether nothing more is."""
    terms.settle(at=at)
    named = {name: one.source for name, one in terms.named_now(SourceTerm.Kind.CHECK).items()}
    if not named:
        return True
    due = _due(at)
    mine: list[_Asked] = []
    for term in due:
        source = named.get(term.service.name)
        if len(mine) < AT_ONCE and isinstance(source, CheckSource) and _take(term, source, at):
            mine.append((term, source))
    _ask(mine, at)
    return len(due) <= AT_ONCE


def _due(at: datetime) -> Sequence[SourceTerm]:
    """Give who waits longest first, and whether there are more than are asked at once."""
    waiting = SourceTerm.objects.filter(kind=SourceTerm.Kind.CHECK, ended=None, next_at__lte=at)
    return list(waiting.select_related("service").order_by("next_at", "id")[: AT_ONCE + 1])


def _take(term: SourceTerm, source: CheckSource, at: datetime) -> bool:
    """Say whether it is ours to ask now, and nobody else's until its timeout is well over."""
    mine = SourceTerm.objects.filter(pk=term.pk, ended=None, next_at=term.next_at)
    return bool(mine.update(next_at=at + source.timeout + _MARGIN))


def _ask(mine: Sequence[_Asked], at: datetime) -> None:
    answers = _answers(CHECKER.who, [source for _, source in mine])
    for (term, source), answer in zip(mine, answers, strict=True):
        try:
            keep(term=term.pk, source=source, answer=answer, at=at)
        except Exception as fault:
            if is_away(fault):
                raise
            why = "the database is too busy" if least_tries(fault) else "for a fault of the desk"
            logger.exception("What a check found can't be kept, %s", why)


def _answers(checker: WebChecker | None, sources: Sequence[CheckSource]) -> list[CheckAnswer]:
    """Ask all at the same time. Nobody waits for these threads when the desk is stopped."""
    found = [CheckAnswer(None, "it was not asked")] * len(sources)

    def ask(place: int, source: CheckSource) -> None:
        found[place] = _answer(checker, source)

    rows.give_back()
    threads = [threading.Thread(target=ask, args=each, daemon=True) for each in enumerate(sources)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _answer(checker: WebChecker | None, source: CheckSource) -> CheckAnswer:
    """Ask; a fault of the desk is no fault of the service."""
    if checker is None:
        return CheckAnswer(None, "nothing here asks addresses")
    try:
        return checker.ask(
            WebCheck(source.url, source.timeout.total_seconds(), source.status, source.text)
        )
    except Exception as fault:
        logger.exception("A check can't be made, for a fault of the desk")
        return CheckAnswer(None, f"the desk itself fails on it ({type(fault).__name__})")


@transaction.atomic
def keep(*, term: int, source: CheckSource, answer: CheckAnswer, at: datetime) -> None:
    """Keep what a check found, and raise or end its alert."""
    held = SourceTerm.objects.select_for_update(of=("self",)).select_related("service")
    found = held.filter(pk=term, ended=None).first()
    if found is None:
        return
    before = (found.failures > 0, found.trouble)
    if answer.up is None:
        run_store.trouble(found, f"{answer.said[:1].upper()}{answer.said[1:]}.", _REMEDY, at=at)
    else:
        run_store.well(found)
        found.failures = 0 if answer.up else found.failures + 1
        found.said = answer.said
        run_store.keep(found, [Seen(at, holds(at, source.every), answer.up, answer.said)])
        check_alarms.follow(found, source, at=at)
    found.next_at = next_turn(at, source.every, found.pk)
    found.save()
    if before != (found.failures > 0, found.trouble):
        notifications.notify(terms.CHANGED)


_REMEDY = (
    "Correct its address in the process file, or name its host in DUTYDESK_AVAILABILITY_HOSTS."
)
