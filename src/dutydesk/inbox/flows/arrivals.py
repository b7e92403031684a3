"""Keeping what came in: in one small insert, before anybody is answered."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet

from dutydesk.database import notifications, rows
from dutydesk.inbox.flows import work
from dutydesk.inbox.models import Arrival
from dutydesk.journal.flows import journal
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.arrivals import AGAIN, Arrived
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process

_SWEPT = 5_000
_RETRIED = 1_000
_AT_ONCE = 20
"""A body may be as large as a door lets in, so few are read at once."""
LATELY = timedelta(days=1)
_INSERT = """
INSERT INTO inbox_arrival
    (door, source, turn, crowd, key, sender, headers, body, note, at, due_at, attempts, outcome,
    problem, became)
SELECT door, source, turn, crowd, nullif(key, ''), sender, headers, body, note, at, at, 0,
    'waiting', '', '[]'
FROM ROWS FROM (
    jsonb_to_recordset({told}::jsonb) AS (door text, source text, turn text, crowd text, key text,
        sender text, headers jsonb, note text, at timestamptz),
    unnest({bodies}::bytea[])
) WITH ORDINALITY
    AS given (door, source, turn, crowd, key, sender, headers, note, at, body, place)
ORDER BY place ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING RETURNING id, coalesce(key, '')
"""
_KEEP = _INSERT.format(told="%s", bodies="%b")
PREPARED_KEEP = _INSERT.format(told="$1", bodies="$2")
"""Does as `insert`, for who runs it on a connection of its own: `told_of` in, `numbers_of` out."""


def keep(arrived: Arrived) -> int | None:
    """Keep one; give its number, None if it was kept before under its key. See `keep_all`."""
    return keep_all([arrived])[0]


@transaction.atomic
def keep_all(arrivals: Sequence[Arrived]) -> list[int | None]:
    """Keep what came in, to be worked out soon, in the order given; give the number of each.

    None for what was kept before under the same key, which changes nothing. It is durable once
    this transaction is committed.
    """
    numbers = insert(arrivals)
    new = [
        replace(one, number=number)
        for one, number in zip(arrivals, numbers, strict=True)
        if number is not None
    ]
    work.owe_all(new)
    return numbers


def insert(arrivals: Sequence[Arrived]) -> list[int | None]:
    """Do as `keep_all`, in one statement that wakes nobody."""
    return numbers_of(arrivals, rows.run(_KEEP, told_of(arrivals)).fetchall())


def told_of(arrivals: Sequence[Arrived]) -> tuple[str, list[bytes]]:
    """Give what the statement that keeps them is told of them: JSON, and their bodies."""
    return json.dumps([_columns(one) for one in arrivals]), [one.body for one in arrivals]


def numbers_of(arrivals: Sequence[Arrived], kept: Sequence[tuple[int, str]]) -> list[int | None]:
    """Give the number of each, by the rows that were kept; None for what was kept before."""
    known = {key: number for number, key in kept if key}
    unnamed = (number for number, key in kept if not key)
    return [known.pop(one.key, None) if one.key else next(unnamed) for one in arrivals]


def _columns(one: Arrived) -> dict[str, object]:
    place = work.place_of(one)
    return {
        "door": one.door,
        "source": one.source,
        "turn": place.turn,
        "crowd": place.crowd,
        "key": one.key,
        "sender": one.sender,
        "headers": dict(one.headers),
        "note": one.note,
        "at": one.at.isoformat(),
    }


@transaction.atomic
def answer_once(
    *, key: str, door: str, sender: str, at: datetime, do: Callable[[], dict[str, Any] | None]
) -> dict[str, Any] | None:
    """Give what `do` answers, and keep it: the same key again gets that answer, and does nothing.

    What `do` does is part of this transaction. `Refused` passes through, and nothing is kept.
    """
    made = {"door": door, "source": door, "sender": sender, "at": at, "outcome": "done"}
    arrival, new = Arrival.objects.get_or_create(key=key, defaults=made)
    if new:
        arrival.answer = do()
        arrival.save(update_fields=["answer"])
    answer: dict[str, Any] | None = arrival.answer
    return answer


@dataclass(frozen=True)
class ArrivalRetried(Event):
    """Somebody had what was put aside tried again."""

    kind: ClassVar[str] = "arrival.retried"
    arrival: int


@transaction.atomic
def retry(*, arrival: int, at: datetime, by: str = "the desk") -> Arrival:
    """Work out once more what was put aside, soon, as if it had not been tried."""
    aside = Arrival.objects.select_for_update().filter(pk=arrival, outcome="put aside").first()
    if aside is None:
        raise Refused("That arrival is not put aside.", "Open it again, and see how far it is.")
    _owe_again([aside], at, by)
    return aside


@transaction.atomic
def retry_all(*, at: datetime, by: str = "the desk") -> int:
    """Work out once more what was put aside, the oldest first, some at a time; give how many."""
    waiting = Arrival.objects.filter(outcome="put aside").order_by("pk")
    numbers, count = list(waiting.values_list("pk", flat=True)[:_RETRIED]), 0
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        aside = Arrival.objects.select_for_update().filter(pk__in=some, outcome="put aside")
        chosen = list(aside.order_by("pk"))
        _owe_again(chosen, at, by)
        count += len(chosen)
    return count


def _owe_again(aside: Sequence[Arrival], at: datetime, by: str) -> None:
    """Let these, which are locked, be worked out as if they had never been tried.

    Where each stands is found anew: what could not be read then may be read now.
    """
    again = [work.arrived(one) for one in aside]
    for row, one in zip(aside, again, strict=True):
        place = work.place_of(one)
        row.outcome, row.due_at, row.attempts = Arrival.Outcome.WAITING, at, 0
        row.turn, row.crowd = place.turn, place.crowd
        row.headers = {**row.headers, AGAIN: at.isoformat()}
    rows.update(aside, ("outcome", "due_at", "attempts", "turn", "crowd", "headers"))
    work.owe_all(again)
    tried = [
        Happening(
            ArrivalRetried(one.pk), one.about, f"{by} had arrival {one.pk} tried again", actor=by
        )
        for one in aside
    ]
    journal.record_all(tried, at=at)
    notifications.notify_all([one.about for one in aside])


def aside_lately(*, at: datetime, door: str = "") -> tuple[int, Arrival | None]:
    """Give how many are put aside since yesterday, at a door or at all, and the last of them."""
    aside = _aside_since_yesterday(at)
    aside = aside.filter(door=door) if door else aside
    return aside.count(), aside.order_by("-id").first()


def is_any_untold(*, at: datetime) -> bool:
    """Say whether something is put aside since yesterday of which nobody could be told."""
    return _aside_since_yesterday(at).filter(problem__endswith=work.UNTOLD).exists()


def _aside_since_yesterday(at: datetime) -> "QuerySet[Arrival]":
    return Arrival.objects.filter(outcome="put aside", at__gt=at - LATELY)


def trouble(*, door: str, at: datetime) -> str:
    """Say what of a door is put aside since yesterday; empty if nothing is."""
    count, last = aside_lately(at=at, door=door)
    if last is None:
        return ""
    told = f"{count} of the things that it told since yesterday can't be done"
    return f"{told}; the last: {last.problem}."


def forget(*, at: datetime) -> bool:
    """Forget the oldest of what is over for longer than the process says, some at a time.

    Gives whether that was all. What is put aside goes with the rest.
    """
    kept = process.in_force().arrivals.kept
    oldest = Arrival.objects.order_by("pk").values("pk")[:_SWEPT]
    old = Arrival.objects.filter(pk__in=oldest, at__lt=at - kept, due_at=None)
    count, _ = old.delete()
    return count < _SWEPT
