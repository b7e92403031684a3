"""The screens and commands of silences: seen before done, refused with what was typed kept."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.commands import SilenceCommands
from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.flows import silences as silencing
from dutydesk.alarms.models import Alarm, Silence
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def fire(world: World) -> Alarm:
    labels = {"alertname": "Down", "severity": "critical", "team": "<b>&"}
    alerts = tuple(
        Told(name, True, labels | {"pod": name}, {"summary": "Visits are down"}, world.at)
        for name in ("a", "b")
    )
    ingestion.receive(told=Notification("Down", alerts), at=world.at)
    world.settle()
    return Alarm.objects.get()


def open_pages() -> int:
    return Page.objects.exclude(state="resolved").count()


def test_an_alarm_is_silenced_with_one_press_a_form_a_preview_and_a_confirmation(
    world: World,
) -> None:
    alarm = fire(world)
    ada = visit("Ada")
    form = ada.post(f"/do/alarm.silence/alarm:{alarm.pk}", follow=True).content.decode()
    assert (
        "alertname=&quot;Down&quot;\nseverity=&quot;critical&quot;\nteam=&quot;&lt;b&gt;&amp;&quot;"
        in form
    )
    assert "pod" not in form  # The two alerts don't share it.
    typed = {"matchers": 'alertname="Down"', "lasts": "2 hours", "reason": "We repair it"}
    preview = squeezed(ada.post("/alarms/silences/new", typed).text)
    assert "2 of 2 firing alerts; its page ends, Ada was called" in preview
    assert "Confirm: silence it and end 1 page" in preview
    assert not Silence.objects.exists()
    done = ada.post("/alarms/silences/new", typed | {"confirm": "1"}, follow=True)
    assert "Silenced." in done.content.decode()
    assert Silence.objects.get().made_by == "Ada"
    assert open_pages() == 0
    shown = ada.get(f"/alarms/{alarm.pk}").content.decode()
    assert "It pages nobody before; then it pages if it still fires." in shown
    now = ada.get("/").content.decode()
    assert "silenced until" in now
    assert "Silences</a>: 1 in effect" in now
    assert "Nothing is wrong that we know of" in now


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"matchers": "severity"}, "“severity” is not a matcher."),
        ({"matchers": "a=~b(?=c)"}, "can&#x27;t be used as a regular expression"),
        ({"matchers": ""}, "This would quiet every alert there is."),
        ({"reason": " "}, "“Why” is missing."),
        ({"lasts": ""}, "The silence has no end."),
        ({"lasts": "40 days"}, "That is longer than 30 days."),
        ({"until": "2026-11-24T10:00"}, "ends before it starts"),
        ({"until": "soon"}, "“Or until”: “soon” is not a time."),
        ({"windows": "Sunday night"}, "“Sunday night” is not a window of time."),
        ({"service": "99999"}, "“Of this service only” doesn&#x27;t offer that"),
        ({"windows": "Sun 02:00-04:00", "lasts": "1 day"}, "None of its windows"),
    ],
)
def test_what_can_not_be_is_refused_with_what_was_typed_kept(
    world: World, typed: dict[str, str], says: str
) -> None:
    good = {"matchers": "alertname=Down", "lasts": "2 hours", "reason": "We repair it"}
    for confirm in ({}, {"confirm": "1"}):
        answer = visit("Ada").post("/alarms/silences/new", good | typed | confirm)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert (typed | good)["matchers"] in answer.content.decode() or "matchers" in typed
    assert not Silence.objects.exists()


def test_users_see_silences_but_do_not_make_them(world: World) -> None:
    uma = visit("Uma")
    empty = uma.get("/alarms/silences/").content.decode()
    assert "Nothing is silenced. While you work on something that alarms, silence it" in empty
    assert uma.get("/alarms/silences/new").status_code == 403


def test_the_list_shows_what_is_active_what_comes_and_what_is_over(world: World) -> None:
    fire(world)
    hour = timedelta(hours=1)
    for name, starts, lasts in (("now", world.at, hour), ("later", world.at + hour, hour)):
        wanted = silencing.SilenceDraft(
            read_matchers([f"alertname={name}"]), starts, starts + lasts, "Work"
        )
        silencing.silence(wanted=wanted, by="Ben", at=world.at)
    world.settle()
    text = visit("Ada").get("/alarms/silences/").content.decode()
    active, coming = text.index("Silenced now"), text.index("Coming")
    assert active < text.index("alertname=&quot;now&quot;") < coming
    assert coming < text.index("alertname=&quot;later&quot;")
    world.forward(hours=1)
    text = visit("Ada").get("/alarms/silences/").content.decode()
    assert text.index("alertname=&quot;later&quot;") < text.index("Coming")
    assert text.index("Over") < text.index("alertname=&quot;now&quot;")


def test_lifting_says_beforehand_which_alarms_will_page(world: World) -> None:
    fire(world)
    wanted = silencing.SilenceDraft(
        read_matchers(["alertname=Down"]), world.at, world.at + timedelta(hours=1), "Work"
    )
    made = silencing.silence(wanted=wanted, by="Ben", at=world.at)
    ada = visit("Ada")
    form = ada.get(f"/do/silence.lift/{made.about}").content.decode()
    assert "It quiets 1 alarm now: Visits are down. High ones page at once." in form
    assert open_pages() == 0
    page = ada.post(f"/do/silence.lift/{made.about}", {"filled": "1"}, follow=True)
    assert "Ada lifted the silence of" in page.content.decode()
    assert open_pages() == 1
    assert ada.get("/do/silence.lift/silence:987654321").status_code == 404
    again = ada.post(f"/do/silence.lift/{made.about}", {"filled": "1"})
    assert "That silence is over already." in again.content.decode()


def test_silences_from_a_terminal(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    fire(world)
    silences = SilenceCommands(lambda: world.at)
    how = {"reason": "Work", "by": "Cy", "lasts": "2 hours"}
    silences.add(matchers=["alertname=Down"], preview=True, **how)  # type: ignore[arg-type]
    assert "Visits are down: 2 of 2 alerts match; it falls quiet" in capsys.readouterr().out
    assert not Silence.objects.exists()
    silences.add(matchers=["alertname=Down"], as_json=True, **how)  # type: ignore[arg-type]
    made = json.loads(capsys.readouterr().out)
    assert (made["matchers"], made["by"]) == (["alertname=Down"], "Cy")
    assert open_pages() == 0
    silences.listed(as_json=True)
    assert json.loads(capsys.readouterr().out)["active"] == [made]
    silences.lift(number=made["silence"], by="Ada", as_json=True)
    assert json.loads(capsys.readouterr().out)["lifted_by"] == "Ada"
    assert open_pages() == 1
    with pytest.raises(Refused, match="There is no service Nowhere"):
        silences.add(service="Nowhere", **how)  # type: ignore[arg-type]
    silences.add(service="PRISON_VISITS", as_json=True, **how)  # type: ignore[arg-type]
    assert Silence.objects.get(lifted_at=None).title == "Prison visits"


def test_a_silence_kept_from_before_with_a_pattern_that_is_none_is_shown_as_not_working(
    world: World,
) -> None:
    alarm = fire(world)
    kept = Silence.objects.create(
        matchers=[["alertname", "=~", "Down(?=x)|.*"]],
        starts_at=world.at,
        ends_at=world.at + timedelta(hours=1),
        reason="Kept",
        made_by="Ada",
        made_at=world.at,
    )
    ada = visit("Ada")
    assert "does not work" in ada.get("/alarms/silences/").content.decode()
    shown = ada.get(f"/alarms/silences/{kept.pk}").content.decode()
    assert "it quiets nothing" in shown
    assert "invalid perl operator" in shown
    assert "silenced until" not in ada.get(f"/alarms/{alarm.pk}").content.decode()
    assert open_pages() == 1
    longer = f"{world.at + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    moved = ada.post(f"/do/silence.extend/{kept.about}", {"until": longer, "filled": "1"})
    assert moved.status_code == 422
    ada.post(f"/do/silence.lift/{kept.about}", {"filled": "1"})
    assert Silence.objects.get(pk=kept.pk).lifted_at is not None
