"""The durable core's way with what goes outside in threads: begun and noted as a group.

What is begun at the same moment is claimed in one transaction, and what has ended by the next look
is noted in one, as databases do with commits (group commit): hundreds of messages at once then cost
few of them. Each still has a try of its own, and what fails is noted by itself.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.db import transaction

from dutydesk.database import rows
from dutydesk.database.durable import LEASE, Now
from dutydesk.database.owed_row import Row
from dutydesk.database.threaded import ThreadedKind
from dutydesk.database.trouble import FOREVER, TROUBLE, least_tries, what_of

logger = logging.getLogger(__name__)
# Of what is urgent as much as there are threads, and of the rest as much as leaves some of them.
_NEAREST = """
(SELECT id, due_at FROM {table}
 WHERE urgent AND due_at IS NOT NULL AND NOT id = ANY(%(tried)s::bigint[])
 ORDER BY due_at, id LIMIT %(count)s)
UNION ALL
(SELECT id, due_at FROM (
    SELECT id, due_at, row_number() OVER (ORDER BY due_at, id) AS place FROM (
        SELECT id, due_at FROM {table}
        WHERE NOT urgent AND due_at IS NOT NULL AND NOT id = ANY(%(tried)s::bigint[])
        ORDER BY due_at, id LIMIT %(others)s
    ) AS first
 ) AS placed WHERE place <= %(others)s - (
    SELECT count(*) FROM {table} WHERE id = ANY(%(tried)s::bigint[]) AND NOT urgent
 ))
