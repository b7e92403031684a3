"""What somebody took back of a question is gone from the record of a handover that told of it."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.handovers.flows import notes
from dutydesk.journal.models import JournalEntry
from testing.asked import ask
from testing.handed import Handed
from testing.searched import rows_with

pytestmark = [pytest.mark.django_db, pytest.mark.clause("support.day-end")]
TEXT = "Is hunter2 refused by the live cluster only, or by the one of the tests and by staging too?"


def test_it_is_gone_from_what_came_in_since_and_from_who_wrote_to_it(tmp_path: Path) -> None:
    world = Handed(tmp_path, "2026-11-27T15:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    before = ask(world, text=TEXT)
    world.until("2026-11-27T17:30")
    found = world.handover("end of day")
    line = found.lines.get(about=before.about)
    for who in ("Ada", "Ben"):
        notes.write(
            handover=found.pk,
            line=line.pk,
            text=f"{who} has seen it",
            seen=notes.SeenNote(),
            by=world.person(who),
            at=world.at,
        )
    world.press("Ada", "handover.give", found.about)
    since = ask(world, "Cy", f"{TEXT} Or is it me?")
    world.until("2026-11-27T17:45")
    told = JournalEntry.objects.filter(subject=found.about, text__contains="hunter2")
    assert len(told) > 1
    assert any(one.text.startswith("Since then") for one in told)
    for one in (before, since):
        author = Author.of(world.person(one.post.author))
        people_posts.remove(post=one.post_id, by=author, at=world.at)
        world.settle()
    assert rows_with("hunter2") == []
