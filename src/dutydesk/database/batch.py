"""The durable core's way with many: what was never tried is done together, what fails one by one.

A batch is claimed as one row is (`durable`): committed before anything is done, so that a batch
that ends its worker counts as a try of each. It takes as much of each crowd, and nothing behind
what waits or is under way at its source, so the order of a source holds in every process.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, ClassVar

from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.db.models import Q

from dutydesk.database import rows
from dutydesk.database.durable import AGAIN, LEASE, Now, WorkKind
from dutydesk.database.owed_row import Row
from dutydesk.database.trouble import TROUBLE, is_away

logger = logging.getLogger(__name__)
MOST_FAULTS = 32
"""One that is bad among 512 is found after ten."""
Claimed = tuple[int, Any]
"""The number of a row that was claimed, and its source."""

# The first of each crowd is found by jumping from crowd to crowd in the index of what is owed. Each
# crowd has as many in a batch as any other: `near` are its first, but for sources whose first can't
# be taken up; `place` is where in it. With what was chosen comes what is before it at its source
# (`closed`), and what is behind anything that can't be taken up stays (`ready`). A source of which
# somebody else holds a row is left to them.
_CLAIM = """
WITH RECURSIVE head AS (
    (SELECT {crowd} AS crowd, id FROM {table}
     WHERE due_at IS NOT NULL ORDER BY {crowd}, id LIMIT 1)
    UNION ALL
    SELECT following.crowd, following.id FROM head CROSS JOIN LATERAL (
        SELECT {crowd} AS crowd, id FROM {table}
        WHERE due_at IS NOT NULL AND {crowd} > head.crowd ORDER BY {crowd}, id LIMIT 1
    ) AS following
), near AS (
    SELECT mine.*, row_number() OVER (PARTITION BY head.crowd ORDER BY mine.id) AS place
    FROM head CROSS JOIN LATERAL (
        SELECT id, {source} AS source, {weight} AS weight
        FROM {table} AS owed CROSS JOIN LATERAL (
            SELECT {fresh} AS goes FROM {table} AS first
            WHERE first.due_at IS NOT NULL AND first.{source} = owed.{source}
            ORDER BY first.id LIMIT 1
        ) AS first
        WHERE due_at IS NOT NULL AND {crowd} = head.crowd AND id >= head.id AND {fresh} AND goes
        ORDER BY id LIMIT (SELECT 1 + 2 * %(most)s / count(*) FROM head)
    ) AS mine
), chosen AS (
    SELECT source, min(place) AS place, max(id) AS last FROM (
        SELECT id, source, place, sum(weight) OVER (ORDER BY place, id) - weight AS before FROM near
    ) AS waiting WHERE before < %(heaviest)s GROUP BY source ORDER BY min(place), max(id)
    LIMIT %(most)s
), closed AS (
    SELECT chosen.source, mine.id, mine.weight,
        chosen.place + row_number() OVER (PARTITION BY chosen.source ORDER BY mine.id) AS place,
        bool_and(mine.fresh) OVER (PARTITION BY chosen.source ORDER BY mine.id) AS ready
    FROM chosen CROSS JOIN LATERAL (
        SELECT id, {weight} AS weight, {fresh} AS fresh FROM {table}
        WHERE due_at IS NOT NULL AND {source} = chosen.source
            AND id BETWEEN (SELECT min(id) FROM head) AND chosen.last
        ORDER BY id LIMIT %(most)s
    ) AS mine
), found AS (
    SELECT source, id FROM (
        SELECT source, id, place, sum(weight) OVER (ORDER BY place, id) - weight AS before
        FROM closed WHERE ready
    ) AS waiting WHERE before < %(heaviest)s ORDER BY place, id LIMIT %(most)s
), locked AS MATERIALIZED (
    SELECT mine.id FROM (SELECT id FROM found ORDER BY id OFFSET 0) AS found CROSS JOIN LATERAL (
        SELECT id FROM {table} AS owed WHERE owed.id = found.id AND {fresh}
        FOR UPDATE SKIP LOCKED
    ) AS mine
), mine AS (
    SELECT found.id, source, bool_and(locked.id IS NOT NULL) OVER (PARTITION BY source) AS whole
    FROM found LEFT JOIN locked USING (id)
)
UPDATE {table} AS row SET attempts = 1, claimed_at = %(at)s, due_at = %(until)s
WHERE row.id = ANY (ARRAY(SELECT id FROM mine WHERE whole)) RETURNING row.id, row.{source}
"""
# A claim that is lost with the server's last moment is a try that was never counted. And what the
# server knows of the table is from before the storm: as if few rows waited, it would read them all
# and sort them, where the index has the first of them in order.
_HOW_TO_CLAIM = """
SELECT set_config('synchronous_commit', 'off', true), set_config('enable_bitmapscan', 'off', true),
    set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true)
