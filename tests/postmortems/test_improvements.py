"""Improvements are owned, due, made tickets, and chased to their end."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import F

from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows import lost_issues, ticket_ends, ticket_record
from dutydesk.desk.models import Ticket
from dutydesk.incidents.models import Incident
from dutydesk.people.flows import people
from dutydesk.people.models import Service
from dutydesk.ports.tracker import Issue
from dutydesk.postmortems.flows import improvements
from dutydesk.postmortems.flows.events import ImprovementRefused
from dutydesk.postmortems.flows.improvements import ImprovementFacts
from dutydesk.postmortems.models import Improvement, Postmortem
from testing import reviews
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.improvements")]
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    visits = str(Service.objects.get(name="Prison visits").pk)
    world.press(
        "Ada",
        "incident.declare",
        "new",
        criteria=["outage"],
        title="Visits fail",
        services=[visits],
    )
    world.press("Ada", "incident.resolve", Incident.objects.get().about, text="It works again")
    return world


def add(world: World, title: str, owner: str = "", priority: str = "") -> Improvement:
    values = {"owner": str(number(owner)) if owner else "", "priority": priority}
    about = Postmortem.objects.get().about
    world.press("Ada", "improvement.add", about, title=title, kind="detect", **values)
    return Improvement.objects.latest("pk")


def owed(one: Improvement) -> Commitment | None:
    return commitments.owed([one.about]).first()


def test_its_day_follows_from_its_priority_and_its_owner_owes_it(world: World) -> None:
    high, other = add(world, "Alert on disks", "Ben", "high"), add(world, "Note", "Cy", "normal")
    nobody = add(world, "Later")
    assert high.due_at == world.at + timedelta(days=15)
    assert other.due_at == world.at + timedelta(days=30)
    assert (nobody.due_at, owed(nobody)) == (None, None)
    promise = owed(high)
    assert promise is not None
    assert (promise.owner, promise.text) == ("Ben", "Improve: Alert on disks")
    assert "Improve: Alert on disks" in seen(visit("Ben").get("/owed/?whose=mine"))
    world.press(
        "Ada", "improvement.change", high.about, title="Alert", owner=str(number("Cy")),
        priority="high", due="2026-12-24T12:00",
    )  # fmt: skip
    promise = owed(high)
    assert promise is not None
    assert (promise.owner, promise.due_at) == ("Cy", world.moment("2026-12-24T12:00"))


def test_its_owner_is_told_before_and_the_team_too_each_week_that_it_is_late(world: World) -> None:
    one = add(world, "Alert on disks", "Ben", "high")
    world.at += timedelta(days=11)
    world.forward(days=1, minutes=1)
    [told] = [text for text in world.said(TEAM, "Ben") if "Alert on disks" in text]
    assert told.startswith("Improvement due soon | Alert on disks: due on")
    assert not [text for text in world.said(TEAM) if "Alert on disks" in text]
    world.forward(days=3)
    assert len([text for text in world.said(TEAM) if "Overdue improvement" in text]) == 1
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    world.at += timedelta(days=6)
    world.forward(days=1)
    late = [text for text in world.said(TEAM) if "Overdue improvement" in text]
    assert len(late) == 2
    assert "Owned by: Ben, who has left the team" in late[-1]
    world.press("Ada", "improvement.done", one.about)
    assert Commitment.objects.get(subject=one.about).state == "late"
    asked = Post.objects.filter(key__startswith=f"{one.about}:remind:")
    assert asked and not any(post.words.buttons for post in asked), "it is asked no more"
    world.at += timedelta(days=6)
    world.forward(days=2)
    assert len([text for text in world.said(TEAM) if "Overdue improvement" in text]) == 2


def test_its_ticket_ends_it_and_takes_it_up_again(world: World) -> None:
    one = add(world, "Alert on disks", "Ben", "high")
    world.press("Ada", "improvement.ticket", one.about)
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.has_it) == ("Alert on disks", "Ben")
    assert f"/postmortems/{one.postmortem_id}" in ticket.body
    with pytest.raises(ImprovementRefused, match="keeps the record"):
        world.press("Ada", "improvement.ticket", one.about)
    world.press("Ben", "ticket.close", ticket.about)
    one.refresh_from_db()
    assert (one.state, owed(one)) == ("done", None)
    assert Commitment.objects.get(subject=one.about).state == "kept"
    world.press("Ben", "ticket.reopen", ticket.about)
    one.refresh_from_db()
    assert (one.state, owed(one) is not None) == ("open", True)
    world.press("Ben", "ticket.move", ticket.about, column="Done")
    one.refresh_from_db()
    assert one.state == "done"
    world.press("Ada", "improvement.reopen", one.about)
    ticket.refresh_from_db()
    assert ticket.closed_at is None
    world.press("Ada", "improvement.done", one.about)
    ticket.refresh_from_db()
    assert ticket.closed_at == world.at
    assert "Ticket #" in seen(visit("Uma").get(f"/improvements/{one.pk}"))


def test_what_is_dropped_says_why_and_what_isn_t_open_can_t_be_changed(world: World) -> None:
    one = add(world, "Rewrite it all", "Ben", "normal")
    world.press("Ada", "improvement.drop", one.about, why="We <i>replace</i> it in March")
    assert owed(one) is None
    assert "We <i>replace</i> it in March" in seen(visit("Uma").get(f"/improvements/{one.pk}"))
    by, at = world.person("Ada"), world.at
    for flow, more in (
        (improvements.change, {"facts": ImprovementFacts("Other")}),
        (improvements.finish, {}),
        (improvements.drop, {"why": "Again"}),
        (improvements.raise_ticket, {}),
    ):
        with pytest.raises(ImprovementRefused, match="not open any more"):
            flow(improvement=one.pk, by=by, at=at, **more)
    world.press("Ada", "improvement.reopen", one.about)
    with pytest.raises(ImprovementRefused, match="It is open"):
        world.press("Ada", "improvement.reopen", one.about)
    people.set_active(engineer=number("Cy"), active=False, at=at)
    gone = ImprovementFacts("Other", owner=number("Cy"))
    with pytest.raises(ImprovementRefused, match="not on the team"):
        improvements.change(improvement=one.pk, facts=gone, by=by, at=at)
    about = Postmortem.objects.get().incident.about
    world.press("Ada", "incident.mistake", about, reason="It was none")
    with pytest.raises(ImprovementRefused, match="withdrawn"):
        add(world, "Too late")


def test_the_page_of_all_shows_mine_first_and_late_before_the_rest(world: World) -> None:
    titles = {
        "Cy's, soon": ("Cy", "high"),
        "Ben's, later": ("Ben", "normal"),
        "Ben's overdue": ("Ben", "high"),
        "Nobody's": ("", ""),
    }
    made = {title: add(world, title, *more) for title, more in titles.items()}
    Improvement.objects.filter(pk=made["Ben's overdue"].pk).update(
        due_at=F("due_at") - timedelta(60)
    )

    def order(name: str, query: str = "") -> list[str]:
        page = seen(visit(name).get(f"/improvements/{query}"))
        return sorted((title for title in titles if title in page), key=page.index)

    assert order("Ben") == ["Ben's overdue", "Ben's, later", "Cy's, soon", "Nobody's"]
    assert order("Cy") == ["Cy's, soon", "Ben's overdue", "Ben's, later", "Nobody's"]
    visits = Service.objects.get(name="Prison visits").pk
    assert len(order("Ben", f"?service={visits}")) == 4
    assert order("Ben", "?priority=high") == ["Ben's overdue", "Cy's, soon"]
    assert order("Ben", "?late=yes") == ["Ben's overdue"]
    world.press("Ada", "improvement.done", made["Ben's overdue"].about)
    assert order("Ben", "?state=done") == ["Ben's overdue"]
    assert "Ben's overdue" not in order("Ben")


@pytest.mark.clause("docs.repo")
def test_an_improvement_is_asked_to_be_written_down_with_a_ticket_once(world: World) -> None:
    one = add(world, "Alert on disks", "Ben", "high")
    reviews.write(world, one.postmortem, "summary", "A disk was full.")
    form = visit("Ada").get(f"/do/improvement.write-down/{one.about}").text
    assert "Write this down: Alert on disks" in form
    assert "&gt; A disk was full." in form
    assert f"/improvements/{one.pk}" in form
    world.press("Ada", "improvement.write-down", one.about, title="Disks", text="# Disks")
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.body, ticket.engineer_id) == ("Disks", "# Disks", number("Ben"))
    with pytest.raises(ImprovementRefused, match="asks for this already"):
        world.press("Ada", "improvement.write-down", one.about, title="Disks", text="# Disks")
    page = seen(visit("Ada").get(f"/improvements/{one.pk}"))
    assert "asks to write this down" in page
    assert "Write this down …" not in page
    world.press("Ben", "ticket.close", ticket.about)
    one.refresh_from_db()
    assert one.state == "open", "the page is not the work"


def test_of_a_ticket_that_is_gone_nobody_said_that_it_is_done_and_there_may_be_another(
    world: World,
) -> None:
    one = add(world, "Alert on disks", "Ben", "high")
    for action, given in (("ticket", {}), ("write-down", {"title": "Disks", "text": "# Disks"})):
        numbers = []
        for _ in range(2):
            world.press("Ada", f"improvement.{action}", one.about, **given)
            ticket = Ticket.objects.latest("pk")
            lost_issues.gone(ticket=ticket.pk, at=world.at)
            world.settle()
            numbers.append(ticket.pk)
        assert numbers[0] < numbers[1]
        one.refresh_from_db()
        assert (one.state, owed(one) is not None) == ("open", True)
    page = seen(visit("Ada").get(f"/improvements/{one.pk}"))
    assert "Raise a ticket" in page
    assert "Write this down …" in page
    world.press("Ada", "improvement.done", one.about)
    world.press("Ada", "improvement.reopen", one.about)
    assert not Ticket.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize("action", ["done", "drop", "ticket"])
@pytest.mark.parametrize("lost", ["gone", "left"])
def test_a_lost_ticket_says_nothing_of_it_once_it_was_done_by_hand(
    world: World, action: str, lost: str
) -> None:
    one = add(world, "Alert on disks", "Ben", "high")
    world.press("Ada", "improvement.ticket", one.about)
    ticket = Ticket.objects.latest("pk")
    {"gone": lost_issues.gone, "left": ticket_ends.leave}[lost](ticket=ticket.pk, at=world.at)
    world.settle()
    world.press(
        "Ada", f"improvement.{action}", one.about, **({"why": "No"} if action == "drop" else {})
    )
    one.refresh_from_db()
    before = one.state
    ticket.refresh_from_db()
    assert (one.ticket == ticket, ticket.closed_at is None) == (False, False)
    back = Issue(7, "I_7", "", ticket.title, ticket.body, "Ada", False, (), (), world.at)
    with transaction.atomic():
        lost_issues.bring_back(ticket_record.locked(ticket.pk), back, world.at)
    world.settle()
    one.refresh_from_db()
    ticket.refresh_from_db()
    assert (one.state, ticket.closed_at is None) == (before, False)
