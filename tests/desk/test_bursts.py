"""Questions that may be one trouble look alike; reviews asked for, and names alone, don't."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.rules.phrases import (
    asks_for_review,
    burst,
    significant,
    telling_words,
    without_addresses,
)

SERVICES = ["Prison visits", "Bookings", "Grafana"]
TROUBLE = ["{} is down", "is {} slow?", "We get a 503 from {}", "{} crashed", "can't open {}"]
PLAIN = ["Who owns {}?", "Where is the code of {}?", "Which team runs {} in staging?"]
OTHERS = ["Lunch?", "How do I rotate a key?", "A bucket for the archive please"]


def groups() -> Iterator[tuple[list[str], bool]]:
    """Give each group of questions, and whether they are a burst."""
    kind = ""
    path = Path(__file__).parent / "sentences" / "bursts.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            kind = line[2:]
        elif line and not line.startswith("#"):
            yield line.split(" | "), kind == "burst"


@pytest.mark.parametrize(("texts", "wanted"), list(groups()))
def test_real_bursts_are_found_and_others_are_not(texts: list[str], wanted: bool) -> None:
    found = burst(texts, SERVICES, 3)
    assert found == ((0, 1, 2) if wanted else ())


@given(
    service=st.sampled_from(SERVICES),
    said=st.lists(st.sampled_from(TROUBLE), min_size=3, max_size=6),
    between=st.lists(st.sampled_from(OTHERS), max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_trouble_of_one_service_is_found_among_whatever_else(
    service: str, said: list[str], between: list[str], order: Random
) -> None:
    texts = [*(one.format(service) for one in said[1:]), *between]
    order.shuffle(texts)
    alike = tuple(place for place, text in enumerate(texts) if text not in OTHERS)
    found = burst([*texts, said[0].format(service)], SERVICES, 3)
    assert found == (*alike, len(texts))


@given(
    service=st.sampled_from(SERVICES),
    said=st.permutations([*PLAIN, *OTHERS]),
)
def test_a_service_that_is_merely_named_is_none(service: str, said: list[str]) -> None:
    assert burst([one.format(service) for one in said], SERVICES, 3) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["{} please review", "could someone approve {}", "{}", "PR for review: {}"]
            ),
            st.integers(1, 9999),
        ),
        min_size=3,
        max_size=9,
    )
)
def test_reviews_asked_for_are_never_a_burst(asked: list[tuple[str, int]]) -> None:
    texts = [
        words.format(f"https://github.com/acme/environments/pull/{number}")
        for words, number in asked
    ]
    assert all(asks_for_review(text) for text in texts)
    assert burst(texts, SERVICES, 3) == ()


def test_of_an_address_no_word_tells() -> None:
    text = "Why is <https://github.com/acme/environments/pull/4|the change of Tom> red?"
    assert significant(text) == {"change", "tom", "red"}
    assert telling_words("please see https://github.com/acme/environments/pull/4") == "see"
    assert telling_words("https://github.com/acme/environments/pull/4") == ""
    assert without_addresses("at www.example.org/a and b.example/c?d=1 too").split() == [
        "at", "and", "too",
    ]  # fmt: skip
    assert "v1.2" in without_addresses("since v1.2 it is red")


@pytest.mark.parametrize("piece", ["-", "a-", "a.", "www."])
def test_no_post_holds_the_desk_up_however_long_it_goes_on(piece: str) -> None:
    """A line of a table, a name with a thousand dots: from each letter it would take hours."""
    text = f"It failed: {piece * 500_000}"
    assert without_addresses(text).startswith("It failed:")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Could somebody review my PR please?", True),
        ("Please approve https://github.com/acme/environments/pull/4, no rush", True),
        ("Not urgent: a review of https://github.com/acme/environments/pull/4", True),
        ("Why does the check of my PR fail? https://github.com/acme/a/pull/4", False),
        ("How do I review the costs of a namespace?", False),
        ("Can somebody look at the alerts?", False),
    ],
)
def test_a_review_asked_for_is_known(text: str, wanted: bool) -> None:
    assert asks_for_review(text) is wanted
