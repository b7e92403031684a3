"""Who does what in an incident: the lead, roles, and who owes what; over a day and a night."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import leads, owners, roles
from dutydesk.incidents.flows.gatherings import GatheringRefused
from dutydesk.incidents.flows.leads import LeadRefused
from dutydesk.incidents.flows.roles import RoleRefused
from dutydesk.incidents.models import Gathering, Incident
from dutydesk.journal.flows import journal
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people
from dutydesk.people.models import Service
from dutydesk.ports.delivery import Delivery
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE, check
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a Tuesday morning: Ada has support this week, Ben is primary, Cy secondary."""
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def declared(world: World, local: str, by: str = "Ada", **values: Any) -> Incident:
    world.at = world.moment(local)
    service = str(Service.objects.get(name="Prison visits").pk)
    filled = {"title": "Visits fail", "services": [service], "criteria": ["outage"]}
    world.press(by, "incident.declare", "new", user_impact="yes", **{**filled, **values})
    return Incident.objects.latest("id")


def owed(incident: Incident, kind: str) -> Commitment:
    return commitments.owed([incident.about]).get(kind=f"incident.{kind}")


def owner(world: World, incident: Incident, kind: str = "update") -> str:
    return owners.named([owed(incident, kind)], at=world.at)[0].by


def said(world: World, title: str) -> list[str]:
    return [text for text in world.said(TEAM) if text.startswith(title)]


def letters(title: str) -> list[str]:
    """Give whom an e-mail of this subject went to, in order."""
    sent = OutboxMessage.objects.filter(kind="email", payload__subject__startswith=title).order_by(
        "pk"
    )
    return [one.payload["to"].partition("@")[0] for one in sent.order_by("id")]


@pytest.mark.clause("incident.lead")
def test_a_lead_is_owed_from_the_declaration_on_until_somebody_leads(world: World) -> None:
    incident = declared(world, "2026-11-24T11:00")
    assert owed(incident, "lead").due_at == world.moment("2026-11-24T11:10")
    assert owner(world, incident, "lead") == "Ada, support"
    world.forward(minutes=5)
    assert "Ada: Choose who leads “Visits fail”: due at 11:10" in said(world, "Due soon")[-1]
    world.forward(minutes=5)
    assert "Ada: Choose who leads “Visits fail”: was due" in said(world, "Overdue")[-1]
    world.press("Ben", "incident.take-lead", incident.about)
    lead = commitments.history([incident.about]).get(kind="incident.lead")
    assert lead.state == "kept", "the due moment itself is in time"
    world.press("Ben", "incident.give-back=lead", incident.about)
    assert owed(incident, "lead").due_at == world.at + timedelta(minutes=10)
    assert "Ben doesn't lead any more; nobody does." in said(world, "Who does what")[-1]
    with pytest.raises(LeadRefused, match="You don't lead this"):
        world.press("Ben", "incident.give-back=lead", incident.about)
    world.press("Ada", "incident.give-lead", incident.about, engineer=str(number("Cy")))
    with pytest.raises(LeadRefused, match="Cy leads this already"):
        world.press("Ada", "incident.give-lead", incident.about, engineer=str(number("Cy")))


@pytest.mark.clause("incident.lead", "priority.work")
def test_a_normal_incident_of_the_night_needs_a_lead_in_the_morning_and_a_high_one_at_once(
    world: World,
) -> None:
    incident = declared(world, "2026-11-24T20:00", criteria=[])
    assert owed(incident, "lead").due_at == world.moment("2026-11-25T09:10")
    why = "It is down for all"
    world.press("Ben", "incident.assess", incident.about, criteria=["outage"], reason=why)
    assert owed(incident, "lead").due_at == world.moment("2026-11-24T20:10")
    world.press("Ben", "incident.resolve", incident.about, text="Over")
    assert not commitments.owed([incident.about]).exists()
    world.press("Ben", "incident.reopen", incident.about, reason="It is back")
    assert owed(incident, "lead").due_at == world.moment("2026-11-24T20:10")


@pytest.mark.clause("incident.lead")
def test_whoever_leaves_the_team_leads_no_more_and_the_lead_is_owed_anew(world: World) -> None:
    incident = declared(world, "2026-11-24T11:00")
    world.press("Cy", "incident.take-lead", incident.about)
    world.press("Cy", "incident.take-role=scribe", incident.about)
    people.set_active(engineer=number("Cy"), active=False, at=world.at)
    world.settle()
    incident.refresh_from_db()
    assert incident.lead is None
    assert owner(world, incident, "lead") == "Ada, support"
    assert not incident.role_terms.filter(ended=None).exists()
    told = "\n".join(said(world, "Who does what"))
    assert "Cy doesn't lead any more, having left the team; nobody does." in told
    assert "Cy gives scribe back, having left the team; nobody has it." in told


