"""Which words tell questions apart, and which past answers are likely enough."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.rules.similarity import (
    LIKELY,
    LOOKED_AT,
    MARK,
    OFFERED,
    UNMARK,
    Alike,
    any_of,
    likeness,
    offered,
    ordered,
    pieces,
    telling,
    weights,
)

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def other(number: int, asked: str, said: str = "") -> Alike:
    words = frozenset(asked.split())
    return Alike("question", number, AT, words, words | frozenset(said.split()))


def test_rare_words_weigh_more() -> None:
    told = weights(["error", "kumquat", "namespac"], {"error": 0.5, "namespac": 0.1}, 0.001)
    assert told["error"] < told["namespac"] < told["kumquat"]


def test_a_question_is_itself_and_shares_nothing_with_strangers() -> None:
    told = weights(["renew", "certif"], {}, 0.1)
    assert likeness(told, other(1, "renew certif")) == 1
    assert likeness(told, other(2, "lunch")) == 0
    assert likeness(told, other(3, "", "renew certif")) == 0.5
    assert likeness({}, other(1, "renew")) == 0


def test_common_words_alone_make_nothing_likely() -> None:
    shares = {"error": 0.5, "live": 0.4}
    told = weights(["error", "live", "kumquat"], shares, 0.0001)
    assert offered(told, [other(1, "error live")]) == []
    assert offered(told, [other(1, "error kumquat")])


def test_one_word_is_never_enough_and_answers_alone_are_not() -> None:
    assert offered(weights(["certif"], {}, 0.1), [other(1, "certif")]) == []
    told = weights(["renew", "certif"], {}, 0.1)
    assert offered(told, [other(1, "", "renew certif")]) == []
    assert offered(told, [other(1, "renew", "certif")]) == []


def test_the_likeliest_three_are_offered_the_newest_of_those_alike_first() -> None:
    told = weights(["a", "b", "c", "d"], {}, 0.1)
    past = [other(1, "a b c"), other(2, "a b c d"), other(3, "a b c"), other(4, "a b c"),
            other(5, "a b")]  # fmt: skip
    assert [each.number for _, each in offered(told, past)] == [2, 4, 3]


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sets(st.sampled_from("abcdefghij")), max_size=9),
)
def test_what_is_offered_is_likely_and_in_order(words: list[str], past: list[set[str]]) -> None:
    told = weights(words, {"a": 0.5}, 0.01)
    others = [other(number, " ".join(each)) for number, each in enumerate(past)]
    found = offered(told, others)
    assert len(found) <= OFFERED
    assert all(LIKELY <= how <= 1 + 1e-9 for how, _ in found)
    assert found == ordered(told, others)[: len(found)]


def test_only_as_many_words_are_looked_for_as_stand_in_few_documents() -> None:
    shares = {"error": 0.5, "live": 0.004}
    assert telling(["error", "live", "kumquat"], shares, 0.0001, 100_000) == ("kumquat", "live")
    assert telling(["error"], shares, 0.0001, 100_000) == ("error",)
    assert telling([], shares, 0.0001, 100_000) == ()
    assert telling(["error", "live"], shares, 1, LOOKED_AT) == ("live", "error")


def test_a_query_quotes_whatever_the_words_hold() -> None:
    assert any_of(["it's", "a\\b", "c"]) == "'it''s' | 'a\\\\b' | 'c'"


@pytest.mark.parametrize(
    ("marked", "parts"),
    [
        (f"a {MARK}b{UNMARK} c", [("a ", False), ("b", True), (" c", False)]),
        (f"{MARK}b{UNMARK}", [("b", True)]),
        (f"a{UNMARK}{MARK}b", [("ab", False)]),
        ("", []),
    ],
)
def test_marks_become_parts(marked: str, parts: list[tuple[str, bool]]) -> None:
    assert pieces(marked) == parts
