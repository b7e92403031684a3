"""Postmortems that are written, looked through, signed off and published, for tests."""

from datetime import datetime

from dutydesk.postmortems.flows import passages, publications, reports
from dutydesk.postmortems.models import Postmortem, Publication, RepositoryFile
from testing.world import World

WORDS = {
    "summary": "A disk was full.",
    "impact": "Nobody could book.",
    "contributing-factors": "No alert looked at disks.",
}


def write(world: World, found: Postmortem, key: str, text: str, name: str = "Ada") -> None:
    """Write a passage anew, onto what stands there."""
    known = passages.texts(found).get(key)
    passages.write(
        postmortem=found.pk,
        key=key,
        text=text,
        version=known.version if known else 0,
        by=world.person(name),
        at=world.at,
    )


def decide_all(world: World, found: Postmortem, name: str = "Ada") -> None:
    """Confirm that all that is not for everybody is replaced, if there is any."""
    found = Postmortem.objects.select_related("incident__lead").get(pk=found.pk)
    marks = [one.mark for one in reports.found_in(reports.write(found, at=world.at), found)]
    if marks:
        by = world.person(name)
        publications.decide(postmortem=found.pk, marks=marks, reason="", by=by, at=world.at)


def seen_now(world: World, found: Postmortem) -> str:
    """Give what names the words as they would be published now."""
    found = Postmortem.objects.select_related("incident__lead").get(pk=found.pk)
    return reports.digest(reports.redacted(reports.write(found, at=world.at), found))


def publish(world: World, found: Postmortem, name: str = "Ada", seen: str = "") -> Publication:
    """Publish it as it is."""
    return publications.publish(
        postmortem=found.pk,
        seen=seen or seen_now(world, found),
        by=world.person(name),
        at=world.at,
    )


def reviewed(world: World, title: str) -> Postmortem:
    """Give a postmortem that may be published, of an incident that nobody led."""
    about = world.press("Ada", "incident.declare", "new", title=title).show
    world.press("Ada", "incident.resolve", about, text="It is over")
    found = Postmortem.objects.get(
        pk=int(world.press("Ada", "postmortem.open", about).show.partition(":")[2])
    )
    for key, text in WORDS.items():
        write(world, found, key, text)
    decide_all(world, found)
    world.press("Ada", "postmortem.sign=lead", found.about)
    return found


def refuse_file(postmortem: Postmortem, at: datetime) -> None:
    """Let a postmortem have a file in a repository that takes no commit."""
    RepositoryFile.objects.create(
        postmortem=postmortem,
        url="https://git.example.org/team/reviews",
        branch="main",
        path="reviews/2026-11-24-whole.md",
        how="commit",
        version=1,
        key=f"{postmortem.about}:repository:0",
        state="refused",
        reason="Its branch is protected, and takes no commit of the desk's.",
        by="Ada",
        at=at,
    )