"""
_FRESH = """
SELECT {fresh} FROM {table} AS fresh
WHERE id = ANY(%s::bigint[]) AND due_at <= %s AND attempts = 0 AND claimed_at IS NULL
ORDER BY due_at, id FOR UPDATE SKIP LOCKED
"""


class GroupKind(ThreadedKind[Row]):
    """Work of which many tries begin and end at once. Only what knows no order can be such.

    A row says whether it is `urgent`: that goes first, and `spare` threads are left to it, so that
    it waits behind nothing else, however much there is and however long that hangs.
    """

    spare: ClassVar[int]

    def __init__(self, model: type[Row]) -> None:
        """Do what rows of this model owe."""
        super().__init__(model)
        self._ended: deque[tuple[Row, Any]] = deque()

    # What a room says of its work.

    def begin_all(self, claimed: Sequence[Row], at: datetime) -> None:
        """Note that the first try of each begins; in the transaction of the claim."""
        raise NotImplementedError

    def all_inside(self, done: Sequence[Row], outcomes: Sequence[Any], at: datetime) -> None:
        """Do what is done once in effect for all; in the transaction that marks them done."""
        raise NotImplementedError

    # What the core does with it.

    def nearest(
        self, count: int, under_way: Sequence[int], at: datetime
    ) -> list[tuple[int, datetime | None]]:
        """Do as any work in threads does, for a tenth of it: an idle desk asks again and again."""
        kept = list(self._ended)  # At once: threads add to it. What can't be noted just now.
        tried = [*under_way, *(row.pk for row, _ in kept)]
        ask = _NEAREST.format(table=self.model._meta.db_table)
        asked = {"tried": tried, "count": count, "others": self.threads - self.spare}
        return rows.run(ask, asked).fetchall()

    def take_up(self, numbers: Sequence[int], now: Now) -> dict[int, Callable[[], object]]:
        """Claim together what was never tried; what is tried again, or has rivals, goes alone."""
        claimed = {row.pk: row for row in self._claim_all(numbers, now())}
        for row in claimed.values():
            self._hold(row)
        alone = super().take_up([number for number in numbers if number not in claimed], now)
        return {number: partial(self._carry, row, now) for number, row in claimed.items()} | alone

    def note(self, now: Now) -> None:
        """Note together what has ended, or each alone if that fails.

        What somebody else holds, and what can't be noted while the database is away, is kept, and
        held, until the next look: nobody may do again what was done, and nothing waits for it.
        """
        ended = deque[tuple[Row, Any]]()
        while self._ended:
            ended.append(self._ended.popleft())
        alone, kept = deque(ended), list[tuple[Row, Any]]()
        try:
            kept = self._settle_all(ended, now) if ended else []
            alone.clear()
        except Exception as fault:  # noqa: BLE001 -- each is noted alone, and says what is wrong
            if isinstance(fault, TROUBLE):
                rows.give_back()
            logger.warning("a group of %s can't be noted: %s", self.name, type(fault).__name__)
        try:
            self._note_each(alone, kept, now)
        finally:
            kept += alone
            self._ended.extend(kept)
            numbers = {row.pk for row, _ in kept}
            for row, _ in ended:
                if row.pk not in numbers:
                    self._let_go(row)

    def _claim_all(self, numbers: Sequence[int], at: datetime) -> list[Row]:
        if not numbers:
            return []
        fresh = _FRESH.replace("{table}", self.model._meta.db_table)
        with transaction.atomic():
            found = rows.read(fresh, {"fresh": self.model}, [list(numbers), at])
            claimed: list[Row] = [row for (row,) in found if self.rivals(row) is None]
            if claimed:
                self.begin_all(claimed, at)
            for row in claimed:
                row.attempts, row.claimed_at, row.due_at = 1, at, at + LEASE
            rows.update(claimed, ("due_at", "claimed_at", "attempts"))
        return claimed

    def _carry(self, row: Row, now: Now) -> None:
        """Make the try that was claimed; what worked is noted with others, what failed at once."""
        outcome: list[Any] = []
        try:
            self._make(row, now, lambda: outcome.append(self.outside(row, now)))
        finally:
            if outcome:
                self._ended.append((row, outcome[0]))
            else:
                self._let_go(row)

    def _settle_all(self, ended: Sequence[tuple[Row, Any]], now: Now) -> list[tuple[Row, Any]]:
        """Mark done what this process was the latest to try, and do what follows from it.

        Give what somebody else holds this moment: whoever holds many rows must wait for none.
        """
        with transaction.atomic():
            numbers = [row.pk for row, _ in ended]
            found = self.model._default_manager.filter(pk__in=numbers).order_by("pk")
            found = found.select_for_update(skip_locked=True, of=("self",))
            mine = {row.pk: row for row in found}
            done = [
                (mine[row.pk], outcome)
                for row, outcome in ended
                if row.pk in mine and _same_try(row, mine[row.pk])
            ]
            for row, _ in done:
                row.due_at = row.claimed_at = None
            if done:
                self.all_inside([row for row, _ in done], [outcome for _, outcome in done], now())
            rows.update([row for row, _ in done], ("due_at", "claimed_at", *self.columns))
        held = self.model._default_manager.filter(pk__in=set(numbers) - set(mine))
        others = set(held.values_list("pk", flat=True)) if len(mine) < len(numbers) else set()
        return [(row, outcome) for row, outcome in ended if row.pk in others]

    def _note_each(
        self, alone: deque[tuple[Row, Any]], kept: list[tuple[Row, Any]], now: Now
    ) -> None:
        """Note one after the other while the database is there; keep what it is too busy for."""
        while alone:
            least = self._note_alone(*alone[0], now)
            if least == FOREVER:
                return
            one = alone.popleft()
            if least:
                kept.append(one)

    def _note_alone(self, row: Row, outcome: Any, now: Now) -> float:
        """Note what became of one; give 0 if that is over, else as `least_tries` does."""
        try:
            self.settle(row, outcome, now)
        except Exception as fault:
            least = least_tries(fault)
            if isinstance(fault, TROUBLE):
                rows.give_back()
            if not least:
                logger.exception("what became of %s %s can't be noted", self.name, row.pk)
                self._fail(row, what_of(least, done=True), now())
            return least
        return 0


def _same_try(one: Row, other: Row) -> bool:
    return (one.claimed_at, one.attempts) == (other.claimed_at, other.attempts)
