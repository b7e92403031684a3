"""What a silence would quiet of a storm: also the page that many alarms share."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.rules.silence_matchers import Matcher
from testing.storms import begin, bundle_of, many, receive

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.respond")]


@pytest.mark.parametrize(("names", "ends"), [("V.*", True), ("V[0-6]", False)])
def test_a_preview_says_that_the_page_of_a_storm_ends_if_all_of_it_falls_quiet(
    tmp_path: Path, names: str, ends: bool
) -> None:
    world = begin(tmp_path)
    receive(world, *many(world, "V", 8))
    bundle = bundle_of("V7")
    until = world.at + timedelta(hours=1)
    wanted = SilenceDraft((Matcher("alertname", "=~", names),), world.at, until, "Known")
    seen = silences.preview(wanted=wanted, by="Ada", at=world.at)
    told = [one for one in seen if one.page == bundle]
    assert len(told) == (bundle.bundled.count() if ends else 0)
    silences.silence(wanted=wanted, by="Ada", at=world.at)
    bundle.refresh_from_db()
    assert (bundle.state == "resolved") == ends
