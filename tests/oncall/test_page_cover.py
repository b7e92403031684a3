"""Who has a page has it by the cover in which it came to them, whatever the page names by now."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import escalation, snoozes
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import Page
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import edits
from testing.pages import called, page
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.respond")]


def wanted(*duties: Duty, anyway: bool = False) -> PageRequest:
    return PageRequest("alarm:1", "Visits are down", "", anyway, "", None, duties)


def taken(world: World, by: str, *duties: Duty, anyway: bool = False) -> Page:
    """Page for something, and let somebody take it."""
    made = escalation.page(wanted=wanted(*duties, anyway=anyway), at=world.at)
    world.settle()
    world.press(by, "page.acknowledge", made.about)
    return page()


def follow(world: World, *duties: Duty, anyway: bool = False) -> None:
    """Let it be routed otherwise."""
    escalation.follow(wanted=wanted(*duties, anyway=anyway), at=world.at)
    world.settle()


@pytest.mark.parametrize(
    ("lasts", "again"), [(20, ["Ben", "Cy"]), (60, ["Ben", "Ben"])], ids=["is over", "goes on"]
)
def test_whoever_was_called_by_another_route_has_it_as_long_as_their_cover_then(
    tmp_path: Path, lasts: int, again: list[str]
) -> None:
    world = World(tmp_path, "2026-11-24T18:00")
    ends = world.at + timedelta(minutes=lasts)
    world.shift(world.at - timedelta(days=1), ends, primary="Ben")
    world.shift(ends, ends + timedelta(days=1), primary="Ada")
    world.shift(world.at, world.at + timedelta(days=1), secondary="Cy")
    taken(world, "Ben")
    follow(world, "secondary")
    world.forward(minutes=30)
    assert called() == again


@pytest.mark.clause("hours.closed")
@pytest.mark.parametrize("still", [True, False])
def test_what_is_paged_for_at_night_is_asked_about_again_at_night_only_while_it_may_be(
    tmp_path: Path, still: bool
) -> None:
    world = World(tmp_path, "2026-11-24T23:00")
    ends = world.at + timedelta(minutes=20)
    world.shift(world.at - timedelta(days=1), ends, primary="Ben")
    world.shift(ends, ends + timedelta(days=2), primary="Cy")
    taken(world, "Ben", anyway=True)
    follow(world, anyway=still)
    world.forward(minutes=30)
    assert (called(), page().state) == ((["Ben", "Cy"], "calling") if still else (["Ben"], "held"))


def test_who_takes_it_at_night_of_their_own_accord_has_it_without_an_end(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-25T02:00")
    world.shifts(primary="Ben")
    taken(world, "Ben")
    world.forward(minutes=30)
    assert called() == ["Ben"]


def last(world: World, name: str) -> str:
    until = snoozes.latest(page=page(), engineer=number(name), at=world.at)
    return f"{until.astimezone(world.zone):%H:%M}"


def test_a_page_of_support_alone_is_put_off_until_support_is_over(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T17:30")
    world.shifts(support="Ada", primary="Ada", secondary="Cy")
    taken(world, "Ada", "support")
    assert last(world, "Ada") == "18:00"
    follow(world)
    assert last(world, "Ada") == "21:30", "any of its duties is cover, and four hours the most"
    follow(world, "secondary")
    assert last(world, "Ada") == "18:00", "she has it by what it named when it came to her"


@pytest.mark.parametrize("answers", [True, False])
def test_who_has_it_by_one_of_their_duties_has_it_while_that_lasts_though_it_names_another(
    tmp_path: Path, answers: bool
) -> None:
    world = World(tmp_path, "2026-11-24T17:30")
    world.shifts(support="Ada", primary="Ada", secondary="Cy")
    taken(world, "Ada", "primary")
    follow(world, "support")
    if answers:
        Page.objects.update(state="calling")  # As when she is called again, and answers.
        world.press("Ada", "page.acknowledge", page().about)
    assert last(world, "Ada") == "21:30"
    world.forward(minutes=31)
    assert called() == ["Ada", "Ada"]


def test_a_page_at_night_is_put_off_until_the_end_of_the_shift_by_which_it_called(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T23:00")
    world.shift(world.at - timedelta(days=1), world.at + timedelta(hours=1), primary="Ben")
    taken(world, "Ben", anyway=True)
    assert last(world, "Ben") == "00:00"
    with pytest.raises(Refused, match="end of your cover"):
        world.press("Ben", "page.snooze", page().about, until="2026-11-25T00:30")
    world.press("Ben", "page.snooze", page().about, until="2026-11-24T23:45")
    snoozes.look_after(at=world.at)
    assert (called(), page().state) == (["Ben"], "acknowledged"), "it is his until then"
    follow(world)
    snoozes.look_after(at=world.at)
    assert last(world, "Ben") == "00:00", "whatever hours it calls at by now"
    assert page().state == "acknowledged", "and nobody else's"


def test_who_helps_out_without_a_shift_puts_a_page_off_for_the_longest_time(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T18:00")
    world.shifts(primary="Ben")
    taken(world, "Ada")
    assert last(world, "Ada") == "22:00"


@pytest.mark.clause("oncall.escalate")
def test_who_gives_their_shift_away_has_what_they_put_off_no_longer(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T18:00")
    world.shifts(primary="Ben", secondary="Cy")
    taken(world, "Ben")
    world.press("Ben", "page.snooze", page().about, until="2026-11-24T21:30")
    world.forward(minutes=10)
    snoozes.look_after(at=world.at)
    assert (called(), page().state) == (["Ben"], "acknowledged")
    rest = Period(world.at, world.at + timedelta(hours=4))
    ada, ben = number("Ada"), number("Ben")
    edits.override(duty="primary", span=rest, add=ada, remove=ben, at=world.at, by="Ben")
    world.settle()
    snoozes.look_after(at=world.at)
    world.settle()
    assert (called(), page().state, page().snoozed_until) == (["Ben", "Ada"], "calling", None)


@pytest.mark.clause("oncall.escalate")
def test_what_whoever_covers_took_and_put_off_in_that_moment_is_not_passed_on(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T18:00")
    world.shifts(primary="Ben", secondary="Cy")
    found = taken(world, "Cy")
    world.press("Cy", "page.snooze", found.about, until="2026-11-24T21:30")
    escalation.pass_on(pages=[found.pk], at=world.at)
    assert (called(), page().state) == (["Ben"], "acknowledged")