@pytest.mark.clause("incident.lead")
def test_whoever_left_while_it_was_over_is_not_in_what_is_back(world: World) -> None:
    incident = declared(world, "2026-11-24T11:00")
    world.press("Cy", "incident.take-lead", incident.about)
    world.press("Cy", "incident.take-role=scribe", incident.about)
    world.press("Ada", "incident.resolve", incident.about, text="Over")
    people.set_active(engineer=number("Cy"), active=False, at=world.at)
    world.settle()
    world.press("Ada", "incident.reopen", incident.about, reason="It is back")
    incident.refresh_from_db()
    assert incident.lead is None
    assert owner(world, incident, "lead") == "Ada, support"
    assert not incident.role_terms.filter(ended=None).exists()
    there = incident.participants.filter(left=None).values_list("engineer__name", flat=True)
    assert "Cy" not in there


@pytest.mark.clause("incident.comms-users", "announce.commitment")
def test_the_next_update_goes_with_communications_else_lead_else_support(world: World) -> None:
    incident = declared(world, "2026-11-24T11:00")
    assert owner(world, incident) == "Ada, support"
    world.press("Ben", "incident.take-lead", incident.about)
    assert owner(world, incident) == "Ben, lead"
    moved = "The next update, due today at 11:20 GMT, is Ben's from now on."
    assert moved in said(world, "Who does what")[-1]
    world.press("Ada", "incident.take-role=communications", incident.about)
    assert owner(world, incident) == "Ada, communications"
    cy = str(number("Cy"))
    world.press("Ada", "incident.give-role", incident.about, role="communications", engineer=cy)
    assert owner(world, incident) == "Cy, communications"
    told = said(world, "Who does what")[-1]
    assert "Cy takes communications, instead of Ada, asked by Ada." in told
    assert "is Cy's from now on" in told
    world.forward(minutes=20)
    assert "Cy: The next update about “Visits fail”: was due" in "".join(said(world, "Overdue"))
    world.press("Cy", "incident.leave", incident.about)
    assert owner(world, incident) == "Ben, lead"
    texts = [entry.text for entry in journal.timeline([incident.about])]
    for text in ("Ben leads", "Ada takes communications", "Cy leaves"):
        assert text in texts


@pytest.mark.clause("announce.commitment")
@pytest.mark.parametrize(
    ("order", "local", "who"),
    [
        ("[communications, lead, support, on call]", "2026-11-24T11:00", "Cy, lead"),
        ("[support, lead, on call]", "2026-11-24T11:00", "Ada, support"),
        ("[support, lead, on call]", "2026-11-24T19:00", "Cy, lead"),
        ("[on call, lead, support]", "2026-11-24T19:00", "Ben, primary on call"),
        ("[scribe, on call, support]", "2026-11-24T19:00", "Ada, scribe"),
        ("[support, on call]", "2026-11-24T23:00", "Ada, works on it"),
    ],
)
def test_the_process_says_in_which_order_the_next_update_is_owed(
    world: World, tmp_path: Path, order: str, local: str, who: str
) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    written = text.replace("[communications, lead, support, on call]", order)
    (tmp_path / "other.yaml").write_text(written, encoding="utf-8")
    process.adopt(file=tmp_path / "other.yaml", at=world.at)
    incident = declared(world, local)
    world.press("Cy", "incident.take-lead", incident.about)
    world.press("Ada", "incident.take-role=scribe", incident.about)
    Incident.objects.update(worker=number("Ada"))
    assert owner(world, incident) == who


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[communications, lead, support, on call]", "[lead, support]", "lacks “on call”"),
        ("[communications, lead, support, on call]", "[boss, support, on call]", "“boss”"),
        ("- id: scribe", "- id: lead", "“lead” is no role of its own"),
        ("- id: scribe", "- id: communications", "is there twice"),
    ],
)
def test_an_order_that_names_nobody_is_refused(old: str, new: str, says: str) -> None:
    checked = check(DEFAULT_FILE.read_text(encoding="utf-8").replace(old, new))
    assert checked.process is None
    assert says in " ".join(map(str, checked.mistakes))


@pytest.mark.clause("announce.commitment", "oncall.respond")
def test_when_nobody_moves_the_next_in_order_is_told_each_once(
    world: World, tmp_path: Path
) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8").replace("  size: 3", "  size: 3\n  lead: Cy")
    (tmp_path / "led.yaml").write_text(text, encoding="utf-8")
    process.adopt(file=tmp_path / "led.yaml", at=world.at)
    incident = declared(world, "2026-11-24T11:00")
    world.press("Ben", "incident.take-lead", incident.about)
    world.forward(minutes=20)
    assert said(world, "Late, and nobody moved") == []
    world.forward(minutes=10)
    first = said(world, "Late, and nobody moved")
    assert len(first) == 1
    assert "Ada: The next update about “Visits fail” was due at 11:20 GMT. Ben owes it." in first[0]
    world.forward(minutes=10)
    assert "Cy: The next update" in said(world, "Late, and nobody moved")[1]
    world.forward(minutes=50)
    late = said(world, "Late, and nobody moved")
    assert len([one for one in late if "The next update" in one]) == 2


