"""Now answers: is anything wrong, who is on, what is owed next? In one look, the worst first."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms.models import Alarm
from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.desk.rules.promises import ANSWER
from dutydesk.incidents.flows import owners
from dutydesk.incidents.models import Incident
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.oncall.models import Page
from dutydesk.process.models import BrokenFile
from dutydesk.routines.rules.promises import DAY_END
from dutydesk.site.owed import SHOWN
from testing.pages import alarm
from testing.screens import seen, squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def declare(world: World, title: str = "Visits fail", criteria: str = "outage") -> Incident:
    chosen = [criteria] if criteria else []
    world.press("Cy", "incident.declare", "new", title=title, criteria=chosen, began="")
    return Incident.objects.latest("id")


def owe(world: World, text: str, *, minutes: int, kind: PromiseKind = ANSWER) -> None:
    number = commitments.owed().count() + 1000
    due_at = world.at + timedelta(minutes=minutes)
    commitments.promise(
        kind=kind,
        subject=f"question:{number}",
        owner="cover",
        text=text,
        times=Promise(due_at),
        at=world.at,
    )


def banner() -> list[tuple[str, str]]:
    """Give what is wrong, each with its screen, as the one banner says it."""
    page = visit("Cy").get("/").text
    assert page.count('class="card state') == 1
    shown = page.partition('id="now-state"')[2].partition("</section>")[0]
    return [(says, screen) for screen, says in re.findall(r'<a href="([^"]+)">([^<]+)</a>', shown)]


def owed_next() -> str:
    return seen(visit("Ada").get("/")).partition("Owed next")[2].partition("Who is on")[0]


def test_an_answer_is_owed_by_whoever_covers_just_then_and_by_who_has_the_question(
    world: World,
) -> None:
    uma = people_posts.Author.of(world.person("Uma"))
    people_posts.post(by=uma, channel="#ask-cloud-platform", text="Why?", at=world.at)
    world.settle()
    assert "Answer “Why?” Ada, support" in owed_next()
    assert [one.kind for one in owners.owed_by("Ada", at=world.at)] == ["question.answer"]
    world.at = world.moment("2026-11-24T20:00")
    assert "Answer “Why?” nobody is on until tomorrow at 09:00 GMT, then Ada" in owed_next()
    assert owners.owed_by("Ada", at=world.at) == []
    world.press("Ben", "question.take", commitments.owed().get().subject)
    assert "Answer “Why?” Ben" in owed_next()


@pytest.mark.clause("announce.commitment")
def test_no_number_of_late_answers_hides_what_a_running_incident_owes(world: World) -> None:
    for number in range(30):
        owe(world, f"Answer number {number}", minutes=-60 - number)
    declare(world)
    owe(world, "Answer the next one", minutes=3)
    shown = owed_next()
    update, gathering = shown.index("The next update about"), shown.index("Gather about")
    late, coming = shown.index("Answer number 29"), shown.index("Answer the next one")
    assert update < gathering < late < coming
    more = int(re.findall(r"and (\d+) more", shown)[0])
    assert more == commitments.owed().count() - shown.count("“Visits fail”") - 8
    everything = seen(visit("Uma").get("/owed/"))
    assert all(f"Answer number {number}" in everything for number in range(30))
    assert everything.index("The next update about") < everything.index("Answer number 29")


def test_without_anything_late_the_soonest_come_first_and_nothing_more_is_told(
    world: World,
) -> None:
    for minutes in (50, 20, 40):
        owe(world, f"Answer in {minutes}", minutes=minutes)
    shown = owed_next()
    assert shown.index("Answer in 20") < shown.index("Answer in 40") < shown.index("Answer in 50")
    assert "more" not in shown
    assert "Ada, support" in shown


def test_all_that_is_owed_is_paged(world: World) -> None:
    for number in range(130):
        owe(world, f"Answer number {number}", minutes=number)
    assert "page 1 of 3, 130 in all" in seen(visit("Uma").get("/owed/"))
    assert "Answer number 129" in seen(visit("Uma").get("/owed/?page=3"))


def test_nothing_wrong_is_said_calmly(world: World) -> None:
    assert banner() == []
    assert "Nothing is wrong that we know of" in seen(visit("Uma").get("/"))
    declare(world, criteria="")
    assert banner() == []
    assert "Nothing of high priority; 1 incident in hand" in seen(visit("Uma").get("/"))


def test_the_banner_names_all_that_is_wrong_the_worst_first_each_with_its_screen(
    world: World,
) -> None:
    incident = declare(world)
    alarm(world)
    owe(world, "Answer at last", minutes=-5)
    BrokenFile.objects.create(path="process.yaml", seen_at=world.at, mistakes=["1: wrong"])
    fired, page = Alarm.objects.get(), Page.objects.get()
    assert banner() == [
        ("1 high-priority incident", f"/incidents/{incident.pk}"),
        ("1 high alarm that nobody has", f"/alarms/{fired.pk}"),
        ("calling Ada", f"/pages/{page.pk}"),
        ("1 promise overdue", "/owed/"),
        ("the process file is broken", "/process/"),
    ]
    declare(world, "Another")
    assert banner()[0] == ("2 high-priority incidents", "/incidents/")
    for _, screen in banner():
        assert visit("Uma").get(screen).status_code == 200, screen


def test_a_checklist_that_is_late_is_said_calmly_and_nothing_is_wrong(world: World) -> None:
    owe(world, "Checklist: End of the day", minutes=-5, kind=DAY_END)
    page = visit("Ada").get("/")
    assert "card state bad" not in page.text
    assert "Nothing is wrong that we know of 1 checklist not done in time" in seen(page)
    owe(world, "Answer at last", minutes=-5)
    assert banner() == [
        ("1 promise overdue", "/owed/"), ("1 checklist not done in time", "/routines/"),
    ]  # fmt: skip


def test_each_alarm_says_who_is_called_for_it_in_a_bundle_too(world: World) -> None:
    for number in range(SHOWN):
        alarm(world, group=f"group {number}")
    assert Page.objects.get(bundle=True, called__name="Ada").bundled.count() > 1
    assert seen(visit("Uma").get("/")).count("· calling Ada") == SHOWN


def test_an_alarm_that_somebody_has_or_an_incident_took_over_is_in_hand(world: World) -> None:
    alarm(world)
    world.press("Ada", "page.acknowledge", Page.objects.get().about)
    assert banner() == []
    other = alarm(world, group="other")
    assert [says for says, _ in banner()] == ["1 high alarm that nobody has", "calling Ada"]
    world.press("Cy", "incident.declare", f"alarm:{other.pk}", title="Disks", began="")
    assert banner() == []
    assert "· in an incident" in seen(visit("Uma").get("/"))


def test_a_page_that_is_held_and_a_duty_that_nobody_has_are_wrong(world: World) -> None:
    world.at = world.moment("2026-11-24T23:00")
    alarm(world)
    assert [says for says, _ in banner()] == [
        "1 high alarm that nobody has",
        "1 page held until tomorrow at 07:00 GMT",
    ]
    alarm(world, firing=False)
    world.at = world.moment("2027-01-11T11:00")
    assert banner() == [("nobody is on as support", "/shifts/")]


def test_before_anybody_had_a_shift_nothing_is_called_uncovered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    assert banner() == []


def test_somebody_who_asks_is_led_to_where_one_asks_and_offered_nothing_that_is_not_theirs(
    world: World,
) -> None:
    ask = desk_posts.place("#ask-cloud-platform")
    now = squeezed(visit("Uma").get("/").text)
    assert "Declare an incident" not in now
    assert f'href="/channels/{ask.pk}">Ask in #ask-cloud-platform</a>' in now
    assert "Declare an incident" in visit("Ada").get("/").text


def test_somebody_who_asks_sees_what_is_promised_to_them_and_nobody_elses_late_answers(
    world: World,
) -> None:
    for minutes in (-60, -30, 20):
        owe(world, f"Answer Rosa {minutes}", minutes=minutes)
    declare(world)
    people_posts.post(
        by=people_posts.Author.of(world.person("Uma")),
        channel="#ask-cloud-platform",
        text="How do I add a namespace?",
        at=world.at,
    )
    world.settle()
    now = visit("Uma").get("/").text
    owed = now.partition('id="now-owed"')[2].partition("</section>")[0]
    assert "Answer Rosa" not in owed
    assert "How do I add a namespace?" in owed
    assert "Visits fail" in owed
    assert " late" not in now.partition('id="now-state"')[2].partition("</section>")[0]
    assert "Answer Rosa -60" in visit("Ada").get("/").text


def test_who_is_paged_sees_it_above_all_and_has_it_with_one_press(world: World) -> None:
    alarm(world)
    page = Page.objects.get()
    ada = visit("Ada").get("/").text
    assert ada.index("You are called") < ada.index('id="now-state"')
    assert f'action="/do/page.acknowledge/{page.about}"' in ada
    assert "You are called" not in visit("Ben").get("/").text
    visit("Ada").post(f"/do/page.acknowledge/{page.about}", {"back": "/"})
    page.refresh_from_db()
    assert page.state == Page.State.ACKNOWLEDGED
    assert "You are called" not in visit("Ada").get("/").text


def test_now_asks_few_questions_however_much_is_going_on(
    world: World, django_assert_max_num_queries: Any
) -> None:
    ada = visit("Ada")
    ada.get("/")
    for number in range(6):
        declare(world, f"Number {number}")
        alarm(world, group=f"group {number}")
        for late in range(5):
            owe(world, f"Answer {number} {late}", minutes=late - 3)
    with django_assert_max_num_queries(45):
        ada.get("/")
