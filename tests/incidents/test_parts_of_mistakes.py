"""What somebody declared as an incident counts, though it became part of one that was none."""

import importlib
from pathlib import Path

import pytest
from django.db import connection

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.incidents.models import COUNTED, Incident
from dutydesk.incidents.rules.corrections import CorrectionRefused
from dutydesk.journal.flows import journal
from dutydesk.status.flows import incident_changes
from testing.asked import ask
from testing.screens import squeezed, visit
from testing.searched import rows_with
from testing.world import World, as_if_committed

pytestmark = [pytest.mark.django_db, pytest.mark.clause("incident.resolve", "measure.incidents")]
TEAM = "#cloud-platform"
UPGRADE = "dutydesk.incidents.migrations.0012_parts_of_mistakes"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def declare(world: World, title: str) -> Incident:
    shown = world.press("Ada", "incident.declare", "new", title=title, user_impact="yes").show
    return Incident.objects.get(pk=int(shown.partition(":")[2]))


def merged(world: World) -> tuple[Incident, Incident]:
    """Give an incident, and the one that it is part of."""
    part, whole = declare(world, "Visits are slow"), declare(world, "All clusters are down")
    why = {"reason": "One cause", "into": str(whole.pk)}
    world.press("Ben", "incident.merge", part.about, **why)
    return part, whole


def test_what_happened_is_not_taken_back_with_what_did_not(world: World) -> None:
    _, whole = merged(world)
    with pytest.raises(CorrectionRefused, match="declared as “Visits are slow” is part of") as no:
        world.press("Ben", "incident.mistake", whole.about, reason="Only visits were")
    assert no.value.remedy.startswith("Correct the title, services and times of this one")
    assert Incident.objects.filter(COUNTED).get() == whole
    world.press(
        "Ben", "incident.correct", whole.about, title="Visits are slow", user_impact="yes",
        reason="Only visits were",
    )  # fmt: skip
    assert Incident.objects.filter(COUNTED).get().title == "Visits are slow"


def test_where_nothing_happened_nothing_counts_and_each_says_so(world: World) -> None:
    part, whole = merged(world)
    form = squeezed(visit("Ben").get(f"/do/incident.mistake/{whole.about}").text)
    assert "What is part of it was no incident either" in form
    told = {"reason": "A wrong probe", "parts_too": "yes"}
    world.press("Ben", "incident.mistake", whole.about, **told)
    part.refresh_from_db()
    assert (part.state, part.merged_into) == ("mistake", None)
    assert not Incident.objects.filter(COUNTED).exists()
    entry = journal.timeline([part.about]).last()
    assert entry is not None
    assert f"with incident {whole.pk}, “All clusters are down”" in entry.text
    world.press("Ben", "incident.reopen", part.about, reason="It was one")
    assert Incident.objects.filter(COUNTED).get() == part


def test_whoever_was_told_of_a_part_reads_in_its_own_place_that_it_was_none(world: World) -> None:
    part, whole = merged(world)
    about = f"/do/incident.mistake/{whole.about}"
    sent = {"reason": "A wrong probe", "parts_too": "yes", "look": "live", "filled": "yes"}
    seen = squeezed(visit("Ben").post(about, sent).text)
    says = "Ben says that there was no incident, nor “All clusters are down”, which it was part of."
    assert says in seen, "whoever takes it back sees it beforehand"
    told = {"reason": "A wrong probe", "parts_too": "yes"}
    world.press("Ben", "incident.mistake", whole.about, **told)
    named = [said for said in world.said(TEAM) if "Visits are slow" in said.partition(" | ")[0]]
    root, *_, last = named
    assert root.startswith(f"Declared by mistake: Visits are slow | {says} Why: A wrong probe")
    assert last == f"Declared by mistake: Visits are slow | {says} Why: A wrong probe"
    part.refresh_from_db()
    public = [one.change for one in incident_changes.told_of([part]).changes[part.pk]]
    assert [(one.what, one.into) for one in public] == [
        ("merged", "All clusters are down"),
        ("mistaken", ""),
    ]
    (button,) = Post.objects.get(key=f"{part.about}:in:{TEAM}").words.buttons
    assert button.about == part.about
    world.press("Ben", "incident.reopen", part.about, reason="It was one")
    root = next(said for said in world.said(TEAM) if "Visits are slow" in said)
    assert root.startswith("Incident: Visits are slow")


