"""Whatever rows owe is done, once in effect and in its order, whoever dies at whichever moment."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dutydesk.database import queue
from dutydesk.database.batch import BatchKind
from dutydesk.database.durable import LEASE
from dutydesk.kernel.retries import next_try
from testing.parcels import (
    AT,
    PATIENCE,
    SECOND,
    Carrying,
    Died,
    Effect,
    Fate,
    Fault,
    Grouped,
    InOrder,
    Overtaken,
    Parcel,
    Together,
)
from testing.tries import tries

STEPS = 22  # More than a worker has until the first parcel is done, each commit counted twice.


class Carriers(RuleBasedStateMachine):
    """Workers come, carry what is due, and fail, die or freeze in the middle of it."""

    kind: ClassVar[type[Carrying]] = Carrying

    def __init__(self) -> None:
        super().__init__()
        self.at, self.began = AT, list[tuple[int, int, datetime]]()
        self.frozen: list[tuple[threading.Thread, Carrying]] = []
        Effect.objects.all().delete()
        Parcel.objects.all().delete()

    @rule(
        place=st.sampled_from("ab"),
        poison=st.sampled_from([False, False, True]),
        crowd=st.sampled_from("xyz"),
    )
    def put(self, place: str, poison: bool, crowd: str = "x") -> None:
        Parcel.objects.create(place=place, poison=poison, crowd=crowd, due_at=self.at)

    @rule(step=st.integers(0, 30), fault=st.sampled_from([None, "fails", "dies", "freezes"]))
    def work(self, step: int, fault: Fault | None) -> None:
        if fault == "freezes" and len(self.frozen) > 1:
            return
        fate = Fate(step, fault)
        worker = self.kind(fate, self.began)
        thread = threading.Thread(target=self.carry, args=(worker,), daemon=True)
        thread.start()
        while thread.is_alive() and not fate.frozen.is_set():
            thread.join(0.002)
        if fate.frozen.is_set():
            self.frozen.append((thread, worker))

    def carry(self, worker: Carrying) -> None:
        """Do as a worker: sweep, and run what is due."""
        fate, commit = worker.fate, connection.commit

        def committing() -> None:
            fate.strike()
            commit()
            fate.strike()

        try:
            connection.commit = committing  # type: ignore[method-assign]
            with connection.execute_wrapper(fate.around):
                while isinstance(worker, BatchKind) and worker.together(lambda: self.at):
                    continue
                self.run(worker, due(worker, self.at))
        except (Died, DatabaseError):
            assert fate.step < 0
        finally:
            connection.commit = commit  # type: ignore[method-assign]
            connection.close()

    def run(self, worker: Carrying, numbers: list[int]) -> None:
        """Do what is due as a job does, one by one."""
        for number in numbers:
            worker.run(number, lambda: self.at)

    @rule(seconds=st.sampled_from([1, 2, 4, 7, 60]))
    def time_passes(self, seconds: int) -> None:
        self.at += seconds * SECOND

    @rule()
    def those_that_are_slow_say_that_they_live(self) -> None:
        for _, worker in self.frozen:
            worker.renew(at=self.at)

    @rule()
    def thaw(self) -> None:
        for thread, worker in self.frozen:
            worker.fate.thawed.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()
        self.frozen.clear()

    @invariant()
    def each_is_done_or_told_once_and_in_its_order(self) -> None:
        done = list(Effect.objects.order_by("id").values_list("parcel", flat=True))
        assert max(Counter(done).values(), default=1) == 1
        if self.kind.source:
            places = dict(Parcel.objects.values_list("pk", "place"))
            for place in "ab":
                here = [number for number in done if places[number] == place]
                assert here == sorted(here)

    @invariant()
    def nothing_is_tried_before_its_time(self) -> None:
        tries: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        for number, attempt, at in list(self.began):
            tries[number].append((at, attempt))
        for begun in tries.values():  # Two have one number if the database cut the first off.
            for (before, attempt), (at, _) in pairwise(sorted(begun)):
                assert at >= next_try(attempts=attempt, at=before)

    def teardown(self) -> None:
        self.thaw()
        last = self.at + timedelta(minutes=5)
        while (look := self.kind(Fate(0, None), []).next_look(at=self.at)) is not None:
            self.at = max(look, self.at)
            assert self.at < last, "something is owed for ever"
            self.work(0, None)
        self.each_is_done_or_told_once_and_in_its_order()
        self.nothing_is_tried_before_its_time()
        ended = dict(Effect.objects.values_list("parcel", "told"))
        for parcel in Parcel.objects.all():
            assert parcel.due_at is None and parcel.claimed_at is None
            assert ended[parcel.pk] or not parcel.poison
            assert not ended[parcel.pk] or parcel.attempts >= self.kind.tries


class CarriersInOrder(Carriers):
    kind = InOrder


class CarriersTogether(Carriers):
    kind = Together


class CarriersInGroups(Carriers):
    kind = Grouped

    def run(self, worker: Carrying, numbers: list[int]) -> None:
        assert isinstance(worker, Grouped)
        for make in worker.take_up(numbers, lambda: self.at).values():
            make()
        worker.note(lambda: self.at)


MACHINES = [Carriers, CarriersInOrder, CarriersTogether, CarriersInGroups]


def due(worker: Carrying, at: datetime) -> list[int]:
    """Give what a sweep queues."""
    queued: list[int] = []

    def keep(_task: str, *, lock: str, number: int) -> bool:
        queued.append(number)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "queue_again", keep)
        worker.sweep(at=at)
    return queued


@pytest.fixture
def tables(transactional_db: None) -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(Parcel)
        editor.create_model(Effect)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Parcel)
        editor.delete_model(Effect)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("fault", ["fails", "dies", "freezes"])
@pytest.mark.parametrize("machine", MACHINES)
def test_a_worker_that_is_overtaken_at_any_of_its_steps_does_nothing_twice(
    machine: type[Carriers], fault: Fault
) -> None:
    for step in range(STEPS):
        here = machine()
        here.put("a", poison=False)
        here.put("a", poison=step % 2 == 1)
        here.time_passes(4)
        here.work(step, fault)
        here.time_passes(7)
        here.work(99, None)
        here.thaw()
        here.each_is_done_or_told_once_and_in_its_order()
        here.teardown()


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.hypothesis  # For those who ask for all that is random.
def test_each_thing_is_done_once_in_its_order_whoever_dies_when(machine: type[Carriers]) -> None:
    run_state_machine_as_test(
        machine,
        settings=tries(4, stateful_step_count=25),
    )


@pytest.mark.usefixtures("tables")
def test_what_ends_each_worker_that_tries_it_waits_longer_each_time_and_is_put_aside() -> None:
    parcel = Parcel.objects.create(place="a", poison=False, due_at=AT)
    worker, at, claimed = Carrying(Fate(0, None), []), AT, list[datetime]()
    while parcel.due_at is not None:
        if worker.claim(parcel.pk, at) is not None:  # And its worker dies.
            claimed.append(at)
        parcel.refresh_from_db()
        at += SECOND
    assert [(later - before) / SECOND for before, later in pairwise(claimed)] == [6, 6, 8]
    assert Effect.objects.get(parcel=parcel.pk).told


@pytest.mark.usefixtures("tables")
def test_what_is_owed_from_later_on_is_swept_at_its_moment_and_what_is_new_left_to_its_job() -> (
    None
):
    moment = AT + 10 * SECOND
    later = Parcel.objects.create(place="a", poison=False, due_at=moment)
    worker = Carrying(Fate(0, None), [])
    assert due(worker, AT) == []
    assert worker.next_look(at=AT) == moment
    new = Parcel.objects.create(place="a", poison=False, due_at=moment)
    assert due(worker, moment) == [later.pk]
    assert due(worker, moment + worker.grace) == [later.pk, new.pk]


@pytest.mark.usefixtures("tables")
def test_a_try_that_was_overtaken_ends_without_the_one_that_overtook_it() -> None:
    parcel = Parcel.objects.create(place="a", poison=False, due_at=AT)
    worker = Overtaken()
    worker.attempt(parcel.pk, lambda: worker.at)
    worker.renew(at=worker.at + 5 * SECOND)
    parcel.refresh_from_db()
    assert (parcel.attempts, parcel.due_at) == (2, worker.at + 5 * SECOND + LEASE)
    worker.goes_on.set()
    worker.second.join(PATIENCE)
    parcel.refresh_from_db()
    assert parcel.due_at is None


@pytest.mark.usefixtures("tables")
def test_what_is_behind_something_else_at_its_place_can_t_be_claimed() -> None:
    first, second = (
        Parcel.objects.create(place="a", poison=False, due_at=AT + wait)
        for wait in (SECOND, 0 * SECOND)
    )
    worker = InOrder(Fate(0, None), [])
    assert worker.claim(second.pk, AT) is None
    assert worker.attempt(first.pk, lambda: AT + SECOND)
    assert worker.claim(second.pk, AT + SECOND) is not None


def put(*parcels: str) -> list[int]:
    """Owe parcels, each of a place and a crowd."""
    return [
        Parcel.objects.create(place=one[0], crowd=one[1], poison=False, due_at=AT).pk
        for one in parcels
    ]


def carried() -> list[int]:
    """Give the parcels of a batch, in the order in which they are carried."""
    before = set(Effect.objects.values_list("pk", flat=True))
    Together(Fate(0, None), []).together(lambda: AT)
    new = Effect.objects.exclude(pk__in=before).order_by("pk")
    return list(new.values_list("parcel", flat=True))


@pytest.mark.usefixtures("tables")
def test_a_large_crowd_delays_no_other_and_each_has_as_much_in_a_batch() -> None:
    *large, small, late = put("ax", "ax", "ax", "ax", "ax", "by", "by")
    assert carried() == [*large[:2], small]
    assert carried() == [*large[2:4], late]
    assert carried() == large[4:]


@pytest.mark.usefixtures("tables")
def test_what_is_before_it_at_its_place_is_carried_first_whatever_crowd_that_is_in() -> None:
    first, second, third, *others = put("ax", "ax", "ay", "bx", "bx")
    assert carried() == [first, second, third]
    assert carried() == others
    numbers = put("ax", "ax", "ax", "ax", "ay")
    assert carried() == numbers[:3]


@pytest.mark.usefixtures("tables")
def test_what_is_held_up_at_one_place_holds_up_nobody_else_of_its_crowd() -> None:
    stuck, *_ = put(*["ax"] * 20)
    others = put("bx", "bx")
    Parcel.objects.filter(pk=stuck).update(attempts=1, due_at=AT + timedelta(hours=1))
    assert carried() == others
