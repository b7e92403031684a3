"""Whom an alarm calls, and which of its alerts names it: held to what anybody would say."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dutydesk.alarms.rules.page_need import Firing, need, ranked

FIRING = st.builds(Firing, st.sampled_from("abcd"), *[st.booleans()] * 5)
PAGES = st.sampled_from(["none", "held", "calling", "acknowledged"])


@given(st.lists(FIRING, unique_by=lambda one: one.name, max_size=4), PAGES, st.booleans())
def test_what_follows_for_people_is_what_anybody_would_say(
    firing: list[Firing], page: str, incident: bool
) -> None:
    found = need(firing, page=page, incident=incident)  # type: ignore[arg-type]
    heard = {one.name for one in firing if one.high and not one.quiet}
    unheard = {one.name for one in firing if one.high and one.quiet}
    waiting = {one.name for one in firing if one.name in heard and not one.called}
    assert (found.deed == "end") == (page != "none" and not heard)
    if page == "none":
        deed = "tell the lead" if incident else "page"
        assert found.deed == (deed if waiting else "nothing")
    elif heard:
        assert (found.deed == "call again") == (page == "acknowledged" and bool(waiting))
    assert found.called == (waiting if found.deed != "end" else set())
    eased = {one.name for one in firing if one.called and not one.high}
    assert found.forgotten == eased | (unheard if found.deed == "end" else set())


@given(st.lists(FIRING, min_size=1, max_size=5))
def test_the_worst_is_no_better_than_any_other(firing: list[Firing]) -> None:
    places = ranked(firing)
    assert sorted(places) == list(range(len(firing)))
    found = firing[places[0]]

    def weight(one: Firing) -> tuple[bool, ...]:
        return one.high, not one.quiet, one.anyway, not one.rests

    assert weight(found) == max(map(weight, firing))
    assert found is next(one for one in firing if weight(one) == weight(found))
    others = [firing[place] for place in places[1:]]
    for better, worse in pairwise(others):
        assert (better.high, not better.quiet) >= (worse.high, not worse.quiet)
        if (better.high, better.quiet) == (worse.high, worse.quiet):
            assert not better.called or worse.called, "what nobody was called for is news"
