"""How what quotes a post is told once that says something else, or nothing any more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.chat.rules import CUTS, REMOVED, Retelling, title_of

POST = "Hi team! I can't log in\n*My password* is `hunter2`. It was `hunter3`\nOK\nhunter2"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (POST, REMOVED),
        (f"Uma:\n{POST}\n\nBen:\nOK then", f"Uma:\n{REMOVED}\n\nBen:\nOK then"),
        ("Due now: Answer “I can't log in”", f"Due now: Answer “{REMOVED}”"),
        ("I can\N{RIGHT SINGLE QUOTATION MARK}t log in", REMOVED),
        ("My password is hunter2.", f"{REMOVED}"),
        ("Title: hunter2", f"Title: {REMOVED}"),
        ("Ben:\nOK\nIt is OK here", f"Ben:\n{REMOVED}\nIt is OK here"),
        ("Nothing of it", "Nothing of it"),
        ("They can't log in, I can't log into it", "They can't log in, I can't log into it"),
    ],
)
def test_what_is_taken_back_is_quoted_nowhere_and_nobody_elses_words_go(
    said: str, told: str
) -> None:
    assert Retelling(POST, None).words(said) == told


LINES = st.text(alphabet="abc .'?(", min_size=1, max_size=60).filter(
    lambda one: len(one.strip()) > 1
)


@given(st.lists(LINES, min_size=1, max_size=5), st.sampled_from(CUTS))
def test_a_title_however_it_is_cut_and_the_whole_are_gone(lines: list[str], cut: int) -> None:
    post = "\n".join(lines).strip()
    retelling = Retelling(post, None)
    title = title_of(post, cut)
    assert retelling.words(post) in (REMOVED, post if len(post) < 2 else REMOVED)
    if len(title) > 1:
        assert retelling.words(f"Answer “{title}”") == f"Answer “{REMOVED}”"
        assert title.startswith(retelling.stems[0]) or retelling.stems[0].startswith(title)


def test_what_is_changed_is_quoted_as_it_reads_now() -> None:
    retelling = Retelling("My login fails\nwith hunter2", "My login works not\nwith a password")
    assert retelling.words("Answer “My login fails”") == "Answer “My login works not”"
    assert retelling.words("Uma:\nMy login fails\nwith hunter2") == (
        "Uma:\nMy login works not\nwith a password"
    )
    told = retelling.leaves({"facts": [["Question", "My login fails"]], "count": 3})
    assert told == {"facts": [["Question", "My login works not"]], "count": 3}


def test_what_others_say_with_the_same_words_is_left_when_it_is_changed() -> None:
    retelling = Retelling("The deploy fails", "The build fails")
    for said in ("The deploy fails since ten", "Ben:\nWhy do you say the deploy fails?"):
        assert retelling.words(said) == retelling.title(said) == said
    for told in ("{} (1 hour, nobody has it)", "Answer “{}”", "Solved: {}", "Uma:\n{}\n\nBen:\n"):
        assert retelling.title(told.format("The deploy fails")) == told.format("The build fails")


ONE_LINE = Retelling("My build fails, why?", "My build fails, why?\nIt says hunter2")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (ONE_LINE.title("My build fails, why?"), "My build fails, why?"),
        (ONE_LINE.title("Answer “My build fails, why?”"), "Answer “My build fails, why?”"),
        (
            ONE_LINE.words("Unanswered: “My build fails, why?”"),
            "Unanswered: “My build fails, why?”",
        ),
        (
            ONE_LINE.words("Uma:\nMy build fails, why?\n\nBen:\nHm"),
            "Uma:\nMy build fails, why?\nIt says hunter2\n\nBen:\nHm",
        ),
        (
            ONE_LINE.leaves({"title": "My build fails, why?", "body": "My build fails, why?"}),
            {"title": "My build fails, why?", "body": "My build fails, why?\nIt says hunter2"},
        ),
        (
            Retelling("Hi, my build fails", "Hi, my test fails\nbadly").title("Hi, my build fails"),
            "My test fails",
        ),
    ],
)
def test_a_further_line_goes_into_no_title(told: object, said: object) -> None:
    assert told == said


@given(LINES, st.lists(LINES, min_size=1, max_size=4), st.sampled_from(CUTS))
def test_a_title_stays_one_line_whatever_is_changed(old: str, new: list[str], cut: int) -> None:
    told = Retelling(old, "\n".join(new)).title(f"Answer “{title_of(old, cut)}”")
    assert "\n" not in told
    assert len(told) <= len("Answer “…”") + cut


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The deploy fails", "The deploy fails on prod"),
        ("The deploy fails", "On prod the deploy fails. The deploy fails badly"),
        ("It fails", "It fails on prod\nsince ten"),
        ("The deploy fails\nIt says no", "Why?\nThe deploy fails\nIt says no"),
    ],
)
def test_what_says_the_new_text_already_is_not_told_again(old: str, new: str) -> None:
    retelling = Retelling(old, new)
    promise = retelling.title(f"Answer “{title_of(old, 90)}”")
    assert promise == f"Answer “{title_of(new, 90)}”" == retelling.title(promise)
    body = retelling.words(f"Uma:\n{old}\n\nBen:\nHm")
    assert body == f"Uma:\n{new}\n\nBen:\nHm" == retelling.words(body)


@given(LINES, LINES, st.sampled_from(CUTS))
def test_of_one_line_telling_it_twice_tells_it_once(old: str, new: str, cut: int) -> None:
    retelling = Retelling(old, new)
    once = retelling.title(f"Answer “{title_of(old, cut)}”")
    assert retelling.title(once) == once
