"""Forms to fill in, and what was filled in read into values: once, for every door and every chat.

A form says of each field what it takes. What is sent is strings; what comes of it are values that
fit, or one refusal that names every field that doesn't. Names that the form hasn't are left out.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dutydesk.kernel import bounds
from dutydesk.kernel.moments import NotAMoment, typed_moment, write_moment
from dutydesk.kernel.refusals import Refused

Kind = Literal["text", "long", "choice", "choices", "time", "flag", "hidden"]
FormValues = Mapping[str, str | list[str]]
"""What was sent, by the names of fields; several for a field that takes several."""
Answer = str | tuple[str, ...] | datetime | bool | None

_LONGEST: dict[Kind, int] = {
    "text": 3_000,  # As much as Slack's field takes.
    "long": bounds.LONGEST_TEXT,
    "hidden": 100,
}
_TO_DO: dict[Kind, str] = {
    "text": "Fill it in.",
    "long": "Fill it in.",
    "choice": "Choose one.",
    "choices": "Choose one or more.",
    "time": "Give a day and a time.",
    "flag": "Tick it.",
    "hidden": "Open the form again.",
}
_BREAKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")


LONGEST_VALUE = 150  # As much as an option in Slack takes.


def short_value(value: str) -> str:
    """Give an option's value as it is sent where there is little room: fields read either."""
    if len(value) <= LONGEST_VALUE:
        return value
    return f"{value[:80]}#{hashlib.sha256(value.encode()).hexdigest()[:32]}"


class NotAnAnswer(Refused):
    """What was filled in is nothing that the field takes."""


class FormRefused(Refused):
    """A form can't be taken as it was filled in. `faults`: what is wrong, by the field's name."""

    def __init__(self, faults: Mapping[str, NotAnAnswer]) -> None:
        """Tell of every fault, in the order of the fields."""
        *others, last = faults.values()
        super().__init__(" ".join([*map(str, others), last.reason]), last.remedy)
        self.faults = dict(faults)


class Answers:
    """What was filled in, by field, as values that the form takes."""

    def __init__(self, values: Mapping[str, Answer] | None = None) -> None:
        """Keep the values, whatever is needed among them."""
        self._values = dict(values or {})

    def text(self, name: str) -> str:
        """Give a text or a choice, trimmed; empty if left out. Several choices are one text."""
        value = self._values.get(name)
        return ", ".join(value) if isinstance(value, tuple) else str(value or "")

    def texts(self) -> dict[str, str]:
        """Give every field as a text."""
        return {name: self.text(name) for name in self._values}

    def filled(self) -> dict[str, str | tuple[str, ...]]:
        """Give every field as a text, or as the choices that were made of several."""
        return {name: self.chosen(name) or self.text(name) for name in self._values}

    def chosen(self, name: str) -> tuple[str, ...]:
        """Give what was chosen of several, in the order of the options."""
        value = self._values.get(name)
        return value if isinstance(value, tuple) else ()

    def number(self, name: str) -> int:
        """Give the choice of a field that is needed and whose options are numbers."""
        return int(self.text(name))

    def number_if_any(self, name: str) -> int | None:
        """Give the choice of a field whose options are numbers; None if nothing was chosen."""
        return self.number(name) if self.text(name) else None

    def moment(self, name: str) -> datetime:
        """Give the time of a field that is needed, in UTC."""
        value = self.moment_if_any(name)
        if value is None:
            raise LookupError(f"The form asks for no time “{name}”, or doesn't need it.")
        return value

    def moment_if_any(self, name: str) -> datetime | None:
        """Give a time, in UTC; None if it was left out."""
        value = self._values.get(name)
        return value if isinstance(value, datetime) else None

    def flag(self, name: str) -> bool:
        """Say whether it was ticked."""
        return self._values.get(name) is True


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `options` are (value, label) pairs of a choice.

    A `time` has an offset from UTC, or is of its reader's zone, in which a moment that is its
    `value` is shown; `after` and `until` bound it, both included. `longest` bounds a text further
    than its kind does, and `rule` refuses one that says nothing to whoever reads it, by a
    ValueError or a refusal. What is `hidden` nobody fills in: it comes back as it was sent.
    `verbatim`: spaces at its ends are kept, as in a password. `must`: those options of `choices`
    that have to be among what is chosen.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    hint: str = ""
    value: str | tuple[str, ...] | datetime = ""
    options: tuple[tuple[str, str], ...] = ()
    longest: int = 0
    after: datetime | None = None
    until: datetime | None = None
    rule: Callable[[str], object] | None = None
    verbatim: bool = False
    must: tuple[str, ...] = ()

    def filled_in(self, zone: ZoneInfo) -> str | list[str]:
        """Give what the field holds when it is opened, as it would be sent; a time in `zone`."""
        if isinstance(self.value, datetime):
            return write_moment(self.value, zone)
        return self.value if isinstance(self.value, str) else list(self.value)

    def read(self, given: str | list[str], zone: ZoneInfo) -> Answer:
        """Give what was filled in as a value of this field's kind. Raises NotAnAnswer."""
        sent = [given] if isinstance(given, str) else given
        texts = [text for text in sent if not bounds.is_blank(text)]
        if not texts:
            return self._nothing()
        if self.kind == "choices":
            return self._chosen(texts)
        if len(texts) > 1:
            raise self._refused("was filled in more than once.", "Fill it in once.")
        return self._one(texts[0], zone)

    def _nothing(self) -> Answer:
        if self.must:
            return self._chosen([])
        if self.required:
            none = self.kind in ("choice", "choices") and not self.options
            if none:
                raise self._refused("has nothing to choose.", "Cancel this, and look again later.")
            raise self._refused("is missing.", _TO_DO[self.kind])
        empty: dict[Kind, Answer] = {"time": None, "flag": False, "choices": ()}
        return empty.get(self.kind, "")

    def _one(self, text: str, zone: ZoneInfo) -> Answer:
        match self.kind:
            case "choice":
                return self._chosen([text])[0]
            case "time":
                return self._moment(text, zone)
            case "flag":
                if text != "yes":
                    raise self._refused("is ticked or it isn't.", "Tick it, or leave it out.")
                return True
            case _:
                return self._text(text if self.verbatim else text.strip())

    def _text(self, text: str) -> str:
        line = self.kind == "text" and not self.verbatim
        if line:
            text = _BREAKS.sub(" ", text)
        longest = self.longest or _LONGEST[self.kind]
        try:
            bounds.check_text(text, longest=longest, what=f"“{self.label}”")
        except bounds.OutOfBounds as refusal:
            raise NotAnAnswer(refusal.reason, refusal.remedy) from refusal
        if line and not bounds.is_line(text):
            raise self._refused("holds a character that can't be seen.", "Type it anew.")
        self._follow_rule(text)
        return text

    def _follow_rule(self, text: str) -> None:
        try:
            if self.rule is not None:
                self.rule(text)
        except Refused as refusal:
            raise NotAnAnswer(refusal.reason, refusal.remedy) from refusal
        except ValueError as error:
            raise self._refused(f"{error}.", "Mend it.") from error

    def _chosen(self, texts: list[str]) -> tuple[str, ...]:
        offered = {value: short_value(value) for value, _ in self.options}
        if not set(texts) <= {*offered, *offered.values()}:
            raise self._refused("doesn't offer that, or not any more.", "Choose from the list.")
        chosen = tuple(value for value, short in offered.items() if {value, short} & set(texts))
        lacking = [value for value in self.must if value not in chosen]
        if lacking:
            raise self._refused(f"needs “{lacking[0]}”.", "Tick it.")
        return chosen

    def _moment(self, text: str, zone: ZoneInfo) -> datetime:
        try:
            at = typed_moment(text, zone)
        except NotAMoment as refusal:
            raise NotAnAnswer(f"“{self.label}”: {refusal.reason}", refusal.remedy) from refusal
        if self.after is not None and at < self.after:
            soonest = write_moment(_whole_minute_from(self.after), zone)
            raise self._refused("is too early.", f"Give a time from {soonest} on.")
        if self.until is not None and at > self.until:
            latest = write_moment(self.until, zone)
            raise self._refused("is too late.", f"Give a time up to {latest}.")
        return at

    def _refused(self, reason: str, remedy: str) -> NotAnAnswer:
        return NotAnAnswer(f"“{self.label}” {reason}", remedy)


