"""What is filled in is read into what the form asks for, or all that is wrong with it is said."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.forms import Answers, Field, Form, FormRefused, Kind, NotAnAnswer
from dutydesk.kernel.moments import NotAMoment, typed_moment, write_moment

LONDON = ZoneInfo("Europe/London")
HALF, NUL = "\ud800", "\x00"
KINDS: tuple[Kind, ...] = ("text", "long", "choice", "choices", "time", "flag")
OFFERED = (("1", "Ada"), ("2", "Ben"), ("a b", "Cy"))
NOW, LATER = datetime(2026, 11, 24, 10, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC)


def read(kind: Kind, sent: str | list[str], **more: Any) -> Any:
    field = Field("why", "Why?", kind, options=OFFERED, **more)
    return field.read(sent, LONDON)


@pytest.mark.parametrize(
    ("kind", "sent", "answer"),
    [
        ("text", "  Down  ", "Down"),
        ("text", "Down\r\nagain\tand again", "Down again and again"),
        ("text", "x" * 3000, "x" * 3000),
        ("text", ["", "Down"], "Down"),
        ("long", " one\n\ntwo ", "one\n\ntwo"),
        ("long", "\x1b[31mred", "\x1b[31mred"),
        ("long", "x" * 100_000, "x" * 100_000),
        ("choice", "2", "2"),
        ("choice", "a b", "a b"),
        ("choice", ["2"], "2"),
        ("choices", "2", ("2",)),
        ("choices", ["2", "1", "2", ""], ("1", "2")),
        ("flag", "yes", True),
        ("time", "2026-11-24T10:30", NOW + timedelta(minutes=30)),
        ("time", " 2026-11-24 10:30 ", NOW + timedelta(minutes=30)),
        ("time", "2026-11-24T10:30+01:00", NOW - timedelta(minutes=30)),
        ("time", "2026-11-24T10:30Z", NOW + timedelta(minutes=30)),
        ("time", "2026-06-01T10:00", datetime(2026, 6, 1, 9, tzinfo=UTC)),
        ("time", "2026-10-25T01:30+01:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("time", "2026-10-25T01:30+00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("time", "2026-03-29T01:30+00:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_what_fits_is_read(kind: Kind, sent: str | list[str], answer: object) -> None:
    assert read(kind, sent) == answer


@pytest.mark.parametrize(
    ("kind", "sent", "says"),
    [
        ("text", "x" * 3001, "“Why?” has 3001 characters; 3000 is the most."),
        ("text", f"a{NUL}b", "can't be stored"),
        ("text", f"a{HALF}b", "can't be stored"),
        ("text", "a\x1b[31mb", "can't be seen"),
        ("text", ["a", "b"], "“Why?” was filled in more than once."),
        ("long", "x" * 100_001, "100000 is the most"),
        ("long", f"a{NUL}b", "can't be stored"),
        ("choice", "3", "“Why?” doesn't offer that"),
        ("choice", "Ada", "doesn't offer that"),
        ("choice", "9" * 5000, "doesn't offer that"),
        ("choice", ["1", "2"], "more than once"),
        ("choices", ["1", "3"], "doesn't offer that"),
        ("flag", "no", "“Why?” is ticked or it isn't."),
        ("time", "tomorrow", "“Why?”: “tomorrow” is not a time. Write it like"),
        ("time", "2026-02-30T10:00", "is not a time"),
        ("time", "9999-12-31T23:59", "is not a time"),
        ("time", "2026-11-24T10:00+99:99", "is not a time"),
        ("time", NUL, "is not a time"),
        ("time", "2026-03-29T01:30", "is skipped in Europe/London: the clocks go forward."),
        ("time", "2026-03-29T01:30", "or from 2026-03-29T02:00 on"),
        ("time", "2026-10-25T01:30", "comes twice in Europe/London: the clocks go back."),
        ("time", "2026-10-25T01:30", "2026-10-25T01:30+01:00 for the first"),
        ("time", "2026-10-25T01:30", "2026-10-25T01:30+00:00 for the second"),
    ],
)
def test_what_doesn_t_fit_is_refused_with_what_to_do(
    kind: Kind, sent: str | list[str], says: str
) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        read(kind, sent)
    assert says in str(refused.value)
    assert refused.value.reason.startswith("“Why?”")


@pytest.mark.parametrize(
    "blank", ["", "   ", "\r\n\t", "\u200b\u200b", " \u2060\u3164", [], ["", " "]]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_needed_can_t_be_left_out_and_another_can(
    kind: Kind, blank: str | list[str]
) -> None:
    with pytest.raises(NotAnAnswer, match=r"^“Why\?” is missing\. \w"):
        read(kind, blank)
    nothing = {"choices": (), "time": None, "flag": False}.get(kind, "")
    assert read(kind, blank, required=False) == nothing


def test_where_nothing_is_offered_nothing_can_be_chosen() -> None:
    with pytest.raises(NotAnAnswer, match="“Who” has nothing to choose"):
        Field("who", "Who", "choice").read("", LONDON)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("2026-11-24T09:59", "is too early. Give a time from 2026-11-24T10:00 on."),
        ("2026-11-24T12:01", "is too late. Give a time up to 2026-11-24T12:00."),
        ("2026-11-24T10:30+01:00", "is too early."),
    ],
)
def test_a_time_lies_between_the_bounds_of_its_field(sent: str, says: str) -> None:
    for fits in ("2026-11-24T10:00", "2026-11-24T12:00", "2026-11-24T12:30+01:00"):
        assert NOW <= read("time", fits, after=NOW, until=LATER) <= LATER
    with pytest.raises(NotAnAnswer) as refused:
        read("time", sent, after=NOW, until=LATER)
    assert says in str(refused.value)


def test_the_soonest_time_that_is_said_is_one_that_is_taken() -> None:
    just_after = NOW + timedelta(seconds=1)
    with pytest.raises(NotAnAnswer, match="from 2026-11-24T10:01 on"):
        read("time", "2026-11-24T10:00", after=just_after)
    assert read("time", "2026-11-24T10:01", after=just_after) > just_after


def test_what_a_form_needs_is_there_and_what_it_doesn_t_may_be_nothing() -> None:
    answers = Answers({"who": "2", "nobody": "", "until": NOW, "never": None})
    assert (answers.number("who"), answers.number_if_any("who")) == (2, 2)
    assert (answers.moment("until"), answers.moment_if_any("until")) == (NOW, NOW)
    assert (answers.number_if_any("nobody"), answers.moment_if_any("never")) == (None, None)
    for name in ("never", "unheard"):
        with pytest.raises(LookupError, match=name):
            answers.moment(name)


def test_a_title_is_as_long_as_its_field_says() -> None:
    assert read("text", "x" * 200, longest=200) == "x" * 200
    with pytest.raises(NotAnAnswer, match="200 is the most"):
        read("text", "x" * 201, longest=200)


FORM = Form(
    "Form",
    "Send",
    (Field("title", "Title"), Field("who", "Who", "choice", options=OFFERED),
     Field("until", "Until", "time", required=False)),
)  # fmt: skip


def test_all_that_is_wrong_with_a_form_is_said_at_once_by_field() -> None:
    with pytest.raises(FormRefused) as refused:
        FORM.read({"title": " ", "who": "3", "until": "soon"}, LONDON)
    assert list(refused.value.faults) == ["title", "who", "until"]
    for fault in refused.value.faults.values():
        assert fault.reason in str(refused.value)
        assert fault.remedy in str(refused.value)


def test_what_is_not_among_the_fields_is_left_out() -> None:
    answers = FORM.read({"title": "Down", "who": "2", "reason": NUL, "back": "/"}, LONDON)
    assert answers.texts() == {"title": "Down", "who": "2", "until": ""}
    assert answers.number("who") == 2
    assert (answers.moment_if_any("until"), answers.flag("until"), answers.chosen("who")) == (
        None,
        False,
        (),
    )
    assert Answers({"many": ("a", "b")}).text("many") == "a, b"


@given(st.integers(-10_000_000, 10_000_000))
def test_a_time_that_a_form_shows_is_read_back_as_the_same(minutes: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    assert typed_moment(write_moment(at, LONDON), LONDON) == at


def test_a_time_that_comes_twice_is_shown_with_its_offset() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert write_moment(second, LONDON) == "2026-10-25T01:30+00:00"
    with pytest.raises(NotAMoment):
        typed_moment("2026-10-25T01:30", LONDON)


texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["1", "yes", "2026-11-24T11:00", "2026-10-25T01:30", NUL, HALF, "x" * 3001]),
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
)


@given(st.sampled_from(KINDS), st.booleans(), texts | st.lists(texts, max_size=3))
def test_whatever_is_sent_is_an_answer_within_bounds_or_a_refusal(
    kind: Kind, needed: bool, sent: str | list[str]
) -> None:
    try:
        answer = read(kind, sent, required=needed, after=NOW, until=LATER)
    except NotAnAnswer as refusal:
        assert refusal.reason and refusal.remedy
        return
    match kind:
        case "text" | "long":
            assert answer == answer.strip() and NUL not in answer and HALF not in answer
            assert bool(answer) or not needed
        case "choice":
            assert answer in dict(OFFERED) or (answer == "" and not needed)
        case "choices":
            assert set(answer) <= set(dict(OFFERED)) and (answer or not needed)
        case "time":
            assert NOW <= answer <= LATER if answer else not needed
        case "flag":
            assert answer is True or (answer is False and not needed)