"""
# Written so that what is looked for by its key is not looked for in an index of all that waits.
_FRESH = """(attempts = 0 AND claimed_at IS NULL AND coalesce(due_at <= %(soon)s, false)
    AND {column} = ANY(%(values)s))"""


_CLAIMED = """
SELECT {claimed} FROM {table} AS claimed
WHERE id = ANY(%s::bigint[]) AND claimed_at = %s AND attempts = 1 ORDER BY id FOR UPDATE
"""


class BatchKind(WorkKind[Row]):
    """Work of which what was never tried may be done many at a time, in order by source.

    `most`: so many in a batch, and no more once they weigh as much as `heaviest`, each its
    `weight`, in SQL. `crowd`: the column whose rows wait for each other's sake only: of each crowd
    as many are in a batch, so a large one delays no other. `chooser`: the column that says whether
    a row may be in one. `noted`: the columns that a batch may change.
    `wakes` is called when something waits for a batch; whoever does them in this process sets it.
    """

    most: ClassVar[int] = 512
    weight: ClassVar[str] = "1"
    heaviest: ClassVar[int] = 2_000_000
    chooser: ClassVar[str]
    crowd: ClassVar[str]
    noted: ClassVar[tuple[str, ...]] = ()

    def __init__(self, model: type[Row]) -> None:
        """Do what rows of this model owe."""
        super().__init__(model)
        self.wakes: Callable[[], None] = lambda: None

    # What a room says of its work.

    def chosen(self) -> Sequence[str]:
        """Give the values of the `chooser` whose rows may be done together."""
        raise NotImplementedError

    def all_inside(self, rows: Sequence[Row], at: datetime) -> None:
        """Do what is done once in effect for all; in the transaction that marks them done."""
        raise NotImplementedError

    # What the core does with it.

    def together(self, now: Now) -> int:
        """Do a batch of what was never tried; give how many it took up.

        If it fails, each half of it is tried, and so on, until what is bad is found and tried
        alone. What that takes too long for is left to jobs: others wait for the next batch.
        """
        at = now()
        claimed = self._claim_all(at)
        if not claimed:
            return 0
        this = _claimed(claimed, at)
        self._under_way.append(this)
        try:
            left = self._settle_in_parts(claimed, at, now)
            self._release(left, at, now())
        finally:
            self._under_way.remove(this)
        return len(claimed)

    def sweep(self, *, at: datetime) -> int:
        """Queue what is due and has no job, but for what waits for a batch: that only wakes."""
        if self.owed().filter(self._untried(), self.is_due(at)).exists():
            self.wakes()
        return super().sweep(at=at)

    def run(self, number: int, now: Now) -> None:
        """Try what is due at the source of this one, in turn, up to what a batch does."""
        mine = self.model._default_manager.filter(pk=number)
        for source in mine.values_list(self.source, flat=True):
            while (first := self._first(source)) is not None and self._alone(first, now):
                continue
        self.wakes()

    def _alone(self, number: int, now: Now) -> bool:
        """Try one, unless it is left to a batch; give whether it owes nothing any more."""
        left = self.owed().filter(self._untried(), pk=number).exists()
        return not left and self.attempt(number, now)

    def _fresh(self, at: datetime) -> Q:
        return super()._fresh(at) | self._untried()

    def _untried(self) -> Q:
        """Give what is left to a batch."""
        return Q(**{f"{self.chooser}__in": self.chosen()}, attempts=0)

    def _claim_all(self, at: datetime) -> list[tuple[int, str]]:
        """Take what comes first everywhere, with its source, in order."""
        asked = {"at": at, "until": at + LEASE, "values": list(self.chosen())}
        asked |= {"soon": at + self.ahead, "most": self.most, "heaviest": self.heaviest}
        with transaction.atomic():
            rows.run(_HOW_TO_CLAIM)
            return sorted(rows.run(_CLAIM.format(**self._named()), asked).fetchall())

    def _named(self) -> dict[str, str]:
        meta = self.model._meta
        named = {"table": meta.db_table, "source": self.source, "crowd": self.crowd}
        return named | {"weight": self.weight, "fresh": _FRESH.format(column=self.chooser)}

    def _settle_all(self, numbers: Sequence[int], at: datetime, now: Now) -> None:
        """Do all of it and mark it done, if this batch is still the latest to have tried it."""
        with transaction.atomic():
            claimed = _CLAIMED.replace("{table}", self.model._meta.db_table)
            found = rows.read(claimed, {"claimed": self.model}, [numbers, at])
            mine: list[Row] = [row for (row,) in found]
            if len(mine) != len(numbers):
                return  # Whoever took some of it over does it in its order.
            for row in mine:
                row.due_at = row.claimed_at = None
            self.all_inside(mine, now())
            rows.update(mine, ("due_at", "claimed_at", *self.noted))

    def _settle_in_parts(
        self, claimed: Sequence[Claimed], at: datetime, now: Now
    ) -> Sequence[Claimed]:
        """Do all that can be done together; give what is left to be tried in turn.

        What is behind one that fails at its source waits for it.
        """
        parts, left = [list(claimed)], list[Claimed]()
        stuck, faults = set[Any](), 0
        while parts:
            part = parts.pop()
            left += [one for one in part if one[1] in stuck]
            part = [one for one in part if one[1] not in stuck]
            away = self._trouble_with(part, at, now) if part else None
            if away is None:
                continue
            faults += 1
            if away or faults > MOST_FAULTS:
                left += chain(part, *reversed(parts))
                break
            if len(part) == 1:
                stuck |= self._fail_alone(part[0], at, now)
            else:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
        return left

    def _trouble_with(self, part: Sequence[Claimed], at: datetime, now: Now) -> bool | None:
        """Do what was claimed together; None if that went well.

        Else say whether the database's own trouble was in the way.
        """
        try:
            self._settle_all([number for number, _ in part], at, now)
        except Exception as fault:  # noqa: BLE001 -- what it is about says so, alone
            away = is_away(fault)
            if isinstance(fault, TROUBLE):
                rows.give_back()
            logger.warning("%d of %s failed: %s", len(part), self.name, type(fault).__name__)
            return away
        return None

    def _fail_alone(self, one: Claimed, at: datetime, now: Now) -> set[Any]:
        """Try alone what can't be done with others; give its source if others wait for it."""
        number, source = one
        self._release([one], at, now())
        try:
            return set() if self.attempt(number, now) else {source}
        except Exception:
            logger.exception("%s %s failed", self.name, number)
            return {source}

    def _release(self, left: Sequence[Claimed], claimed_at: datetime, at: datetime) -> None:
        """Let what is left be tried alone; if that fails too, once its lease is over."""
        if not left:
            return
        try:
            this = self.model._default_manager.filter(_claimed(left, claimed_at))
            this.update(due_at=at, claimed_at=None)
        except DatabaseTrouble:
            rows.give_back()
        AGAIN.set()


def _claimed(these: Sequence[Claimed], at: datetime) -> Q:
    """Give what finds these as long as nobody has claimed them since."""
    return Q(pk__in=[number for number, _ in these], claimed_at=at, attempts=1)
