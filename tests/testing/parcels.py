"""Parcels that workers carry, whatever befalls them: the durable core at work in a test."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

from django.db import OperationalError, connection, models

from dutydesk.database.batch import BatchKind
from dutydesk.database.durable import Now, WorkKind
from dutydesk.database.group import GroupKind
from dutydesk.database.owed_row import OwedRow
from dutydesk.ports.delivery import Undelivered

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PATIENCE = 20.0
Fault = Literal["fails", "dies", "freezes"]


class Parcel(OwedRow):
    """What is owed in these tests."""

    objects: ClassVar[models.Manager["Parcel"]] = models.Manager()
    place = models.CharField(max_length=1)
    crowd = models.CharField(max_length=1, default="x")
    poison = models.BooleanField()
    urgent = models.BooleanField(default=False)

    class Meta:
        app_label = "proof"


class Effect(models.Model):
    """That a parcel's work was done, or (`told`) that somebody was told that it won't be."""

    objects: ClassVar[models.Manager["Effect"]] = models.Manager()
    parcel = models.IntegerField()
    told = models.BooleanField()

    class Meta:
        app_label = "proof"


class Died(BaseException):
    """The worker is no more."""


class Fate:
    """What befalls a worker at its so-manieth statement, commit or word to the network."""

    def __init__(self, step: int, fault: Fault | None) -> None:
        self.step, self.fault = step, fault
        self.frozen, self.thawed = threading.Event(), threading.Event()

    def strike(self) -> None:
        self.step -= 1
        if self.fault is None or self.step >= 0 or (self.step < -1 and self.fault != "dies"):
            return
        if self.fault == "dies":  # And it does nothing any more, whatever it still tries.
            raise Died
        if self.fault == "fails":
            raise OperationalError("the database is away for a moment")
        self.frozen.set()
        assert self.thawed.wait(PATIENCE)

    def around(self, execute: Callable[..., Any], *given: Any) -> Any:
        self.strike()
        return execute(*given)


class Carrying(WorkKind[Parcel]):
    """Carries parcels: `fate` is this worker's, `tries` are kept by all of them."""

    name, noun = "proof.carry", "parcel"
    tries = 4

    def __init__(self, fate: Fate, began: list[tuple[int, int, datetime]]) -> None:
        super().__init__(Parcel)
        self.fate, self.began = fate, began

    def outside(self, row: Parcel, now: Now) -> None:
        self.began.append((row.pk, row.attempts, row.claimed_at or now()))
        self.fate.strike()
        if row.poison:
            raise Undelivered("it is broken")

    def inside(self, row: Parcel, outcome: None, at: datetime) -> None:
        Effect.objects.create(parcel=row.pk, told=False)

    def given_up(self, row: Parcel, failure: Undelivered, at: datetime) -> None:
        Effect.objects.create(parcel=row.pk, told=True)


class InOrder(Carrying):
    """Carries what is at one place in turn."""

    source: ClassVar[str] = "place"


class Together(Carrying, BatchKind[Parcel]):
    """Carries as much together as there is, in turn by place; alone what was in a bad batch.

    Parcels of each crowd are carried, whichever is the larger, and however places mix them.
    """

    source: ClassVar[str] = "place"
    chooser: ClassVar[str] = "place"
    crowd: ClassVar[str] = "crowd"
    most = 3

    def chosen(self) -> Sequence[str]:
        return "ab"

    def all_inside(self, rows: Sequence[Parcel], at: datetime) -> None:
        self.fate.strike()
        for row in rows:
            if row.poison:
                raise KeyError(row.pk)
            self.inside(row, None, at)


class Grouped(Carrying, GroupKind[Parcel]):
    """Begins what is due together, and notes together what has ended."""

    threads, spare = 4, 1

    def begin_all(self, claimed: Sequence[Parcel], at: datetime) -> None:
        self.fate.strike()

    def all_inside(self, done: Sequence[Parcel], outcomes: Sequence[None], at: datetime) -> None:
        for row in done:
            self.fate.strike()
            self.inside(row, None, at)


class Overtaken(Carrying):
    """Takes so long for its first try that a second one begins beside it, and takes longer."""

    def __init__(self) -> None:
        super().__init__(Fate(0, None), [])
        self.at, self.under_way, self.goes_on = AT, threading.Event(), threading.Event()

    def outside(self, row: Parcel, now: Now) -> None:
        if row.attempts == 1:
            self.at += 10 * SECOND
            self.second = threading.Thread(target=self.overtake, args=(row.pk,), daemon=True)
            self.second.start()
            assert self.under_way.wait(PATIENCE)
        else:
            self.under_way.set()
            assert self.goes_on.wait(PATIENCE)

    def overtake(self, number: int) -> None:
        try:
            self.attempt(number, lambda: self.at)
        finally:
            connection.close()