def test_each_time_it_became_a_part_says_of_what(world: World) -> None:
    part, whole = merged(world)
    told = {"reason": "A wrong probe", "parts_too": "yes"}
    world.press("Ben", "incident.mistake", whole.about, **told)
    world.press("Ben", "incident.reopen", part.about, reason="It was one")
    for title in ("The network is down", "The power is out"):  # The first is part of the second.
        later = declare(world, title)
        world.press("Ben", "incident.merge", part.about, reason="One cause", into=str(later.pk))
        part = later
    part = Incident.objects.get(title="Visits are slow")
    public = [one.change for one in incident_changes.told_of([part]).changes[part.pk]]
    assert [(one.what, one.into) for one in public] == [
        ("merged", "All clusters are down"),
        ("mistaken", ""),
        ("reopened", ""),
        ("merged", "The power is out"),
    ]


def test_what_is_corrected_of_a_mistake_leaves_standing_that_it_was_one(world: World) -> None:
    lone = declare(world, "Visits are slow")
    world.press("Ada", "incident.update", lone.about, text="We look into it", next="30")
    world.press("Ben", "incident.mistake", lone.about, reason="A wrong probe")
    world.press(
        "Ben", "incident.correct", lone.about, title="Lists are slow", user_impact="yes",
        reason="It was about lists",
    )  # fmt: skip
    root = world.said(TEAM)[0]
    assert root.startswith("Declared by mistake: Lists are slow")
    assert "Why: A wrong probe" in root and "We look into it" not in root


def test_each_is_noticed_by_itself_again_once_they_are_parted(world: World) -> None:
    part = declare(world, "Visits are slow")
    world.forward(minutes=25)
    whole = declare(world, "All clusters are down")
    world.press("Ben", "incident.merge", part.about, reason="One cause", into=str(whole.pk))
    whole.refresh_from_db()
    assert (whole.detected, whole.first_declared) == (part.declared, part.declared)
    told = {"reason": "A wrong probe", "parts_too": "yes"}
    world.press("Ben", "incident.mistake", whole.about, **told)
    for one in (part, whole):
        one.refresh_from_db()
        assert one.detected == one.first_declared == one.declared


def test_one_without_parts_asks_nothing_of_them(world: World) -> None:
    lone = declare(world, "Visits are slow")
    form = visit("Ben").get(f"/do/incident.mistake/{lone.about}").text
    assert "What is part of it" not in form
    world.press("Ben", "incident.mistake", lone.about, reason="A wrong probe")
    assert not Incident.objects.filter(COUNTED).exists()


def test_parts_of_former_mistakes_are_no_longer_said_to_count_with_another(world: World) -> None:
    part, whole = merged(world)
    Incident.objects.filter(pk=whole.pk).update(state="mistake", resolved=world.at)
    with connection.cursor() as cursor:
        cursor.execute(importlib.import_module(UPGRADE).PARTS)
    part.refresh_from_db()
    assert (part.state, part.merged_into) == ("mistake", None)


def test_what_was_part_of_one_forgets_what_is_taken_back_later(world: World) -> None:
    as_if_committed()
    question = ask(world, "Uma", "Deploys fail, the password hunter2 is refused")
    world.press("Ben", "incident.declare", question.about, title=question.title, criteria=[])
    part, whole = Incident.objects.get(), declare(world, "All clusters are down")
    world.press("Ben", "incident.merge", part.about, reason="One cause", into=str(whole.pk))
    told = {"reason": "A wrong probe", "parts_too": "yes"}
    world.press("Ben", "incident.mistake", whole.about, **told)
    assert "incidents_incident" in {found.partition(":")[0] for found in rows_with("hunter2")}
    by = Author.of(world.person("Uma"))
    people_posts.remove(post=question.post_id, by=by, at=world.at)
    world.settle()
    assert rows_with("hunter2") == []
