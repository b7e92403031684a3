"""A page is a function of what fires: held to obvious models, whatever is told in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.alert_state import AlertState, next_state
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.incidents.models import Incident
from dutydesk.oncall.models import Page, PageItem
from dutydesk.process.flows import process
from testing.world import World

LAG = timedelta(minutes=6)
START = datetime(2026, 11, 24, 11, tzinfo=UTC)
ORDERS = settings.get_profile("orders")
SLOWLY = settings(ORDERS, max_examples=2 * ORDERS.max_examples)


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


@dataclass(frozen=True)
class Spell:
    """One real firing, in minutes; one that is `back` has the beginning of the one before."""

    starts: int
    ends: int
    back: bool


@dataclass(frozen=True)
class Telling:
    """What one peer says about the one alert, and when that arrives."""

    arrives: float
    firing: bool
    starts: float
    ends: float | None


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Spell], list[Telling]]:
    """Draw what really fired, and what a pair of peers that is at most 3 minutes late told of it.

    Each tells of its own beginning, up to 20 seconds apart, and tells things twice.
    """
    spells: list[Spell] = []
    now = 5
    for _ in range(draw(st.integers(1, 4))):
        back = bool(spells) and draw(st.booleans())
        now += draw(st.integers(10 if back else 1, 30))
        ends = now + draw(st.integers(1, 40))
        spells.append(Spell(now, ends, back))
        now = ends
    tellings = []
    for _ in range(2):
        apart = draw(st.integers(0, 20)) / 60
        last = 0.0
        begun = 0.0
        for spell in spells:
            begun = begun if spell.back else spell.starts + apart
            for at, ends_at in ((spell.starts + apart, None), (spell.ends, float(spell.ends))):
                for _ in range(draw(st.integers(1, 2))):
                    last = max(last, at + draw(st.integers(0, 180)) / 60)
                    tellings.append(Telling(last, ends_at is None, begun, ends_at))
    return spells, sorted(tellings, key=lambda one: one.arrives)


def told(one: Telling, name: str = "a", severity: str = "critical") -> Told:
    return Told(
        name,
        one.firing,
        {"alertname": name, "severity": severity},
        {"summary": f"{name} is wrong"},
        minutes(one.starts),
        None if one.ends is None else minutes(one.ends),
    )


@settings(max_examples=300, deadline=None)
@given(histories())
def test_in_the_end_the_desk_believes_what_is_so(
    history: tuple[list[Spell], list[Telling]],
) -> None:
    """And each firing that lasts longer than peers can be late has begun once, and none twice."""
    spells, tellings = history
    state: AlertState | None = None
    begun: list[AlertState] = []
    for one in tellings:
        at = minutes(one.arrives)
        if state is not None and state.doubt_until is not None and state.doubt_until < at:
            state = _looked_at(state, state.doubt_until)
            begun.append(state)
        state = next_state(state, told(one), at=at, peer_lag=LAG, ordered=False)
        if state.began or state.restarted:
            begun.append(state)
    assert state is not None
    assert not state.firing and state.doubt_until is None
    for number, spell in enumerate(spells):
        count = sum(_is_of(one, spells, number) for one in begun)
        assert count <= 1
        if spell.ends - spell.starts > 10:
            assert count == 1, (spell, begun)
    assert len(begun) <= len(spells)


def _looked_at(state: AlertState, at: datetime) -> AlertState:
    again = Told("a", True, {}, {}, state.starts_at)
    return next_state(state, again, at=at, peer_lag=LAG, ordered=False)


def _is_of(begun: AlertState, spells: Sequence[Spell], number: int) -> bool:
    """Say whether this is the beginning of that spell: by its own, or by the end before it."""
    spell = spells[number]
    if spell.back:
        first = minutes(spells[number - 1].ends)
        return first <= begun.latest_start < minutes(spell.starts) <= begun.told_at
    return minutes(spell.starts) <= begun.latest_start <= minutes(spell.starts + 0.5)


# What can happen at a desk, in steps: (what, which alert, minutes before the next).
DEEDS = (
    *("fire", "fire", "fire", "end", "end", "late", "again", "flap", "regroup", "acknowledge"),
    *("silence", "lift", "declare", "resolve", "over", "turn"),
)
STEP = st.tuples(st.sampled_from(DEEDS), st.sampled_from("abc"), st.integers(0, 12))
STEPS = st.lists(STEP, min_size=3, max_size=14)
SEVERITY = {"a": "critical", "b": "critical", "c": "warning"}


class History:
    """A world in which steps happen, and what must hold after each."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, "2026-11-24T11:00")
        self.world.shifts(support="Ada", primary="Ben")
        self.starts: dict[str, datetime] = {}
        self.ended: dict[str, tuple[datetime, datetime]] = {}
        self.severity = dict(SEVERITY)
        self.group = "7 {}:{one}"

    def step(self, what: str, name: str) -> None:
        getattr(self, f"_{what}")(name)
        self.world.settle()
        self.check()

    def _tell(self, *alerts: Told) -> None:
        notification = Notification(self.group, alerts, family="7 ")
        ingestion.receive(told=notification, at=self.world.at)

    def _alert(self, name: str, starts: datetime, ends: datetime | None = None) -> Told:
        labels = {"alertname": name, "severity": self.severity[name]}
        return Told(name, ends is None, labels, {"summary": f"{name} is wrong"}, starts, ends)

    def _fire(self, name: str) -> None:
        if name not in self.starts:
            self.starts[name] = self.world.at
        self._tell(*(self._alert(one, starts) for one, starts in self.starts.items()))

    def _turn(self, name: str) -> None:
        """It gets worse, or eases: told of anew, since some name severity apart from what it is."""
        self.severity[name] = "warning" if self.severity[name] == "critical" else "critical"
        if name in self.starts:
            self._fire(name)

    def _end(self, name: str) -> None:
        starts = self.starts.pop(name, None)
        if starts is None:
            return
        self.ended[name] = starts, self.world.at
        rest = (self._alert(one, since) for one, since in self.starts.items())
        self._tell(*rest, self._alert(name, starts, self.world.at))

    def _flap(self, name: str) -> None:
        """It begins and ends, four times in two minutes."""
        for _ in range(4):
            self._end(name)
            self.world.forward(seconds=15)
            self._fire(name)
            self.world.forward(seconds=15)
        self._end(name)

    def _late(self, name: str) -> None:
        """A peer tells of a firing that is over, not knowing better, and of its end after that."""
        if name in self.starts or name not in self.ended:
            return
        starts, ends = self.ended[name]
        if self.world.at - ends >= LAG - timedelta(minutes=1):
            return
        self._tell(self._alert(name, starts))
        self.world.forward(seconds=30)
        self._tell(self._alert(name, starts, ends))

    def _again(self, name: str) -> None:
        """What timed out is back with its old beginning."""
        if name not in self.starts and name in self.ended:
            self.starts[name] = self.ended[name][0]
            self._fire(name)

    def _regroup(self, name: str) -> None:
        self.group = "7 {}:{two}" if self.group.endswith("{one}") else "7 {}:{one}"

    def _acknowledge(self, name: str) -> None:
        for page in Page.objects.exclude(state="resolved"):
            self.world.press("Ada", "page.acknowledge", page.about)

    def _silence(self, name: str) -> None:
        until = self.world.at + timedelta(minutes=20)
        wanted = SilenceDraft((Matcher("alertname", "=", name),), self.world.at, until, "Known")
        silences.silence(wanted=wanted, by="Ada", at=self.world.at)

    def _lift(self, name: str) -> None:
        active, _ = silences.kept(at=self.world.at)
        for one in active:
            silences.lift(silence=one.pk, by="Ada", at=self.world.at)

    def _declare(self, name: str) -> None:
        alarm = Alarm.objects.filter(state="firing", incident="").first()
        if alarm and not Incident.objects.filter(source=alarm.about, state="open").exists():
            self.world.press("Ada", "incident.declare", alarm.about, title="Something is down")

    def _resolve(self, name: str) -> None:
        for incident in Incident.objects.filter(state="open"):
            about = f"incident:{incident.pk}"
            self.world.press("Ada", "incident.resolve", about, text="It works again.", still="yes")

    def _over(self, name: str) -> None:
        """Somebody ends by hand what is over, and only that."""
        if self.starts:
            return
        for alarm in Alarm.objects.filter(state="firing"):
            self.world.press("Ada", "alarm.over", alarm.about, reason="It is over")

    def check(self) -> None:
        alarms = list(Alarm.objects.prefetch_related("alerts"))
        silenced = {alert for alert in self._silenced()}
        for alarm in alarms:
            self._check(alarm, list(alarm.alerts.all()), silenced)
        fires = {one.fingerprint for one in Alert.objects.filter(firing=True)}
        assert fires <= set(self.starts)
        waits = {one.fingerprint for one in Alert.objects.exclude(doubt_until=None)}
        assert set(self.starts) <= fires | waits

    def _silenced(self) -> list[str]:
        active, _ = silences.kept(at=self.world.at)
        return [value for one in active for _, _, value in one.matchers]

    def _check(self, alarm: Alarm, alerts: Sequence[Alert], silenced: set[str]) -> None:
        firing = [one for one in alerts if one.firing]
        doubted = [one for one in alerts if one.doubt_until]
        resting = [one for one in alerts if one.rests_until]
        assert all(not one.firing for one in resting)
        assert alarm.firing_count == len(firing)
        assert alarm.resolved_count == len(alerts) - len(firing)
        if firing:
            assert alarm.state == "firing"
        if alarm.state == "firing":
            assert firing or doubted or resting
        high = [one for one in firing if one.labels["severity"] == "critical"]
        heard = [one for one in high if one.fingerprint not in silenced]
        urgent = {one.fingerprint for one in resting if one.labels["severity"] == "critical"}
        if firing:
            assert alarm.severity == ("high" if high or urgent else "low")
            rests = [one for one in resting if one.fingerprint in urgent]
            rest_heard = [one for one in rests if one.fingerprint not in silenced]
            matters = heard or rest_heard or high or rests or firing
            assert alarm.title in {one.title for one in matters}
        page = self._page(alarm)
        if page is not None:
            why = "a page goes on though nothing high of it fires, nor flaps"
            assert heard or urgent - silenced, why
        elif heard:
            assert alarm.incident or alarm.again_at, "something high fires and nobody is called"
            assert all(one.called_at for one in heard)

    def _page(self, alarm: Alarm) -> Page | None:
        own = Page.objects.filter(subject=alarm.about).exclude(state="resolved").first()
        joined = PageItem.objects.filter(subject=alarm.about, settled_at=None).first()
        return own or (joined.page if joined else None)


@SLOWLY
@given(STEPS)
@pytest.mark.django_db
def test_whatever_happens_somebody_is_called_for_what_fires_and_for_nothing_else(
    tmp_path: Path, steps: list[tuple[str, str, int]]
) -> None:
    with transaction.atomic():
        desk = History(tmp_path)
        assert process.in_force().alarms.peer_lag == LAG
        for what, name, wait in steps:
            desk.step(what, name)
            desk.world.forward(minutes=wait)
            desk.check()
        desk.world.forward(minutes=30)
        desk.check()
        transaction.set_rollback(True)
