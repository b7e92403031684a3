"""What an earlier version wrote of a promise is still understood."""

import pytest

from dutydesk.commitments.flows.commitments import CommitmentDue, CommitmentEvent, CommitmentWarned


@pytest.mark.parametrize("kind", [CommitmentDue, CommitmentWarned])
def test_the_kind_of_a_promise_is_read_under_either_name(kind: type[CommitmentEvent]) -> None:
    told = kind(7, "page.acknowledge", "page:3")
    assert kind.from_json(told.as_json()) == told
    before = {"commitment": 7, "sort": "page.acknowledge", "subject": "page:3"}
    assert kind.from_json(before) == told


def test_what_a_newer_version_tells_more_of_is_left_out() -> None:
    told = CommitmentDue(7, "page.acknowledge", "page:3")
    assert CommitmentDue.from_json({**told.as_json(), "mood": "glad"}) == told
