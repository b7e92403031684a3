"""Several people write a postmortem at once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.kernel.bounds import OutOfBounds
from dutydesk.postmortems.flows import chronicle, passages, people_roles
from dutydesk.postmortems.flows.events import PostmortemRefused
from dutydesk.postmortems.flows.passages import WrittenMeanwhile
from dutydesk.postmortems.models import Postmortem
from dutydesk.postmortems.rules.hints import hints
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.publish")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    world.press("Ada", "incident.declare", "new", criteria=["outage"], title="Visits fail")
    about = Incident.objects.get().about
    world.press("Ben", "incident.take-lead", about)
    world.press("Ada", "incident.resolve", about, text="It works again")
    return world


def draft() -> Postmortem:
    return Postmortem.objects.get()


def write(
    world: World, name: str, text: str, version: int = 0, key: str = "summary"
) -> passages.Saved:
    return passages.write(
        postmortem=draft().pk,
        key=key,
        text=text,
        version=version,
        by=world.person(name),
        at=world.at,
    )


def test_who_saves_second_onto_an_older_version_has_both_or_sees_the_other_s(world: World) -> None:
    first = write(world, "Ada", "One\n\nTwo")
    ada = write(world, "Ada", "One, said better\n\nTwo", first.version)
    ben = write(world, "Ben", "One\n\nTwo\n\nThree", first.version)
    assert (ada.merged, ben.merged) == (False, True)
    assert ben.text == "One, said better\n\nTwo\n\nThree"
    assert ben.version == 3
    with pytest.raises(WrittenMeanwhile, match="Ben wrote in the same lines") as told:
        write(world, "Cy", "Uno\n\nTwo", first.version)
    assert (told.value.theirs, told.value.version) == (ben.text, 3)
    assert write(world, "Cy", "Uno\n\nTwo", told.value.version).text == "Uno\n\nTwo"
    assert write(world, "Cy", "Uno\n\nTwo", 1).version == 4


def test_earlier_versions_can_be_read(world: World) -> None:
    write(world, "Ada", "First **words**")
    write(world, "Ada", "First words, and more", 1)
    write(world, "Ben", "Other words", 2)
    found = passages.earlier(draft(), "summary")
    assert [(one.by, one.version) for one in found] == [("Ben", 3), ("Ada", 2)]
    path = f"/postmortems/{draft().pk}/text/summary/versions"
    assert "Other words" in seen(visit("Uma").get(path))
    assert "First words, and more" in seen(visit("Uma").get(f"{path}?version=2"))


def test_a_script_saves_and_hears_what_stands_there_and_who_writes_is_shown(world: World) -> None:
    ada, ben, path = visit("Ada"), visit("Ben"), f"/postmortems/{draft().pk}/text/summary"
    script: dict[str, Any] = {"headers": {"Accept": "application/json"}}
    told = ada.post(path, {"text": "It **broke**", "version": "0"}, **script).json()
    assert told["version"] == 1
    assert "<strong>broke</strong>" in told["html"]
    other = ben.post(path, {"text": "Other words", "version": "0"}, **script)
    assert (other.status_code, other.json()["theirs"]) == (409, "It **broke**")
    world.forward(minutes=5)
    assert ben.post(path, {"writing": "yes"}, **script).status_code == 204
    page = f"/postmortems/{draft().pk}"
    assert "Ben is writing here" in seen(ada.get(page))
    assert "Ben is writing here" not in seen(ben.get(page))
    world.forward(seconds=31)
    assert "Ben is writing here" not in seen(ada.get(page))


def test_without_a_script_a_button_saves_and_nothing_typed_is_lost(world: World) -> None:
    path = f"/postmortems/{draft().pk}/text/summary"
    ada, ben = visit("Ada"), visit("Ben")
    saved = ada.post(path, {"text": "Ada's words", "version": "0"})
    assert saved.headers["Location"] == f"/postmortems/{draft().pk}#section-summary"
    both = ben.post(path, {"text": "Ben's words", "version": "0"})
    assert both.status_code == 422
    for words in ("Ada&#x27;s words", "Ben&#x27;s words", 'name="version" value="1"'):
        assert words in both.text
    ben.post(path, {"text": "Both of our words", "version": "1"})
    assert passages.texts(draft())["summary"].text == "Both of our words"
    assert visit("Uma").post(path, {"text": "x", "version": "2"}).status_code == 403


def test_what_is_too_long_is_refused_with_its_limit_and_kept_for_who_typed_it(
    world: World,
) -> None:
    long = "words " * 33_334  # 200 kB
    with pytest.raises(OutOfBounds, match="“Summary” has 200004 characters; 100000 is the most"):
        write(world, "Ada", long)
    path = f"/postmortems/{draft().pk}/text/summary"
    answer = visit("Ada").post(path, {"text": long, "version": "0"})
    assert answer.status_code == 422
    assert "100000 is the most" in answer.text
    assert long[:600] in answer.text
    assert not passages.written(draft())


def test_nothing_that_is_typed_runs(world: World) -> None:
    bad = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    key = chronicle.entries(draft().incident, at=world.at)[0].key
    write(world, "Ada", bad)
    write(world, "Ada", bad, key=f"note.{key}")
    write(world, "Ada", bad, key=f"factor.{key}")
    for path in ("", f"/walk?entry={key}", "/text/summary/versions"):
        shown = visit("Ada").get(f"/postmortems/{draft().pk}{path}").text
        assert "alert(1)" in shown
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert 'href="javascript' not in shown


def test_an_entry_of_the_timeline_has_a_note_and_a_factor(world: World) -> None:
    key = chronicle.entries(draft().incident, at=world.at)[1].key
    write(world, "Ada", "The dashboard was *green*", key=f"note.{key}")
    write(world, "Ben", "No alert on disks", key=f"factor.{key}")
    page = seen(visit("Uma").get(f"/postmortems/{draft().pk}"))
    assert "factor No alert on disks The dashboard was green" in page
    walk = visit("Ada").get(f"/postmortems/{draft().pk}/walk?entry={key}")
    assert "No alert on disks" in walk.text
    assert f"2 of {len(chronicle.entries(draft().incident, at=world.at))}" in seen(walk)
    with pytest.raises(PostmortemRefused, match="no such part"):
        write(world, "Ada", "x", key="note.j0")
    with pytest.raises(PostmortemRefused, match="one line"):
        write(world, "Ada", "x\ny", key=f"factor.{key}")
    with pytest.raises(PostmortemRefused, match="no such part"):
        write(world, "Ada", "x", key="nothing")


@pytest.mark.clause("postmortem.blameless")
def test_words_of_blame_and_names_get_a_gentle_hint_and_are_never_refused(world: World) -> None:
    text = "Ben should have looked; the deploy failed to wait. Human error! Benedict was away."
    people = people_roles.roles(draft().incident)
    found = {one.found: one.says for one in hints(text, people)}
    assert set(found) == {"should have", "failed to", "Human error", "Ben"}
    assert found["Ben"].startswith("Say “the lead”")
    assert write(world, "Ada", text).text == text
    assert "Say “the lead”" in seen(visit("Ada").get(f"/postmortems/{draft().pk}"))
    assert hints("The lead restarted it, which nobody could foresee.", people) == []


@pytest.mark.clause("postmortem.session")
def test_a_draft_with_words_stays_to_be_read_though_its_incident_was_none(world: World) -> None:
    write(world, "Ada", "What we know")
    about = draft().incident.about
    world.press("Ada", "incident.mistake", about, reason="The wrong alarm")
    assert draft().withdrawn_at == world.at
    assert "What we know" in seen(visit("Ben").get(f"/postmortems/{draft().pk}"))
    with pytest.raises(PostmortemRefused, match="withdrawn"):
        write(world, "Ada", "More", 1)
    world.forward(minutes=int(timedelta(hours=1).total_seconds() // 60))
    world.press("Ada", "incident.reopen", about, reason="It was one")
    world.press("Ada", "incident.resolve", about, text="Over")
    assert draft().withdrawn_at is None
