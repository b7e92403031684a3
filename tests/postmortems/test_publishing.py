"""A postmortem is published once it is whole, signed off and looked through; and may be again."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client

from dutydesk.incidents.models import Incident
from dutydesk.kernel.refusals import ChangedMeanwhile
from dutydesk.people.flows import people
from dutydesk.people.models import Account
from dutydesk.postmortems.flows import publications, reports, sign_offs
from dutydesk.postmortems.flows.events import PublicationRefused
from dutydesk.postmortems.models import Improvement, Postmortem, Publication, RepositoryFile
from dutydesk.process.flows import process
from testing import reviews
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.publish")]
BAD = "<script>alert(1)</script>"
SIGNED_OUT = ""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    world.press("Ada", "incident.declare", "new", criteria=["outage"], title=f"Visits fail {BAD}")
    about = Incident.objects.get().about
    world.press("Ben", "incident.take-lead", about)
    world.press("Ada", "incident.resolve", about, text="It works again")
    return world


def shown_to(world: World, folder: Path, who: str) -> None:
    """Let the process file say who reads what is published."""
    file = folder / "process.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('    shown: "off"', f'    shown: "{who}"'), encoding="utf-8")
    process.adopt(file=file, at=world.at)


def draft() -> Postmortem:
    return Postmortem.objects.select_related("incident__lead").get()


def write(world: World, key: str, text: str) -> None:
    reviews.write(world, draft(), key, text)


def write_all(world: World) -> None:
    write(world, "summary", f"Ben saw a full disk on 10.0.0.1. {BAD}")
    write(world, "impact", "Nobody could book")
    write(world, "contributing-factors", "No alert on disks")


def decide_all(world: World) -> None:
    reviews.decide_all(world, draft())


def seen_now(world: World) -> str:
    return reviews.seen_now(world, draft())


def publish(world: World, name: str = "Ada", seen: str = "") -> Publication:
    return reviews.publish(world, draft(), name, seen)


def published(world: World) -> Publication:
    write_all(world)
    decide_all(world)
    world.press("Ben", "postmortem.sign=lead", draft().about)
    return publish(world)


def test_it_is_refused_with_all_that_is_missing_at_once(world: World) -> None:
    world.press("Ada", "improvement.add", draft().about, title="Alert on disks")
    write(world, "summary", "   \n Ben saw it")
    with pytest.raises(PublicationRefused) as told:
        publish(world)
    said = str(told.value)
    for missing in (
        "“Impact” has no words.",
        "“Contributing factors” has no words.",
        "The improvement “Alert on disks” has no owner and no priority and no due date.",
        "things that are not for everybody (names, addresses, secrets) wait to be decided.",
        "The lead has not signed off what it says now.",
    ):
        assert missing in said
    assert "“Summary”" not in said
    assert "“What went well”" not in said
    page = seen(visit("Ben").get(f"/postmortems/{draft().pk}/publish"))
    assert "The lead has not signed off" in page
    write_all(world)
    one = Improvement.objects.get()
    world.press(
        "Ada", "improvement.change", one.about, title="Alert on disks", owner=str(number("Cy")),
        priority="high",
    )  # fmt: skip
    decide_all(world)
    world.press("Ben", "postmortem.sign=lead", draft().about)
    assert publish(world).number == 1
    assert not Publication.objects.get().report["improvements"][0]["owner"].startswith("Cy")


def test_nobody_signs_off_by_a_name_that_is_an_engineer_s(world: World, tmp_path: Path) -> None:
    write_all(world)
    decide_all(world)
    Account.objects.create_user(email="eve@example.org", name="Ben", administrator=True)
    eve = people.person(Account.objects.get(email="eve@example.org"))
    Account.objects.filter(email="ben@example.org").update(name="Benjamin")
    for role in ("lead", "Ben"):
        file = tmp_path / "process.yaml"
        file.write_text(file.read_text().replace("sign_off: [lead]", f"sign_off: [{role}]"))
        process.adopt(file=file, at=world.at)
        with pytest.raises(PublicationRefused, match="signs it off: Ben"):
            sign_offs.sign(postmortem=draft().pk, role=role, by=eve, at=world.at)
    ben = people.person(Account.objects.get(email="ben@example.org"))
    assert sign_offs.sign(postmortem=draft().pk, role="Ben", by=ben, at=world.at).by == "Ben"


def test_it_is_signed_off_by_whom_the_process_names_as_it_stands_and_not_otherwise(
    world: World,
) -> None:
    write_all(world)
    about = draft().about
    with pytest.raises(PublicationRefused, match="The lead signs it off: Ben"):
        world.press("Ada", "postmortem.sign=lead", about)
    with pytest.raises(PublicationRefused, match="doesn't ask for that yes"):
        world.press("Ada", "postmortem.sign=scribe", about)
    world.press("Ben", "postmortem.sign=lead", about)
    with pytest.raises(PublicationRefused, match="Ben signed it off as it is"):
        world.press("Ben", "postmortem.sign=lead", about)
    write(world, "luck", "It was a Tuesday")
    [needed] = sign_offs.needed(draft(), at=world.at)
    assert needed.signed is None
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    world.press("Ada", "postmortem.sign=lead", about)
    [needed] = sign_offs.needed(draft(), at=world.at)
    assert needed.signed is not None


def test_names_are_roles_and_nothing_internal_is_in_what_is_published(
    world: World, tmp_path: Path
) -> None:
    key = "postgres://desk:hunter2@db/x"
    write_all(world)
    write(world, "surprises", f"We had {key} in a log; ask ada@example.org or Uma")
    found = draft()
    path = f"/postmortems/{found.pk}/publish"
    ada = visit("Ada")
    page = seen(ada.get(path))
    for side_by_side in ("10.0.0.1 [address]", "hunter2 [secret]", "Uma a user"):
        assert side_by_side in page
    marks = {
        one.found: one.mark for one in reports.found_in(reports.write(found, at=world.at), found)
    }
    ada.post(path, {"what": "keep", "mark": marks["10.0.0.1"]})
    assert not found.redactions.exists()
    ada.post(path, {"what": "keep", "mark": marks["10.0.0.1"], "reason": "It is in our guide"})
    others = [mark for said, mark in marks.items() if said != "10.0.0.1"]
    ada.post(path, {"what": "confirm", "mark": others})
    assert "kept by Ada : It is in our guide" in seen(ada.get(path))
    with pytest.raises(PublicationRefused, match="doesn't stand in it any more"):
        publications.decide(
            postmortem=found.pk, marks=["x"], reason="", by=world.person("Ada"), at=world.at
        )
    world.press("Ben", "postmortem.sign=lead", found.about)
    publish(world)
    shown_to(world, tmp_path, "public")
    for form in ("", ".md", ".json"):
        text = Client().get(f"/postmortems/published/{found.pk}{form}").text
        assert "10.0.0.1" in text
        for internal in ("Ben", "Ada", "Uma", "hunter2", "ada@example.org"):
            assert internal not in text, (form, internal)
    text = seen(Client().get(f"/postmortems/published/{found.pk}"))
    assert "The lead saw a full disk" in text
    assert "The reporting engineer declared a high-priority incident" in text
    assert BAD in text
    assert "<script>alert" not in Client().get(f"/postmortems/published/{found.pk}").text


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("off", {SIGNED_OUT: 404, "Uma": 404, "Ada": 200}),
        ("sign-in", {SIGNED_OUT: 302, "Uma": 200, "Ada": 200}),
        ("public", {SIGNED_OUT: 200, "Uma": 200, "Ada": 200}),
    ],
)
def test_those_read_it_whom_the_process_file_says(
    world: World, tmp_path: Path, who: str, statuses: dict[str, int]
) -> None:
    found = published(world)
    if who != "off":
        shown_to(world, tmp_path, who)
    base = "/postmortems/published/"
    for name, status in statuses.items():
        client = Client() if name == SIGNED_OUT else visit(name)
        for path in (
            "",
            "feed.atom",
            *(f"{found.postmortem_id}{end}" for end in ("", ".md", ".json")),
        ):
            answer = client.get(base + path)
            assert answer.status_code == status, (name, path)
            kept = "public, max-age=60" if who == "public" else "private, no-store"
            assert answer.headers["Cache-Control"] == kept or status != 200
        assert client.post(base).status_code == 405
    assert visit("Ada").get(f"{base}999").status_code == 404


def test_the_feed_tells_of_what_is_published_and_withdrawn_is_gone(
    world: World, tmp_path: Path
) -> None:
    found = published(world)
    shown_to(world, tmp_path, "public")
    atom = "{http://www.w3.org/2005/Atom}"

    def titles() -> list[str | None]:
        root = ElementTree.fromstring(Client().get("/postmortems/published/feed.atom").content)
        return [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")]

    assert titles() == [f"Visits fail {BAD}"]
    assert "&lt;p&gt;" in Client().get("/postmortems/published/feed.atom").text, "as HTML"
    world.press("Ada", "postmortem.unpublish", draft().about, why="A name stood in it")
    assert titles() == []
    assert Client().get(f"/postmortems/published/{found.postmortem_id}").status_code == 404
    page = visit("Ben").get(f"/postmortems/{found.postmortem_id}/publications/1")
    assert "withdrawn" in seen(page)
    with pytest.raises(PublicationRefused, match="not published"):
        world.press("Ada", "postmortem.unpublish", draft().about, why="Again")
    assert publish(world).number == 2
    listed = {"state": "published"}
    assert "Visits fail" in seen(visit("Ben").get("/postmortems/", listed))
    world.press("Ada", "postmortem.unpublish", draft().about, why="Another name stood in it")
    assert "Visits fail" not in seen(visit("Ben").get("/postmortems/", listed))


def test_of_two_who_publish_at_once_the_second_hears_of_it(world: World) -> None:
    first = published(world)
    with pytest.raises(PublicationRefused, match="Ada published it as it is"):
        publish(world, "Ben")
    assert Publication.objects.get() == first


def test_who_looked_at_other_words_publishes_nothing(world: World) -> None:
    write_all(world)
    decide_all(world)
    before = seen_now(world)
    write(world, "impact", "Nobody could book or cancel")
    world.press("Ben", "postmortem.sign=lead", draft().about)
    with pytest.raises(ChangedMeanwhile, match="changed after you looked"):
        publish(world, seen=before)
    form = visit("Ada").get(f"/do/postmortem.publish/{draft().about}").text
    assert seen_now(world) in form


def test_publishing_again_shows_what_changed_and_keeps_the_earlier(
    world: World, tmp_path: Path
) -> None:
    found = published(world)
    shown_to(world, tmp_path, "public")
    write(world, "impact", "Nobody could book or cancel")
    path = f"/postmortems/{found.postmortem_id}"
    changes = visit("Ada").get(f"{path}/publish").text
    assert "<del>Nobody could book</del>" in changes
    assert "<ins>Nobody could book or cancel</ins>" in changes
    reader = Client()
    assert "or cancel" not in reader.get(f"/postmortems/published/{found.postmortem_id}").text
    world.press("Ben", "postmortem.sign=lead", draft().about)
    assert publish(world).number == 2
    assert "or cancel" in reader.get(f"/postmortems/published/{found.postmortem_id}").text
    assert "or cancel" not in visit("Ben").get(f"{path}/publications/1").text
    assert (
        "<ins>Nobody could book or cancel</ins>" in visit("Ben").get(f"{path}/publications/2").text
    )


def test_a_published_one_whose_incident_was_none_is_not_read_any_more(
    world: World, tmp_path: Path
) -> None:
    found = published(world)
    shown_to(world, tmp_path, "public")
    path = f"/postmortems/published/{found.postmortem_id}"
    assert Client().get(path).status_code == 200
    world.press("Ada", "incident.mistake", draft().incident.about, reason="The wrong alarm")
    assert Client().get(path).status_code == 404
    with pytest.raises(PublicationRefused, match="withdrawn"):
        publish(world)


def test_one_without_people_s_words_whose_incident_was_none_leaves_its_repository(
    world: World, tmp_path: Path
) -> None:
    """Where the process asks for no words, the timeline alone is published."""
    file = tmp_path / "process.yaml"
    text = file.read_text(encoding="utf-8")
    for section in reviews.WORDS:
        text = text.replace(f"id: {section}\n", f"id: {section}\n      required: false\n")
    file.write_text(text, encoding="utf-8")
    process.adopt(file=file, at=world.at)
    decide_all(world)
    world.press("Ben", "postmortem.sign=lead", draft().about)
    publish(world)
    reviews.refuse_file(draft(), world.at)
    world.press("Ada", "incident.mistake", draft().incident.about, reason="The wrong alarm")
    assert draft().withdrawn_at == world.at
    assert Publication.objects.get().postmortem == draft()
    gone = RepositoryFile.objects.get()
    assert (gone.version, gone.state) == (0, "owed")
