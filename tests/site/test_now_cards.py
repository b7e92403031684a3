"""Each card of Now can be asked for alone, and an open window asks for those that changed."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import dutydesk
from dutydesk.alarms.flows import silences
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.chat.flows import people_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.database import notifications
from dutydesk.desk.models import Question
from dutydesk.desk.rules.promises import ANSWER
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.oncall.models import Page
from dutydesk.people.models import Account, Service
from dutydesk.process.flows import process
from dutydesk.site.now_cards import CARDS, TOUCHED, UnknownCard, shown
from testing.pages import alarm
from testing.screens import squeezed, visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db
HOUSE = Path(dutydesk.__file__).parent


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    Account.objects.filter(name="Ada").update(is_administrator=True)
    return world


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The subjects that open windows are told of."""
    told: set[str] = set()
    monkeypatch.setattr(notifications, "notify", lambda *subjects: told.update(subjects))
    monkeypatch.setattr(notifications, "notify_all", told.update)
    return told


def ask(world: World) -> Question:
    uma = people_posts.Author.of(world.person("Uma"))
    people_posts.post(by=uma, channel="#ask-cloud-platform", text="Why is it slow?", at=world.at)
    world.settle()
    return Question.objects.latest("id")


def declare(world: World) -> Incident:
    world.press("Cy", "incident.declare", "new", title="Visits fail", criteria=["outage"], began="")
    return Incident.objects.latest("id")


def take_out(world: World) -> Maintenance:
    service = Service.objects.get(name="Prison visits")
    world.press("Ben", "service.maintain", service.about, reason="New disks")
    return Maintenance.objects.latest("id")


def owe(world: World, minutes: int) -> None:
    commitments.promise(
        kind=ANSWER,
        subject=f"question:{1000 + minutes}",
        owner="cover",
        text="Answer at last",
        times=Promise(world.at + timedelta(minutes=minutes)),
        at=world.at,
    )


def body(answer: Any) -> str:
    """Give what a window shows, without the token, which is another one each time."""
    assert answer.status_code == 200, answer.text
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", squeezed(answer.text))
    return page.partition("<body")[2].partition(">")[2].rpartition("</body>")[0].strip()


def card(client: Client, name: str) -> str:
    return body(client.get("/", {"cards": name}))


def test_each_card_alone_is_the_same_card_as_on_the_whole_screen(world: World) -> None:
    declare(world)
    alarm(world)
    ask(world)
    take_out(world)
    owe(world, -5)
    for name in ("Ada", "Uma"):
        window = visit(name)
        whole, cards = body(window.get("/")), all_cards(window)
        assert {one for one, shown in cards.items() if shown not in whole} == set()
        assert len(set(cards.values())) == len(CARDS)
        assert 'id="now-alarms"' in cards["alarms"]
        together = body(window.get("/", {"cards": "owed,alarms"}))
        assert together.replace(" ", "") == (cards["owed"] + cards["alarms"]).replace(" ", "")


def test_a_card_alone_asks_less_than_all_of_them_do(world: World) -> None:
    declare(world)
    alarm(world)
    ask(world)
    ada = visit("Ada")
    ada.get("/")

    def statements(**asked: str) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert ada.get("/", asked).status_code == 200
        return [one["sql"] for one in captured]

    none = len(statements(cards="menu")) - 1  # Its counts are one statement.
    alone = {name: len(statements(cards=name)) - none for name in CARDS}
    assert alone["menu"] == 1
    assert max(alone.values()) < len(statements()) - none
    assert alone["called"] == alone["maintenance"] == 1
    assert max(alone[name] for name in ("on", "alarms", "questions", "steps")) <= 4
    assert alone["incidents"] <= 11  # It names who owes the next update of each, and until when.
    others = ("alarms_", "desk_", "incidents_", "commitments_", "oncall_")
    assert [one for one in statements(cards="on") if any(name in one for name in others)] == []


def test_a_card_that_isnt_there_is_refused_by_name(world: World) -> None:
    answer = visit("Ada").get("/", {"cards": "owed,<b>gone"})
    assert answer.status_code == 422
    says = "Now has no card “&lt;b&gt;gone”. Ask for some of: called, state,"
    assert says in re.sub(r"\s+", " ", answer.text)
    assert visit("Ada").get("/", {"cards": ""}).status_code == 422
    with pytest.raises(UnknownCard, match="Now has no card “gone”"):
        shown(["gone"], person=world.person("Ada"), at=world.at)
    assert Client().get("/", {"cards": "owed"}).status_code == 302


def test_the_window_is_named_anew_with_the_card_of_who_is_called(world: World) -> None:
    ada = visit("Ada")
    assert "<title>Now · " in squeezed(ada.get("/", {"cards": "called"}).text)
    alarm(world)
    assert "<title>You are called · " in squeezed(ada.get("/", {"cards": "called"}).text)
    assert "<title>" not in ada.get("/", {"cards": "owed"}).text


def nothing(_world: World) -> None: ...


