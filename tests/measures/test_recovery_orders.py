"""Whatever happens to incidents, in whatever order, lengths run between the times that are so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.incidents.models import Incident
from dutydesk.kernel.refusals import Refused
from dutydesk.measures.flows import tallies
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.rules.choices import PeriodChoice, day_range
from dutydesk.measures.rules.steps import SPANS
from dutydesk.process.flows import process
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.incidents", "measure.recovery")]
Step = tuple[str, int, int, int]
STATES = {"update": "open", "resolve": "open", "merge": "open", "reopen": "resolved mistake"}
WAITS = (1, 45, 60 * 14, 60 * 24 * 3)


@dataclass
class Past:
    """What is so of one incident, as somebody would write it on paper."""

    state: str
    declared: datetime
    fault: datetime | None = None
    back: datetime | None = None
    over: datetime | None = None
    word: datetime | None = None
    guessed: bool = False
    whole: int | None = None

    def lengths(
        self, first: datetime, word: datetime | None
    ) -> Iterator[tuple[str, datetime | None, datetime | None]]:
        """Give each length that is measured, with when it begins and ends.

        It was declared `first`, and first told of, with what is part of it. Without a word of when
        it began, it was noticed as it was declared.
        """
        noticed = None if self.fault else first
        known = self.fault or noticed
        yield "first-word", first, word
        if self.guessed:
            return
        yield "recovery", known, self.back or self.over
        yield "repair", known, self.back
        yield "resolve", known, self.over
        yield "detect", self.fault, noticed
        yield "declare", noticed, first


class Pasts:
    """The desk, and beside it the same on paper."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.paper: dict[int, Past] = {}

    def take(self, step: Step) -> None:
        """Let it happen to one of the incidents, if the desk allows it then; time passes."""
        what, which, how, other = step
        states = STATES.get(what, "open resolved mistake").split()
        fitting = [n for n, one in self.paper.items() if one.state in states]
        try:
            if what == "declare" or not fitting:
                self._declare(how, other)
            else:
                number = fitting[which % len(fitting)]
                getattr(self, f"_{what}")(number, self.paper[number], how, other)
        except Refused:
            pass
        self.world.at += timedelta(minutes=WAITS[other % len(WAITS)])

    def _ago(self, how: int) -> datetime | None:
        return self.world.at - timedelta(minutes=7 * how) if how else None

    def _press(self, what: str, number: int, **values: Any) -> None:
        sent = {name: value for name, value in values.items() if value is not None}
        for name, value in sent.items():
            sent[name] = value.isoformat() if isinstance(value, datetime) else value
        self.world.press("Ada", f"incident.{what}", f"incident:{number}", **sent)

    def _declare(self, how: int, other: int) -> None:
        began = self._ago(how)
        back = self._ago(how // 2) if other % 5 == 0 and how > 1 else None
        sent = {"began": began, "repaired": back}
        form = {name: one.isoformat() for name, one in sent.items() if one is not None}
        about = self.world.press(
            "Ada", "incident.declare", "new", title="Down", another="yes", user_impact="yes",
            **form,
        ).show  # fmt: skip
        at = self.world.at
        past = Past("open", at, began)
        if back is not None:
            past.state, past.back, past.over, past.word = "resolved", back, at, at
        self.paper[int(about.partition(":")[2])] = past

    def _resolve(self, number: int, past: Past, how: int, other: int) -> None:
        back = self._ago(how)
        self._press("resolve", number, text="Over", repaired=back)
        past.state, past.back, past.over = "resolved", back or self.world.at, self.world.at
        past.word = past.word or self.world.at

    def _update(self, number: int, past: Past, how: int, other: int) -> None:
        self._press("update", number, text="We look into it", next="30")
        past.word = past.word or self.world.at

    def _reopen(self, number: int, past: Past, how: int, other: int) -> None:
        self._press("reopen", number, reason="It goes on")
        past.state, past.back, past.over = "open", None, None

    def _mistake(self, number: int, past: Past, how: int, other: int) -> None:
        self._press("mistake", number, reason="No", parts_too="yes" if other % 2 else "")
        past.state, past.over = "mistake", past.over or self.world.at
        for one in self.paper.values():
            if one.whole == number:
                one.state, one.whole = "mistake", None

    def _correct(self, number: int, past: Past, how: int, other: int) -> None:
        began, back = self._ago(how), self._ago(other) if past.state != "open" else None
        guessed = how % 3 == 1
        self._press(
            "correct", number, title=f"Down {self.world.at:%d %H:%M}", user_impact="yes",
            began=began, repaired=back, estimated="yes" if guessed else "", reason="So it was",
        )  # fmt: skip
        past.fault, past.guessed = began, guessed
        past.back = past.back if past.state == "open" else back

    def _merge(self, number: int, past: Past, how: int, other: int) -> None:
        others = [n for n, one in self.paper.items() if one.state == "open" and n != number]
        if not others:
            return
        into = others[how % len(others)]
        self._press("merge", number, into=str(into), reason="One cause")
        whole = self.paper[into]
        first = min((whole, into), (past, number), key=lambda one: self._began(*one))[0]
        whole.fault, whole.guessed = first.fault, first.guessed
        past.state, past.over, past.whole = "merged", self.world.at, into
        for one in self.paper.values():
            one.whole = into if one.whole == number else one.whole

    def _whole(self, number: int) -> list[Past]:
        """Give an incident with what is part of it."""
        return [self.paper[number], *(one for one in self.paper.values() if one.whole == number)]

    def _began(self, past: Past, number: int) -> datetime:
        return past.fault or min(one.declared for one in self._whole(number))

    def check(self, choice: PeriodChoice) -> None:
        """Compare what each figure says with the paper."""
        clock = process.in_force().clock(choice.clock)
        counted = {
            number: one
            for number, one in self.paper.items()
            if one.state in ("open", "resolved") and one.declared in choice.period
        }
        told = {
            figure.name: figure.value
            for subject in SUBJECTS
            if subject.name in ("incidents", "recovery")
            for figure in subject.figures(choice, at=self.world.at).figures
        }
        assert told["incidents"] == len(counted)
        found: dict[str, list[float]] = {}
        for number, one in counted.items():
            whole = self._whole(number)
            first = min(each.declared for each in whole)
            word = min((each.word for each in whole if each.word), default=None)
            for name, start, end in one.lengths(first, word):
                if start and end and end >= start:
                    found.setdefault(name, []).append(clock.between(start, end).total_seconds())
        for name in (one.name for one in SPANS):
            assert _seconds(told[name]) == _of(median, found.get(name)), (name, choice.clock)
        assert _seconds(told["recovery-mean"]) == _of(mean, found.get("recovery"))
        assert _seconds(told["recovery-p90"]) == _of(_p90, found.get("recovery"))


def _seconds(value: Any) -> Any:
    return pytest.approx(value.total_seconds(), abs=0.01) if value is not None else None


def _p90(lengths: list[float]) -> float:
    """Give what nine of ten were within; between two of them in proportion."""
    whole, part = divmod(0.9 * (len(lengths) - 1), 1)
    before, *after = sorted(lengths)[int(whole) : int(whole) + 2]
    return before + part * (after[0] - before) if after else before


def _of(count: Any, lengths: list[float] | None) -> float | None:
    return count(lengths) if lengths else None


STEPS = st.tuples(
    st.sampled_from(["declare", "update", "resolve", "reopen", "correct", "merge", "mistake"]),
    st.integers(0, 3), st.integers(0, 40), st.integers(0, 11),
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(World, "settle", lambda _: None)
    return World(tmp_path, "2026-10-23T16:20")  # The clocks go back, and a month ends, soon after.


@settings(settings.get_profile("orders"))
@given(steps=st.lists(STEPS, min_size=6, max_size=14))
@pytest.mark.long
def test_lengths_are_those_of_a_slow_count_whatever_happened(
    world: World, steps: list[Step]
) -> None:
    with transaction.atomic():
        world.at = world.moment("2026-10-23T16:20")
        pasts = Pasts(world)
        for step in (("declare", 0, 3, 1), *steps):
            pasts.take(step)
        assert Incident.objects.count() == len(pasts.paper)
        world.at += timedelta(days=30)
        for _ in range(2):
            for name in ("elapsed", "support"):
                for last in (date(2026, 10, 31), date(2027, 1, 31)):
                    pasts.check(day_range(date(2026, 10, 1), last, world.zone, name))
            tallies.tally_all(at=world.at)
        transaction.set_rollback(True)