@pytest.mark.clause("announce.commitment", "oncall.respond")
def test_out_of_hours_it_is_asked_for_where_they_are_reached(world: World) -> None:
    incident = declared(world, "2026-11-24T19:00", by="Cy")
    world.press("Cy", "incident.take-lead", incident.about)
    world.forward(minutes=40)
    assert letters("The next update") == ["cy", "cy", "ben"], "soon, late, and then the next"
    world.press("Ada", "incident.take-role=communications", incident.about)
    world.forward(minutes=10)
    assert letters("The next update")[-1] == "ada", "who owes it from then on is told too"


@pytest.mark.clause("incident.hourly")
def test_a_gathering_calls_by_name_and_is_left_out_only_with_a_reason(world: World) -> None:
    incident = declared(world, "2026-11-24T11:00")
    world.press("Ben", "incident.take-lead", incident.about)
    world.press("Cy", "incident.join", incident.about)
    world.forward(minutes=60)
    call = said(world, "Gathering")[-1]
    assert "Ben: Time to gather" in call
    assert "Do we need more people, or other skills?" in call
    assert "Expected: Ben, Ada, Cy" in call
    world.press("Ben", "incident.skip-gathering", incident.about, reason="The fix is rolling out")
    assert owed(incident, "gathering").due_at == world.at + timedelta(hours=1)
    assert Gathering.objects.get().skipped
    told = "Ben says that it is left out this time, because: The fix is rolling out"
    assert told in said(world, "No gathering")[-1]
    world.forward(minutes=60)
    world.press("Ben", "incident.gather", incident.about, decided="We ask the database team")
    assert "Decided: We ask the database team | Next: today at 14:00" in said(world, "Gathered")[-1]
    calls = Post.objects.filter(key__startswith=f"{incident.about}:gather:")
    assert calls.count() == 2, "each call is a post of its own"
    world.press("Ben", "incident.assess", incident.about, criteria=[], reason="It is slow only")
    for action, values in (("gather", {"decided": "x"}), ("skip-gathering", {"reason": "x"})):
        with pytest.raises(GatheringRefused, match="of normal priority"):
            world.press("Ben", f"incident.{action}", incident.about, **values)


def test_roles_that_can_t_be_taken_or_given_back_are_refused(world: World) -> None:
    incident = declared(world, "2026-11-24T11:00")
    world.press("Ben", "incident.take-role=scribe", incident.about)
    for name, action, says in (
        ("Ben", "take-role=scribe", "Ben has scribe already"),
        ("Ben", "take-role=boss", "The process knows no role “boss”"),
        ("Ben", "take-role", "No role was chosen"),
        ("Cy", "give-back=scribe", "You don't have this role"),
        ("Cy", "leave", "You are not in it"),
        ("Ada", "join", "You are in it already"),
    ):
        with pytest.raises(RoleRefused, match=says):
            world.press(name, f"incident.{action}", incident.about)


def test_nobody_who_has_left_the_team_gets_the_lead_or_a_role(world: World) -> None:
    incident, by, cy = declared(world, "2026-11-24T11:00"), world.person("Ada"), number("Cy")
    people.set_active(engineer=cy, active=False, at=world.at)
    asked: dict[str, Any] = {"incident": incident.pk, "engineer": cy, "by": by, "at": world.at}
    with pytest.raises(LeadRefused, match="Cy has left the team"):
        leads.take_lead(**asked)
    with pytest.raises(RoleRefused, match="Cy has left the team"):
        roles.take(role="scribe", **asked)


@pytest.mark.clause("incident.lead")
def test_the_screen_says_who_does_what_and_since_when(world: World) -> None:
    incident = declared(world, "2026-11-24T11:00")
    world.press("Ben", "incident.take-lead", incident.about)
    world.forward(minutes=15)
    world.press("Cy", "incident.take-role=communications", incident.about)
    world.press("Ada", "incident.leave", incident.about)
    client = visit("Cy")
    text = seen(client.get(f"/incidents/{incident.pk}"))
    assert "Lead Ben since 11:00" in text
    assert "Communications Cy since 11:15" in text
    assert "Scribe nobody Notes what is found" in text
    assert "Ada from 11:00 to 11:15 left" in text
    assert "Next update in 5 min Cy, communications" in text
    assert "I'm leaving" in text
    assert "Next update in 5 min Cy, communications" in seen(client.get("/"))


@pytest.mark.clause("incident.lead")
def test_who_is_in_an_incident_is_in_the_one_that_it_becomes_part_of(world: World) -> None:
    part = declared(world, "2026-11-24T11:00")
    world.press("Ben", "incident.take-lead", part.about)
    world.press("Cy", "incident.take-role=scribe", part.about)
    other = declared(world, "2026-11-24T11:05", title="Bookings fail", another="yes")
    world.press("Ada", "incident.merge", part.about, into=str(other.pk), reason="One cause")
    other.refresh_from_db()
    assert other.lead is not None
    assert other.lead.name == "Ben"
    held = dict(other.role_terms.filter(ended=None).values_list("role", "engineer__name"))
    assert held == {"lead": "Ben", "scribe": "Cy"}
    assert not commitments.owed([other.about]).filter(kind="incident.lead").exists()