def silence(world: World, _alarm: Alarm) -> None:
    which, until = (Matcher("alertname", "=", "Down"),), world.at + timedelta(hours=1)
    wanted = silences.SilenceDraft(which, world.at, until, "Known")
    silences.silence(wanted=wanted, by="Ben", at=world.at)
    world.settle()


def take_page(world: World, _alarm: Alarm) -> None:
    world.press("Ada", "page.acknowledge", Page.objects.get().about)


def rehearse(world: World, _: None) -> None:
    world.press("Ada", "page.rehearse", f"rehearsal:{number('Ada')}")


def stand_in(world: World, _: None) -> None:
    hour = timedelta(hours=1)
    world.shift(world.at - hour, world.at + hour, support="Cy")


def takes_lead(world: World, incident: Incident) -> None:
    world.press("Ben", "incident.take-lead", incident.about)


def take_over(world: World, fired: Alarm) -> None:
    world.press("Cy", "incident.declare", fired.about, title="Disks", began="")


DEEDS: dict[str, tuple[Callable[[World], Any], Callable[[World, Any], object], set[str]]] = {
    "an incident is declared": (nothing, lambda w, _: declare(w), {"state", "incidents", "menu"}),
    "somebody leads it": (declare, takes_lead, {"incidents", "owed"}),
    "a question is asked": (nothing, lambda w, _: ask(w), {"questions", "owed", "menu"}),
    "it is taken": (ask, lambda w, q: w.press("Ben", "question.take", q.about), {"questions"}),
    "an alarm fires": (nothing, lambda w, _: alarm(w), {"called", "state", "alarms", "menu"}),
    "it ends": (alarm, lambda w, _: alarm(w, firing=False), {"called", "state", "alarms", "menu"}),
    "it is silenced": (alarm, silence, {"called", "state", "alarms", "menu"}),
    "its page is taken": (alarm, take_page, {"called", "state", "alarms", "owed"}),
    "it is declared an incident": (alarm, take_over, {"called", "incidents"}),
    "a service is taken out": (nothing, lambda w, _: take_out(w), {"maintenance"}),
    "it is put back": (
        take_out,
        lambda w, out: w.press("Ben", "maintenance.end", out.about, message="It works"),
        {"maintenance"},
    ),
    "a rehearsal calls": (nothing, rehearse, {"called", "owed", "menu"}),
    "somebody else has support": (nothing, stand_in, {"on"}),
}


def all_cards(client: Client) -> dict[str, str]:
    return {name: card(client, name) for name in CARDS}


def changed_and_touched(told: set[str], do: Callable[[], object]) -> tuple[set[str], set[str]]:
    """Give the cards that are others once something is done, and those that it says it touched."""
    window = visit("Ada")
    before = all_cards(window)
    told.clear()
    do()
    told.update(one.about for one in Alarm.objects.all())  # The database tells of these by itself.
    after = all_cards(window)
    touched = {card for one in told for card in TOUCHED[one.partition(":")[0]]}
    changed = {name for name in CARDS if before[name] != after[name]}
    return changed, set(CARDS) if "*" in touched else touched


@pytest.mark.parametrize("deed", DEEDS)
def test_whatever_happens_touches_each_card_that_is_another_by_it(
    deed: str, world: World, told: set[str]
) -> None:
    given, does, changes = DEEDS[deed]
    there = given(world)
    changed, touched = changed_and_touched(told, lambda: does(world, there))
    assert changed <= touched, told
    assert changes <= changed


def test_a_process_file_that_breaks_or_is_mended_touches_all_cards(
    world: World, told: set[str], tmp_path: Path
) -> None:
    file = tmp_path / "process.yaml"
    sound = file.read_text()

    def write(text: str) -> tuple[set[str], set[str]]:
        file.write_text(text)
        return changed_and_touched(told, lambda: process.follow(file=file, at=world.at))

    for text in (sound + "nonsense: 1\n", sound):
        changed, touched = write(text)
        assert changed == {"state"}
        assert touched == set(CARDS)
    changed, touched = write(sound.replace("#ask-cloud-platform", "#ask-us"))
    assert changed == {"questions"}
    assert touched == set(CARDS)
    assert write(file.read_text()) == (set(), set()), "the same again is no news"


def test_every_kind_of_subject_is_said_to_touch_cards_or_none() -> None:
    said = "\n".join(file.read_text() for file in HOUSE.rglob("*.py"))
    kinds = {
        kind
        for written in (
            r'\bsubject\(\s*"([a-z-]+)"',
            r'\bsubject=f?"([a-z.-]+)[":]',
            r'\bnotify\(\s*f?"([a-z.-]+)[":]',
            r"'([a-z-]+):' \|\|",
        )
        for kind in re.findall(written, said)
    }
    assert len(kinds) > 20
    assert kinds - set(TOUCHED) == set()
    assert {card for cards in TOUCHED.values() for card in cards} == {*CARDS, "*"}


def test_a_card_that_is_none_is_refused_by_its_name(world: World) -> None:
    with pytest.raises(UnknownCard, match="no card “weather”"):
        shown(["weather"], person=world.person("Ada"), at=world.at)
