"""In whatever order things happen to incidents, what is owed and who was told stays right."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.models import Incident
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import Delivery
from dutydesk.postmortems.models import Postmortem
from testing.world import World, number

pytestmark = pytest.mark.django_db
ENDS = {"resolved": "Resolved: ", "mistake": "Declared by mistake: ", "merged": "Merged: "}
CRITERIA: list[list[str]] = [[], ["outage"], ["blocked", "degraded"]]
ANY = ("open", "resolved", "mistake")
STATES = {
    "declare": (),
    "assess": ANY,
    "correct": ANY,
    "mistake": ("open", "resolved"),
    "reopen": ("resolved", "mistake"),
    **dict.fromkeys(("update", "lead", "merge", "resolve", "gather"), ("open",)),
}
Step = tuple[str, int, int]


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    return World(tmp_path, "2026-11-24T11:00")


class Orders:
    """Incidents to which anything may happen; each text is said once, so that twice is seen."""

    def __init__(self, world: World) -> None:
        self.world, self.turn = world, 0
        self.ended: dict[int, str] = {}

    def take(self, step: Step) -> None:
        """Let it happen to one of the incidents, if the desk allows it then; time passes."""
        what, which, how = step
        self.turn += 1
        fitting = Incident.objects.filter(state__in=STATES[what]).order_by("pk")
        incidents = list(fitting.exclude(state="merged"))
        one = incidents[which % len(incidents)] if incidents else None
        try:
            if what == "declare" or one is None:
                self._declare(how)
            else:
                self._do[what](self, one, how)
        except Refused:
            pass
        self.world.forward(minutes=(1, 10, 40)[how % 3])
        self.check()

    def _press(self, what: str, one: Incident, **values: Any) -> None:
        who = ("Ada", "Ben", "Cy")[self.turn % 3]
        self.world.press(who, f"incident.{what}", one.about, **values)

    def _declare(self, how: int) -> None:
        services = list(Service.objects.order_by("pk").values_list("pk", flat=True))
        values: dict[str, Any] = {
            "services": [str(pk) for place, pk in enumerate(services) if how >> place & 1],
            "criteria": CRITERIA[how % 3],
            "user_impact": "yes" if how % 4 else "",
            "another": "yes" if how % 5 else "",
        }
        self.world.press("Ada", "incident.declare", "new", title=f"No {self.turn}", **values)

    def _update(self, one: Incident, how: int) -> None:
        self._press("update", one, text=f"Update {self.turn}", next=("15", "60", "240")[how % 3])

    def _lead(self, one: Incident, how: int) -> None:
        engineer = ("Ada", "Ben", "Cy")[how % 3]
        self._press("give-lead", one, engineer=str(number(engineer)))

    def _assess(self, one: Incident, how: int) -> None:
        self._press("assess", one, criteria=CRITERIA[how % 3], reason=f"Reason {self.turn}")

    def _correct(self, one: Incident, how: int) -> None:
        began = self.world.moment(f"2026-11-{20 + how % 5}T08:0{how % 7}")
        values: dict[str, Any] = {
            "title": f"No {self.turn} again",
            "services": [str(Service.objects.order_by("pk")[how % 2].pk)],
            "user_impact": "yes" if how % 2 else "",
            "began": began.isoformat() if how % 3 else "",
        }
        self._press("correct", one, reason=f"Reason {self.turn}", **values)

    def _merge(self, one: Incident, how: int) -> None:
        others = list(Incident.objects.filter(state="open").exclude(pk=one.pk).order_by("pk"))
        into = str(others[how % len(others)].pk) if others else ""
        self._press("merge", one, into=into, reason=self._last_word(one))

    def _resolve(self, one: Incident, how: int) -> None:
        self._press("resolve", one, text=self._last_word(one))

    def _mistake(self, one: Incident, how: int) -> None:
        self._press("mistake", one, reason=self._last_word(one))

    def _reopen(self, one: Incident, how: int) -> None:
        self._press("reopen", one, reason=f"Reason {self.turn}")

    def _last_word(self, one: Incident) -> str:
        """Give what is said at the end of it, to look for it where it was announced."""
        self.ended[one.pk] = f"Last word {self.turn}."
        return self.ended[one.pk]

    def _gather(self, one: Incident, how: int) -> None:
        self._press("gather", one, decided=f"Decision {self.turn}")

    _do: dict[str, Callable[["Orders", Incident, int], None]] = {  # noqa: RUF012
        "update": _update,
        "lead": _lead,
        "assess": _assess,
        "correct": _correct,
        "merge": _merge,
        "resolve": _resolve,
        "mistake": _mistake,
        "reopen": _reopen,
        "gather": _gather,
    }

    def check(self) -> None:
        for incident in Incident.objects.all():
            owed = set(commitments.owed([incident.about]).values_list("kind", flat=True))
            if incident.state == "open":
                assert "incident.update" in owed, incident.title
                assert ("incident.gathering" in owed) == incident.high
            else:
                assert owed == set(), (incident.title, incident.state)
                self._check_told_the_end(incident)
            self._check_postmortem(incident)
        self._check_nothing_twice()

    def _check_told_the_end(self, incident: Incident) -> None:
        """Everybody who was told of the start reads how it ended, and hears the last word."""
        last = self.ended[incident.pk]
        for root in Post.objects.filter(key__startswith=f"{incident.about}:in:"):
            assert root.words.title.startswith(ENDS[incident.state]), root.words
            told = Post.objects.filter(thread=root, message__body__icontains=last)
            assert told.count() == 1, (incident.state, root.key)
        letters = OutboxMessage.objects.filter(kind="email", subject=incident.about).order_by("pk")
        letters = letters.filter(key__contains=":leader:")
        if letters.exists():
            assert letters.filter(payload__body__icontains=last).count() == 1

    def _check_postmortem(self, incident: Incident) -> None:
        wanted = incident.state == "resolved" and incident.high
        draft = Postmortem.objects.filter(incident=incident).first()
        owed = Commitment.objects.filter(kind="postmortem.session", state="open")
        session = draft is not None and owed.filter(subject=f"postmortem:{draft.pk}").exists()
        assert session == wanted, (incident.state, incident.priority)
        assert bool(draft) or not wanted

    def _check_nothing_twice(self) -> None:
        """No two posts of an incident in a place say the same, and no two letters do."""
        posts = Post.objects.exclude(key__contains=":remind:").exclude(key__contains=":limit:")
        said = Counter(
            (post.channel_id, post.words.title, post.words.body)
            for post in posts
            if post.thread_id is not None and post.words.title != "Who does what"
        )
        assert not [one for one, times in said.items() if times > 1]
        letters = OutboxMessage.objects.filter(kind="email", key__contains=":leader:").order_by(
            "pk"
        )
        bodies = Counter((str(one.payload["to"]), str(one.payload["body"])) for one in letters)
        assert not [one for one, times in bodies.items() if times > 1]


STEPS = st.tuples(
    st.sampled_from(["declare", *Orders._do]),
    st.integers(0, 3),
    st.integers(0, 59),
)


@settings(settings.get_profile("orders"))
@given(hour=st.sampled_from([11, 20]), steps=st.lists(STEPS, min_size=8, max_size=14))
@pytest.mark.clause("incident.resolve", "announce.commitment", "priority.by-impact")
@pytest.mark.long
def test_in_any_order_what_is_owed_is_right_and_everybody_told_is_told_the_end(
    world: World, hour: int, steps: list[Step]
) -> None:
    with transaction.atomic():
        world.at = world.moment(f"2026-11-24T{hour}:00")
        orders = Orders(world)
        orders.take(("declare", 0, 1))
        for step in steps:
            orders.take(step)
        transaction.set_rollback(True)
