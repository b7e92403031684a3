"""In whatever order people come and go, a high incident has a lead or gets one, and is told of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import owners
from dutydesk.incidents.models import Incident
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import people
from dutydesk.process.flows import process
from dutydesk.rota.flows import roster
from testing.world import World, number

pytestmark = pytest.mark.django_db
NAMES = ("Ada", "Ben", "Cy")
ROLES = ("communications", "scribe")
Step = tuple[str, int, int]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


class Crews:
    """Incidents in which anybody may do anything that the desk allows."""

    def __init__(self, world: World) -> None:
        self.world, self.turn = world, 0

    def take(self, step: Step) -> None:
        what, who, how = step
        self.turn += 1
        incidents = list(Incident.objects.exclude(state="merged").order_by("pk"))
        one = incidents[how % len(incidents)] if incidents else None
        try:
            if one is None or what == "declare":
                self._declare(NAMES[who], how)
            else:
                self._do[what](self, one, NAMES[who], how)
        except Refused:
            pass
        self.check()
        self.world.forward(minutes=(1, 12, 35, 100)[how % 4])
        self.check()

    def _declare(self, who: str, how: int) -> None:
        criteria = ["outage"] if how % 3 else []
        title = f"No {self.turn}"
        self._press(who, "declare", "new", title=title, criteria=criteria, another="yes")

    def _press(self, who: str, what: str, about: str, **values: Any) -> None:
        self.world.press(who, f"incident.{what}", about, **values)

    def _lead(self, one: Incident, who: str, how: int) -> None:
        self._press(who, "give-lead", one.about, engineer=str(number(NAMES[how % 3])))

    def _role(self, one: Incident, who: str, how: int) -> None:
        engineer = str(number(NAMES[how % 3]))
        self._press(who, "give-role", one.about, role=ROLES[how % 2], engineer=engineer)

    def _give_back(self, one: Incident, who: str, how: int) -> None:
        self._press(who, f"give-back={('lead', *ROLES)[how % 3]}", one.about)

    def _leave(self, one: Incident, who: str, how: int) -> None:
        self._press(who, "leave", one.about)

    def _join(self, one: Incident, who: str, how: int) -> None:
        self._press(who, "join", one.about)

    def _assess(self, one: Incident, who: str, how: int) -> None:
        criteria = ["outage", "blocked"][: how % 3]
        self._press(who, "assess", one.about, criteria=criteria, reason=f"Reason {self.turn}")

    def _update(self, one: Incident, who: str, how: int) -> None:
        self._press(who, "update", one.about, text=f"Update {self.turn}", next="30")

    def _resolve(self, one: Incident, who: str, how: int) -> None:
        self._press(who, "resolve", one.about, text=f"Over {self.turn}")

    def _reopen(self, one: Incident, who: str, how: int) -> None:
        self._press(who, "reopen", one.about, reason=f"Reason {self.turn}")

    def _merge(self, one: Incident, who: str, how: int) -> None:
        others = Incident.objects.filter(state="open").exclude(pk=one.pk).order_by("pk")
        into = str(others[0].pk) if others else ""
        self._press(who, "merge", one.about, into=into, reason=f"Reason {self.turn}")

    def _has_left(self, one: Incident, who: str, how: int) -> None:
        """Let somebody leave the team, or be back in it; the others stay."""
        there = how % 2 == 0
        people.set_active(engineer=number("Cy"), active=there, at=self.world.at)
        self.world.settle()

    _do: dict[str, Callable[["Crews", Incident, str, int], None]] = {  # noqa: RUF012
        "lead": _lead,
        "role": _role,
        "give back": _give_back,
        "leave": _leave,
        "join": _join,
        "assess": _assess,
        "update": _update,
        "resolve": _resolve,
        "reopen": _reopen,
        "merge": _merge,
        "has left": _has_left,
    }

    def check(self) -> None:
        """Hold what must be so at any moment."""
        for one in Incident.objects.select_related("lead", "worker"):
            owed = {each.kind: each for each in commitments.owed([one.about])}
            if one.state != "open":
                assert not owed, (one.title, set(owed))
                continue
            assert one.lead is None or one.lead.active
            assert (one.lead is None) == ("incident.lead" in owed), (one.title, one.priority)
            if one.high and "incident.lead" in owed:  # It doesn't wait for the morning.
                made, due = owed["incident.lead"].made_at, owed["incident.lead"].due_at
                assert due - made <= process.in_force().incidents.lead_within
            self._check_update(one, owed)
            self._check_rows(one)

    def _check_update(self, one: Incident, owed: dict[str, Any]) -> None:
        who = owners.owner_of(owed["incident.update"], at=self.world.at)
        crew = one.participants.filter(left=None, engineer__active=True).exists()
        on = any(each.engineer for each in roster.who(at=self.world.at))
        if crew or on or one.lead or (one.worker and one.worker.active):
            assert who.name, one.title
        else:
            assert not who.name

    def _check_rows(self, one: Incident) -> None:
        """Who has a role is in it, and only one has it; the lead's is the lead's."""
        terms = list(one.role_terms.filter(ended=None))
        assert len({term.role for term in terms}) == len(terms)
        here = set(one.participants.filter(left=None).values_list("engineer", flat=True))
        assert {term.engineer_id for term in terms} <= here
        lead = [term.engineer_id for term in terms if term.role == "lead"]
        assert lead == ([one.lead_id] if one.lead_id else [])


STEPS = st.tuples(st.sampled_from(["declare", *Crews._do]), st.integers(0, 2), st.integers(0, 59))


@settings(settings.get_profile("orders"))
@given(
    begins=st.sampled_from(["2026-11-24T11:00", "2026-11-24T21:40", "2026-10-25T00:30"]),
    steps=st.lists(STEPS, min_size=8, max_size=12),
)
@pytest.mark.clause("incident.lead", "announce.commitment", "oncall.respond")
@pytest.mark.long
def test_a_high_incident_has_a_lead_or_owes_one_and_somebody_owes_the_next_update(
    world: World, begins: str, steps: list[Step]
) -> None:
    with transaction.atomic():
        world.at = world.moment(begins)
        crews = Crews(world)
        crews.take(("declare", 0, 1))
        for step in steps:
            crews.take(step)
        transaction.set_rollback(True)
