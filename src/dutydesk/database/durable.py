"""The durable core: what rows owe is done at least once, at most once in effect, whoever dies.

A row owes something until its `due_at` is null. One try claims it: that is committed first, with
the moment from which the row is anybody's again; whoever tries says now and then that it still
does (`renew`). What is done is marked done in the transaction that does it; what fails waits longer
each time, and is put aside after so many tries. See decision 29.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Generic

from django.db import transaction
from django.db.models import Min, OuterRef, Q, QuerySet, Subquery, Value

from dutydesk.database import queue, rows
from dutydesk.database.owed_row import Row, latest
from dutydesk.database.trouble import FOREVER, TROUBLE, least_tries, what_of
from dutydesk.kernel.retries import LONGEST, next_try
from dutydesk.ports.delivery import Undelivered

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=6)
"""So long after its worker was last heard of, another may take a try over."""
GRACE = timedelta(seconds=3)
DIED = "whoever tried it died each time"
Now = Callable[[], datetime]
_TURN = timedelta(seconds=1)
_BACKLOG = timedelta(seconds=2)
_BATCH = 500

_DUE = """
SELECT {columns} FROM {tables} WHERE row.id = %s
AND (row.due_at <= %s OR row.attempts = 0 AND row.due_at <= %s) FOR UPDATE OF row SKIP LOCKED
"""
_LATEST = """
SELECT {columns} FROM {tables}
WHERE row.id = %s AND row.claimed_at = %s AND row.attempts = %s FOR UPDATE OF row
"""


@dataclass(frozen=True)
class Rivals(Generic[Row]):
    """The other rows that switch the same thing, of which only the newest counts; their `name`."""

    name: str
    rows: "QuerySet[Row]"


class WorkKind(Generic[Row]):
    """One kind of work that rows of one table owe. A room says what it is in a class of its own.

    `name`: of its jobs, for good. `noun`: what one is called in health and metrics. `columns`: what
    the room's part may change of a row, `related` what it reads beside it. `tries`: after so many
    it is put aside; None for never. `source`: the column whose rows are done in turn. `since`: the
    column from which on one that is still owed is late. `grace`: so long what was never tried is
    left to the job that was queued with it. `ahead`: so much later than here it may be where a row
    was made; what was never tried is not waited for so long. `numbered`: each try is kept by its
    number, which no other has; else a try that the database cut off counts as none. `once`: what
    was done outside is not done again because it can't be noted.
    """

    name: ClassVar[str]
    noun: ClassVar[str]
    numbered: ClassVar[bool] = False
    once: ClassVar[bool] = False
    columns: ClassVar[tuple[str, ...]] = ()
    related: ClassVar[tuple[str, ...]] = ()
    tries: ClassVar[int | None] = None
    longest: ClassVar[timedelta] = LONGEST
    source: ClassVar[str] = ""
    since: ClassVar[str] = "due_at"
    grace: ClassVar[timedelta] = GRACE
    ahead: ClassVar[timedelta] = timedelta(0)

    def __init__(self, model: type[Row]) -> None:
        """Do what rows of this model owe."""
        self.model = model
        self._under_way: list[Q] = []
        self._later: list[int] = []  # What was owed from later on: no job does it by then.
        self._cut_off: deque[Q] = deque(maxlen=1_000)  # Whose tries lived, and could not say so.

    # What a room says of its work.

    def rivals(self, row: Row) -> "Rivals[Row] | None":
        """Give the rows of which only the newest counts; None where each counts."""

    def superseded(self, row: Row, at: datetime) -> None:
        """Note that a newer one takes this one's place; in the transaction that lets it be."""

    def begin(self, row: Row, at: datetime) -> bool:
        """Note that a try begins, or say no to it; in the transaction of the claim."""
        return True

    def outside(self, row: Row, now: Now) -> Any:
        """Do what no transaction is open for. May raise Undelivered."""

    def inside(self, row: Row, outcome: Any, at: datetime) -> None:
        """Do what is done once in effect; in the transaction that marks it done."""

    def failed(self, row: Row, failure: Undelivered, at: datetime) -> None:
        """Note why it did not work this time; in the transaction that owes it again."""

    def given_up(self, row: Row, failure: Undelivered, at: datetime) -> None:
        """Tell somebody that it won't be; in the transaction that puts it aside."""

    # What the core does with it.

    def owe_all(self, numbers: list[int]) -> None:
        """Wake a worker once this transaction, which lets rows owe something, is committed."""
        queue.queue_all(self.name, [{"number": number} for number in numbers])

    def run(self, number: int, now: Now) -> None:
        """Try the row if it is due; where order counts, whatever is due at its source, in turn."""
        if not self.source:
            self.attempt(number, now)
            return
        mine = self.model._default_manager.filter(pk=number)
        for source in mine.values_list(self.source, flat=True):
            while (first := self._first(source)) is not None and self.attempt(first, now):
                continue

    def attempt(self, number: int, now: Now) -> bool:
        """Make one try, if the row is due and free; give whether it owes nothing any more."""
        row = self.claim(number, now())
        if row is None:
            return False
        handed: list[Any] = []

        def try_() -> None:
            handed.append(self.outside(row, now))
            self.settle(row, handed[0], now)

        self._hold(row)
        try:
            return self._make(row, now, try_, handed)
        finally:
            self._let_go(row)

    def _make(self, row: Row, now: Now, try_: Callable[[], object], handed: Any = ()) -> bool:
        """Make a try of what is claimed; what fails is owed again, or put aside."""
        try:
            try_()
        except Undelivered as failure:
            return self._fail(row, failure, now())
        except Exception as fault:
            least = least_tries(fault)
            if isinstance(fault, TROUBLE):
                rows.give_back()  # It may be broken; the next one is not.
            self._fail(row, what_of(least, done=bool(handed) and self.once), now(), least)
            raise
        return True

    def _hold(self, row: Row) -> None:
        """Keep a try that is under way (`renew`), until it is let go."""
        self._under_way.append(latest(row))

    def _let_go(self, row: Row) -> None:
        self._under_way.remove(latest(row))  # Not the one that has overtaken it here.

    def renew(self, *, at: datetime) -> None:
        """Keep the tries that are under way in this process; a frozen process keeps none."""
        tries = list(self._under_way)
        if not tries:
            return
        with transaction.atomic():  # One that is being settled this moment needs no more time.
            held = self.model._default_manager.filter(reduce(or_, tries)).order_by("pk")
            numbers = [row.pk for row in held.select_for_update(skip_locked=True, of=("self",))]
            self.model._default_manager.filter(pk__in=numbers).update(due_at=at + LEASE)

    def sweep(self, *, at: datetime) -> int:
        """Queue what is due and has no job: what was put off, and what lost it. Give how many."""
        due = self._ready().filter(self.is_due(at)).exclude(self._fresh(at))
        due = due.order_by("due_at", "pk")
        return sum(
            queue.queue_again(self.name, lock=f"{self.name}:{number}", number=number)
            for number in due.values_list("pk", flat=True)[:_BATCH]
        )

    def next_look(self, *, at: datetime) -> datetime | None:
        """Give when to sweep next; None if nothing is owed. Keeps in mind what is due later."""
        near = list(self.owed().order_by("due_at").values_list("pk", "due_at")[:_BATCH])
        self._later = [number for number, due in near if due > at]
        first: datetime | None = near[0][1] if near else None
        return at + _BACKLOG if first is not None and first <= at else first

    def oldest(self) -> "QuerySet[Any, Any]":
        """Give its noun, and since when the oldest is or will be late; nothing if none is owed."""
        named = self._ready().order_by().annotate(noun=Value(self.noun)).values("noun")
        return named.annotate(oldest=Min(self.since)).values_list("noun", "oldest")

    def owed(self) -> "QuerySet[Row]":
        """Give what owes something, now or later."""
        found: QuerySet[Row] = self.model._default_manager.filter(due_at__isnull=False)
        return found

    def is_due(self, at: datetime) -> Q:
        """Give what holds of a row that may be taken up now; who says otherwise has its `hold`."""
        untried = Q(attempts=0, due_at__lte=at + self.ahead)
        return Q(due_at__lte=at) | untried if self.ahead else Q(due_at__lte=at)

    def _fresh(self, at: datetime) -> Q:
        """Give what is left to the job that was queued with it."""
        return Q(attempts=0, due_at__gt=at - self.grace) & ~Q(pk__in=self._later)

    def _ready(self) -> "QuerySet[Row]":
        """Give what is owed and behind nothing else."""
        owed = self.owed()
        if not self.source:
            return owed
        # Asked row by row, after whatever else is asked: of a storm few rows are ever looked at.
        first = self.owed().filter(**{self.source: OuterRef(self.source)}).order_by("pk")
        return owed.filter(pk=Subquery(first.values("pk")[:1]))

    def _first(self, source: Any) -> int | None:
        owed = self.owed().filter(**{self.source: source}).order_by("pk")
        return owed.values_list("pk", flat=True).first()

    def claim(self, number: int, at: datetime) -> Row | None:
        """Take a row that is due for one try; None if it isn't due, or somebody else's."""
        with transaction.atomic():
            row = self.hold(number, at)
            if row is None or self._is_behind(row):
                return None
            mine = self._has_rested(row, at) and self._in_turn(row, at) and self.begin(row, at)
            if mine:
                row.attempts, row.claimed_at, row.due_at = row.attempts + 1, at, at + LEASE
            else:
                row.claimed_at = None
            self._save(row)
        if not mine:
            AGAIN.set()
        return row if mine else None

    def hold(self, number: int, at: datetime) -> Row | None:
        """Lock a row, with what is related, if `is_due` holds of it and nobody else has it."""
        return self._read(_DUE, [number, at, at + self.ahead])

    def _read(self, statement: str, values: Sequence[Any]) -> Row | None:
        return next(iter(rows.read_related(statement, self.model, self.related, values)), None)

    def _is_behind(self, row: Row) -> bool:
        """Say whether something at its source comes first."""
        return bool(self.source) and self._first(getattr(row, self.source)) != row.pk

    def _has_rested(self, row: Row, at: datetime) -> bool:
        """Say whether a try whose worker died is long enough ago; else the row is due then.

        What ends every worker that tries it is put aside too.
        """
        if row.claimed_at is None:
            return True
        if latest(row) in self._cut_off:
            row.due_at = self._again(row, row.claimed_at)
            self._uncount(row)
            return row.due_at <= at
        if self.is_spent(row):
            row.due_at = None
            self.given_up(row, Undelivered(DIED, uncertain=True), at)
            return False
        row.due_at = self._again(row, row.claimed_at)
        return row.due_at <= at

    def is_spent(self, row: Row) -> bool:
        """Say whether it was tried often enough."""
        return self.tries is not None and row.attempts >= self.tries

    def _in_turn(self, row: Row, at: datetime) -> bool:
        """Say whether a row may be tried beside its rivals: after older ones, and before none."""
        rivals = self.rivals(row)
        if rivals is None:
            return True
        if not rows.try_lock(f"{self.name}:{rivals.name}"):  # First: what it saw before is old.
            row.due_at = at + _TURN
            return False
        if rivals.rows.filter(pk__gt=row.pk).exists():
            row.due_at = None
            self.superseded(row, at)
            return False
        older = rivals.rows.filter(pk__lt=row.pk, claimed_at__isnull=False, due_at__gt=at)
        if older.exists():
            row.due_at = at + _TURN
            return False
        return True

    def _mine(self, row: Row) -> Row | None:
        """Give the row, locked, if this try is still the latest one."""
        return self._read(_LATEST, [row.pk, row.claimed_at, row.attempts])

    def settle(self, row: Row, outcome: Any, now: Now) -> None:
        """Do what is done once in effect, and mark the row done, if this try is the latest one."""
        with transaction.atomic():
            mine = self._mine(row)
            if mine is not None:
                mine.due_at = mine.claimed_at = None
                self.inside(mine, outcome, now())
                self._save(mine)

    def _uncount(self, row: Row) -> None:
        """Let a try that the database cut off be none, but for a first: it is not new any more."""
        if not self.numbered:
            row.attempts = max(1, row.attempts - 1)

    def _fail(self, row: Row, failure: Undelivered, at: datetime, least: float = 0) -> bool:
        """Owe it again, later, or put it aside; give whether it owes nothing any more.

        `least`: so often it is tried at least. What the database cut off is never put aside.
        """
        try:
            with transaction.atomic():
                mine = self._mine(row)
                if mine is None:
                    return False
                mine.claimed_at = None
                spent = self.is_spent(mine) and mine.attempts >= least
                if failure.permanent or spent:
                    mine.due_at = None
                    self.given_up(mine, failure, at)
                else:
                    mine.due_at = self._again(mine, at, failure.retry_after)
                    self.failed(mine, failure, at)
                if least == FOREVER:
                    self._uncount(mine)
                self._save(mine)
        except TROUBLE:
            if least:
                self._cut_off.append(latest(row))
            logger.warning("%s %s failed, and is owed still", self.name, row.pk)
            return False
        AGAIN.set()
        return mine.due_at is None

    def _again(self, row: Row, at: datetime, retry_after: timedelta | None = None) -> datetime:
        longest = self.longest
        return next_try(attempts=row.attempts, at=at, retry_after=retry_after, longest=longest)

    def _save(self, row: Row) -> None:
        rows.save(row, ("due_at", "claimed_at", "attempts", *self.columns))


AGAIN = threading.Event()
"""Set when this process puts something off: whoever sweeps looks when that is due."""