def number_from(least: int, most: int) -> Callable[[str], object]:
    """Give the rule of a field that takes a whole number, from one to another."""

    def check(text: str) -> None:
        number = bounds.number(text, most=most)
        if number is None or number < least:
            raise ValueError(f"is no whole number from {least} to {most}")

    return check


def _whole_minute_from(at: datetime) -> datetime:
    """Give the first whole minute that isn't before `at`: fields take no seconds."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


@dataclass(frozen=True)
class Form:
    """A form to open: its fields, and a button whose words say what will happen.

    `pictures`: it takes some beside its fields, where it is opened in a place that can send them.
    """

    title: str
    submit: str
    fields: tuple[Field, ...] = field(default=())
    note: str = ""
    pictures: bool = False

    def field(self, name: str) -> Field:
        """Give one of its fields."""
        return next(one for one in self.fields if one.name == name)

    def read(self, given: FormValues, zone: ZoneInfo) -> Answers:
        """Give what was filled in, times without an offset in `zone`.

        Raises FormRefused with all that is wrong.
        """
        answers: dict[str, Answer] = {}
        faults: dict[str, NotAnAnswer] = {}
        for each in self.fields:
            try:
                answers[each.name] = each.read(given.get(each.name, ""), zone)
            except NotAnAnswer as refusal:
                faults[each.name] = refusal
        if faults:
            raise FormRefused(faults)
        return Answers(answers)

    def read_so_far(self, given: FormValues, zone: ZoneInfo) -> Answers:
        """Give what was filled in as far as it is an answer; what isn't is left out."""
        answers: dict[str, Answer] = {}
        for each in self.fields:
            with suppress(NotAnAnswer):
                answers[each.name] = each.read(given.get(each.name, ""), zone)
        return Answers(answers)

    def filled_in(self, zone: ZoneInfo) -> FormValues:
        """Give what the form holds when it is opened, as it would be sent; times in `zone`."""
        return {one.name: one.filled_in(zone) for one in self.fields}
