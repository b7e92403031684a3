"""Which alerts a silence quiets, and when: by Alertmanager's own rules."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.alarms.rules.silence_matchers import (
    Matcher,
    Operator,
    SilenceRule,
    check,
    in_effect,
    match_all,
    quieted_by,
    read_matcher,
    read_matchers,
)
from dutydesk.kernel.periods import Period, instant
from dutydesk.kernel.refusals import Refused
from dutydesk.process.rules.patterns import pattern
from dutydesk.rota.rules.typed import windows as read_windows
from dutydesk.rota.rules.weekly_windows import Window

LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
NAMES = st.sampled_from(["job", "severity", "service", "pod"])
WORDS = st.sampled_from(["", "a", "ab", "abc", "api-1", "web", "a\n", "ä"])
LABELS = st.dictionaries(NAMES, WORDS)
PATTERNS = st.sampled_from(
    ["", "a", "a|ab", "a.*", "ab?", "[a-c]+", "api-\\d+", ".+", "(?i)AB", "."]
)
OPERATORS: st.SearchStrategy[Operator] = st.sampled_from(["=", "!=", "=~", "!~"])


@st.composite
def matchers(draw: st.DrawFn) -> Matcher:
    operator = draw(OPERATORS)
    return Matcher(draw(NAMES), operator, draw(PATTERNS if "~" in operator else WORDS))


@given(matchers(), LABELS)
def test_a_matcher_matches_the_whole_value_and_a_missing_label_is_empty(
    one: Matcher, labels: dict[str, str]
) -> None:
    value = labels.get(one.name, "")
    anchored = re.search(rf"\A(?:{one.value})\Z", value, re.ASCII) if "(?i)" not in one.value else (
        value.lower() == "ab"
    )  # fmt: skip
    expected = {
        "=": value == one.value,
        "!=": value != one.value,
        "=~": bool(anchored),
        "!~": not anchored,
    }
    assert one.matches(labels) == expected[one.operator]
    assert one.matches(labels | {one.name: value}) == one.matches(labels)


@given(st.lists(matchers(), max_size=4), LABELS)
def test_every_matcher_has_to_match(several: list[Matcher], labels: dict[str, str]) -> None:
    assert match_all(several, labels) == (False not in [each.matches(labels) for each in several])


@given(matchers())
def test_a_matcher_is_read_back_as_it_is_written(one: Matcher) -> None:
    assert read_matcher(str(one)) == one


def test_matchers_are_read_with_and_without_quotes() -> None:
    read = read_matchers(["severity=critical", ' job =~ "api-.*", ', "", 'pod!="a b"', "ns !~ x"])
    assert read == (
        Matcher("severity", "=", "critical"),
        Matcher("job", "=~", "api-.*"),
        Matcher("pod", "!=", "a b"),
        Matcher("ns", "!~", "x"),
    )


@pytest.mark.parametrize("text", ["severity", "=x", "a b=c", 'a="b', 'a="b"c"', "a=~(", "a=~*"])
def test_what_is_no_matcher_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused):
        read_matcher(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a(?=b)", "invalid perl operator: (?="),
        (r"(a)\1", r"invalid escape sequence: \1"),
        ("a)", "unexpected )"),
        (r"a\C", "it knows no"),
        ("a{1001}", "invalid repetition size"),
        ("((a{100}){100}){100}", "invalid repetition size"),
        ("\ud800", "it holds a character that is none"),
        ("a" * 501, "longer than 500 characters"),
    ],
)
def test_a_pattern_that_alertmanager_does_not_read_is_refused_with_the_reason(
    text: str, says: str
) -> None:
    with pytest.raises(Refused, match=re.escape(says)):
        pattern(text)
    with pytest.raises(Refused, match=re.escape(says)):
        read_matcher(f"host=~{text}")


# What Go's regexp package says of ^(?:…)$ for each, as Alertmanager asks it.
@pytest.mark.parametrize(
    ("text", "whole", "not_whole"),
    [
        ("api-.*|web", "api-1", "api"),
        ("api-.*|web", "web", "web-1"),
        ("(api|web)-[0-9]{1,3}", "web-10", "web-1000"),
        (r"10\.0\..+", "10.0.1", "10.0."),
        ("(?i)Prod", "pROD", "prods"),
        ("(?:a|b)?c", "c", "abc"),
        ("a.", "aé", "a\n"),
        ("a$", "a", "a\n"),
        ("(?P<n>a)[[:digit:]]", "a1", "aa"),
        (r"\pL+", "äß", "a1"),
        (r"\w+", "ab_1", "ä"),
        (r"\Qa+\E", "a+", "aa"),
        ("(a+)+", "aaa", "aab"),
    ],
)
def test_a_pattern_is_read_as_alertmanager_reads_it(text: str, whole: str, not_whole: str) -> None:
    assert pattern(text).fits(whole)
    assert not pattern(text).fits(not_whole)


@pytest.mark.parametrize(
    "text", [".*?.*?.*?.*?.*?.*?x", "(a+)+b", "(a|aa)*b", "(a?){50}a{50}b", ".*a.{400}|b"]
)
def test_no_pattern_holds_the_desk_up_however_long_the_value(text: str) -> None:
    # Python's own `re` would not be done with these in the lifetime of the machine.
    for value in ("a" * 100_000, "ab" * 20_000, "\udcff" * 50_000):
        pattern(text).fits(value)


def test_a_kept_silence_whose_pattern_is_none_quiets_nothing_and_says_so() -> None:
    negated: tuple[Operator, ...] = ("=~", "!~")
    for operator in negated:
        kept = SilenceRule(
            1,
            (Matcher("job", "=", "api"), Matcher("host", operator, "a(?=b)")),
            None,
            Period(AT, AT + timedelta(hours=1)),
        )
        now = in_effect([kept], AT, LONDON)
        assert quieted_by({"job": "api", "host": "ab"}, None, now) is None
        assert "invalid perl operator" in kept.trouble


def test_matchers_are_bounded_in_number_and_length() -> None:
    with pytest.raises(Refused, match="30 at most"):
        read_matchers([f"a=x{n}" for n in range(31)])
    with pytest.raises(Refused, match="1000 characters at most"):
        read_matcher("a=" + "x" * 1_000_000)
    assert read_matcher("a=" + " " * 1_000_000) == Matcher("a", "=", "")


def silence(
    *lines: str, hours: float = 1, service: int | None = None, number: int = 1
) -> SilenceRule:
    period = Period(AT, AT + timedelta(hours=hours))
    return SilenceRule(number, read_matchers(lines), service, period, by="Ada", reason="known")


def test_a_silence_quiets_from_its_beginning_until_just_before_its_end() -> None:
    one = silence("job=api")
    seconds = timedelta(seconds=1)
    for at, quiet in [(AT - seconds, False), (AT, True), (AT + timedelta(hours=1), False)]:
        found = quieted_by({"job": "api"}, None, in_effect([one], at, LONDON))
        assert (found is not None) == quiet


def test_of_several_the_one_that_lasts_longest_is_named() -> None:
    several = [silence("job=api", number=1), silence("job=~a.*", hours=3, number=2)]
    found = quieted_by({"job": "api"}, None, in_effect(several, AT, LONDON))
    assert found is not None
    assert (found.number, found.until) == (2, AT + timedelta(hours=3))


def test_a_silence_of_a_service_leaves_others_alone() -> None:
    now = in_effect([silence(service=7)], AT, LONDON)
    assert quieted_by({"job": "api"}, 7, now) is not None
    assert quieted_by({"job": "api"}, 8, now) is None
    assert quieted_by({"job": "api"}, None, now) is None


def weekly(text: str) -> tuple[Window, ...]:
    from dutydesk.rota.flows.schedule_inputs import window  # noqa: PLC0415

    return tuple(window(each) for each in read_windows(text))


@pytest.mark.parametrize("day", ["2026-03-22", "2026-03-29", "2026-10-18", "2026-10-25"])
def test_every_sunday_at_two_is_by_the_wall_clock_across_clock_changes(day: str) -> None:
    start = instant(datetime.fromisoformat("2026-03-01T00:00"), LONDON)
    one = SilenceRule(
        1,
        read_matchers(["job=api"]),
        None,
        Period(start, start + timedelta(days=300)),
        weekly("Sun 02:00-04:00"),
    )
    begins = instant(datetime.fromisoformat(f"{day}T02:00"), LONDON)
    ends = instant(datetime.fromisoformat(f"{day}T04:00"), LONDON)
    for at, quiet in [
        (begins - timedelta(seconds=1), False),
        (begins, True),
        (ends - timedelta(seconds=1), True),
        (ends, False),
    ]:
        assert bool(in_effect([one], at, LONDON)) == quiet
    assert one.spell(begins - timedelta(days=3), LONDON) == Period(begins, ends)


@pytest.mark.parametrize(
    ("lines", "hours", "reason"),
    [
        (["job=~.*"], 1, "quiet every alert"),
        (["job!=api"], 1, "quiet every alert"),
        ([], 1, "quiet every alert"),
        (["job=api"], 24 * 31, "longer than 30 days"),
    ],
)
def test_a_silence_of_everything_or_for_ever_is_refused(
    lines: list[str], hours: float, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        check(silence(*lines, hours=hours), AT, LONDON)


def test_a_silence_needs_a_reason_and_a_name() -> None:
    period = Period(AT, AT + timedelta(hours=1))
    for by, reason, says in [("", "known", "Nobody answers"), ("Ada", "", "The reason is missing")]:
        with pytest.raises(Refused, match=says):
            one = SilenceRule(1, read_matchers(["job=api"]), None, period, by=by, reason=reason)
            check(one, AT, LONDON)
