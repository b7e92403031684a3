"""The frame around every screen: where one is, what waits there, and the way back."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.alarms.models import Alarm
from dutydesk.chat.flows import people_posts
from dutydesk.desk.models import Question
from dutydesk.oncall.models import Page
from dutydesk.people.flows.people import person
from dutydesk.people.models import Account
from dutydesk.site import menu
from dutydesk.site.counts import counts
from dutydesk.site.glossary import read, words
from dutydesk.web.screens import Count
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


def ask(world: World, text: str) -> Question:
    uma = people_posts.Author.of(world.person("Uma"))
    people_posts.post(by=uma, channel="#ask-cloud-platform", text=text, at=world.at)
    world.settle()
    return Question.objects.latest("id")


def side(page: str) -> str:
    return page.partition('id="menu"')[2].partition("</nav>")[0]


def marked(part: str) -> list[str]:
    places = re.findall(r'<a [^>]*aria-current="page"[^>]*>(.*?)</a>', part, re.S)
    return [
        re.sub(r"<[^>]*>|\d+|\s+", " ", place).replace("to act on", "").strip() for place in places
    ]


def numbers(name: str) -> dict[str, Count]:
    return dict(counts(person(Account.objects.get(name=name))))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "Now"),
        ("/owed/", "Now"),
        ("/mine/", "Mine"),
        ("/alarms/", "Alarms"),
        ("/alarms/silences/", "Alarms"),
        ("/questions/", "Questions"),
        ("/incidents/", "Incidents"),
        ("/do/incident.declare/new", "Incidents"),
        ("/glossary", "Process"),
    ],
)
@pytest.mark.usefixtures("world")
def test_the_menu_leads_to_every_place_and_marks_the_one_that_one_is_in(
    path: str, place: str
) -> None:
    part = side(visit("Ada").get(path).text)
    for group in menu.team():
        for each in group.places:
            assert f'href="{each.address}"' in part
    assert marked(part) == [place]


@pytest.mark.parametrize(
    ("path", "place"),
    [("/pages/contact-methods/", "How I am reached"), ("/account/", "My account and sessions")],
)
@pytest.mark.usefixtures("world")
def test_ones_own_screens_are_marked_in_ones_own_menu(path: str, place: str) -> None:
    page = visit("Ada").get(path).text
    assert marked(side(page)) == []
    assert marked(page.partition('class="me"')[2].partition("</details>")[0]) == [place]
    assert "Sign out" in page


@pytest.mark.parametrize("path", ["/alarms/silences/", "/alarms/heartbeats/", "/alarms/explain"])
@pytest.mark.usefixtures("world")
def test_a_screen_beside_a_place_is_a_tab_of_it_with_the_way_back(path: str) -> None:
    page = visit("Ada").get(path).text
    assert re.search(rf'<a href="{path}"\s+aria-current="page">', page)
    assert '<a href="/alarms/">Alarms</a>' in page.partition('class="crumbs"')[2]
    assert "/alarms/keys/" not in page.partition('class="tabs"')[2].partition("</nav>")[0]


@pytest.mark.usefixtures("world")
def test_the_tabs_of_the_shifts_are_the_screens_beside_the_weeks() -> None:
    page = visit("Ada").get("/shifts/").text
    tabs = page.partition('class="tabs"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<]+)</a>", tabs) == ["Weeks", "Change", "Plan", "Shares", "Calendars"]


@pytest.mark.usefixtures("world")
def test_somebody_who_asks_has_a_short_menu_of_their_own() -> None:
    part = side(visit("Uma").get("/").text)
    assert re.findall(r'href="([^"]+)"', part) == ["/", "/ask", "/mine/", "/find", "/shifts/"]


def test_an_inner_screen_is_titled_by_what_it_is_about_and_has_the_way_back(world: World) -> None:
    question = ask(world, "The login fails since noon")
    page = squeezed(visit("Ada").get(f"/threads/{question.post_id}").text)
    assert "<title>The login fails since noon · Questions · " in page
    assert "<h1>The login fails since noon</h1>" in page
    crumbs = page.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<]+)</a>", crumbs) == ["Questions", "#ask-cloud-platform"]


def test_what_waits_is_counted_and_red_only_where_somebody_must_act(world: World) -> None:
    assert numbers("Ada") == {}
    ask(world, "Why?")
    assert numbers("Ada") == {"questions": Count(1)}
    assert numbers("Uma") == {"mine": Count(1)}
    alarm(world)
    called = Page.objects.get()
    assert numbers("Ada") == {
        "questions": Count(1),
        "alarms": Count(1, urgent=True),
        "mine": Count(1, urgent=True),
    }
    assert 'class="badge urgent"' in side(visit("Ada").get("/questions/").text)
    world.press("Ada", "page.acknowledge", called.about)
    assert numbers("Ada") == {"questions": Count(1), "alarms": Count(1)}
    assert Alarm.objects.get().state == "firing"
    assert "urgent" not in visit("Ada").get("/questions/").text
    world.press("Cy", "incident.declare", "new", title="Down", criteria=["outage"], began="")
    world.press("Ada", "question.take", Question.objects.get().about)
    assert numbers("Ada")["incidents"] == Count(1, urgent=True)
    assert numbers("Ada")["mine"] == Count(1)


@pytest.mark.parametrize("name", ["Ada", "Uma"])
def test_all_numbers_cost_one_statement_and_a_screen_without_a_frame_none(
    world: World, name: str
) -> None:
    who = person(Account.objects.get(name=name))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        counts(who)
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        assert visit(name).get("/nothing-is-here").status_code == 404
    assert not [one for one in asked if "questions_of" in one["sql"]]


def test_mine_shows_what_waits_for_me(world: World) -> None:
    question = ask(world, "Why does it fail?")
    assert "You have no open question" in seen(visit("Ada").get("/mine/"))
    assert "Why does it fail?" in seen(visit("Uma").get("/mine/"))
    world.press("Ada", "question.take", question.about)
    assert "Why does it fail?" in seen(visit("Ada").get("/mine/"))
    alarm(world)
    assert "You are called" in seen(visit("Ada").get("/mine/"))
    world.press("Ada", "question.solve", question.about)
    shown = seen(visit("Uma").get("/mine/"))
    assert shown.index("Lately") < shown.index("Why does it fail?")


@pytest.mark.usefixtures("world")
def test_the_glossary_says_each_word_and_what_it_is_not() -> None:
    shown = seen(visit("Uma").get("/glossary"))
    assert len(words()) > 25
    assert all(word.nouns in shown for word in words())
    assert "alerts that belong together, as shown to people Not an incident." in shown
    assert '<a href="/glossary">Glossary</a>' in visit("Uma").get("/").text


def test_the_glossary_reads_a_table_of_more_columns_too() -> None:
    text = "| word | is | is not | in |\n|---|---|---|---|\n| **a**, **b** | `c` | d | e |\n"
    assert [(one.nouns, one.meaning, one.differs) for one in read(text)] == [("a, b", "c", "d")]
