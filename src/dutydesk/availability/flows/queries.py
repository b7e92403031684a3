"""Prometheus, asked for the history of services: in pieces, from where it was last asked on."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.availability.flows import run_store, terms
from dutydesk.availability.models import SourceTerm
from dutydesk.availability.rules.runs import Seen
from dutydesk.database import notifications, rows
from dutydesk.database.trouble import least_tries
from dutydesk.kernel.connected import Connected
from dutydesk.ports.time_series import MOST_VALUES, SeriesSource, SeriesTrouble
from dutydesk.process.flows import process
from dutydesk.process.rules.availability import PrometheusSource

logger = logging.getLogger(__name__)
SOURCE = Connected[SeriesSource]()
LAG = timedelta(minutes=1)
"""What is younger is asked for later: scrapes and rules come a little late."""
AT_WORK = timedelta(minutes=10)
"""For so long whoever asks for a service has it to themselves."""
PIECES = 10
"""So many pieces are read of one service before the next has its turn."""
LATEST = timedelta(minutes=15)
"""What can't be read is tried again after its step, twice that, and so on up to this."""


@process.held()
def look_after(*, at: datetime) -> bool:
    """Ask for every service whose turn it is; say whether all is read that there is."""
    terms.settle(at=at)
    named = {name: one.source for name, one in terms.named_now(SourceTerm.Kind.PROMETHEUS).items()}
    if not named:
        return True
    due = SourceTerm.objects.filter(
        kind=SourceTerm.Kind.PROMETHEUS, ended=None, next_at__lte=at
    ).select_related("service")
    done = True
    for term in list(due.order_by("next_at", "id")):
        source = named.get(term.service.name)
        if isinstance(source, PrometheusSource) and _take(term, at):
            done = look_at(term.pk, source, at=at) and done
    return done


def _take(term: SourceTerm, at: datetime) -> bool:
    mine = SourceTerm.objects.filter(pk=term.pk, ended=None, next_at=term.next_at)
    return bool(mine.update(next_at=at + AT_WORK))


def look_at(term: int, source: PrometheusSource, *, at: datetime) -> bool:
    """Read what there is of one service, some pieces of it; say whether that is all.

    Whatever is in the way is kept with it, and of none other.
    """
    try:
        more = True
        for _ in range(PIECES):
            if not (more := _piece(term, source, at)):
                break
        _finish(term, at if more else at + source.step, None, at)
    except SeriesTrouble as met:
        _failed(term, source, met, at)
        return True
    except Exception as fault:
        if least_tries(fault):
            raise
        logger.exception("Prometheus can't be read, for a fault of the desk")
        why = f"The desk itself fails on it ({type(fault).__name__})."
        own = SeriesTrouble(why, "Tell whoever maintains the desk; its log says more.")
        _failed(term, source, own, at)
        return True
    return not more


def _piece(term: int, source: PrometheusSource, at: datetime) -> bool:
    """Read the next piece; say whether there is more."""
    asked = SOURCE.who
    if asked is None:
        raise SeriesTrouble("No Prometheus is set.", "Set DUTYDESK_PROMETHEUS_URL, and start anew.")
    known = SourceTerm.objects.filter(pk=term, ended=None).first()
    if known is None:
        return False
    start = known.read_to or known.began
    steps = min((at - LAG - start) // source.step, MOST_VALUES)
    if steps < 1:
        return False
    end = start + steps * source.step
    rows.give_back()
    values = asked.values(source.query, start=start + source.step, end=end, step=source.step)
    _keep(term, source, (start, end), values)
    return steps == MOST_VALUES


@transaction.atomic
def _keep(
    term: int,
    source: PrometheusSource,
    piece: tuple[datetime, datetime],
    values: Sequence[tuple[datetime, float]],
) -> None:
    """Keep what was read, unless somebody else did meanwhile."""
    start, end = piece
    found = SourceTerm.objects.select_for_update().filter(pk=term, ended=None).first()
    if found is None or (found.read_to or found.began) != start:
        return
    looks = seen(values, step=source.step, up_from=source.up_from)
    run_store.keep(found, looks)
    found.read_to = end
    found.said = "" if not looks or looks[-1].up else looks[-1].said
    found.save(update_fields=["read_to", "said"])
    notifications.notify(terms.CHANGED)


def seen(values: Sequence[tuple[datetime, float]], *, step: timedelta, up_from: str) -> list[Seen]:
    """Give what values tell: each tells of the step before it, and what has none is not known."""
    least = float(up_from)
    looks = []
    for at, value in values:
        up = value >= least
        looks.append(Seen(at - step, at, up, "" if up else f"the query gave {value:g}"))
    return looks


def _failed(term: int, source: PrometheusSource, met: SeriesTrouble, at: datetime) -> None:
    found = SourceTerm.objects.filter(pk=term).values_list("failures", flat=True).first() or 0
    wait = min(source.step * 2 ** min(found, 10), max(LATEST, source.step))
    _finish(term, at + wait, met, at)


@transaction.atomic
def _finish(term: int, next_at: datetime, met: SeriesTrouble | None, at: datetime) -> None:
    """Let its next turn come then, and keep what is in the way, if anything is."""
    found = SourceTerm.objects.select_for_update().filter(pk=term, ended=None).first()
    if found is None:
        return
    before = found.trouble
    if met:
        run_store.trouble(found, met.reason, met.remedy, at=at)
        found.failures += 1
    else:
        run_store.well(found)
        found.failures = 0
    found.next_at = next_at
    found.save()
    if before != found.trouble:
        notifications.notify(terms.CHANGED)
