"""Routes: which alerts belong to which service, how high they are, where they are shown."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from dutydesk.process.rules.fields import ChannelName, different
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.patterns import pattern, why_not
from dutydesk.process.rules.sections import Duty, Section, Severity


def pattern_of(value: str) -> str | None:
    """Give the regular expression that a value between slashes is; None for plain text."""
    return value[1:-1] if len(value) > 2 and value[0] == value[-1] == "/" else None


def _check_pattern(value: str) -> None:
    given = pattern_of(value)
    why = why_not(given) if given is not None else ""
    if why:
        raise mistake(f"In “{value[:60]}”: {why}", "Or write a list of values instead.")


def _values(given: Any) -> Any:
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise mistake(
            f"“{given}” is not what a label can be.",
            "Write text in quotes, “/a pattern/”, or a list of these.",
        )
    if not values:
        raise mistake("The list is empty, so nothing matches.", "Write at least one value.")
    for value in values:
        _check_pattern(value)
    return tuple(values)


def _web_address(value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise mistake(f"“{value}” is not an address.", "Write it with https://.")
    return value


_TEXT = {"type": "string"}
_ANYTHING = "/.*/"
Values = Annotated[
    tuple[str, ...],
    BeforeValidator(_values),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}),
]


class Condition:
    """What one label must be: one of these values, or matched as a whole by one of the patterns.

    A label that is not there counts as empty.
    """

    __slots__ = ("_exact", "_patterns", "label", "values")

    def __init__(self, label: str, values: tuple[str, ...]) -> None:
        """Read the values once; each may be a pattern between slashes."""
        self.label, self.values = label, values
        self._exact = frozenset(value for value in values if pattern_of(value) is None)
        patterns = (pattern_of(value) for value in values)
        self._patterns = tuple(pattern(one) for one in patterns if one is not None)

    def met_by(self, labels: Mapping[str, str]) -> bool:
        """Say whether these labels fulfil it."""
        value = labels.get(self.label, "")
        return value in self._exact or any(one.fits(value) for one in self._patterns)

    def covers(self, other: "Condition | None") -> bool:
        """Say whether all labels fulfil it that fulfil another one of the same label, or any do."""
        if _ANYTHING in self.values:
            return True
        return other is not None and all(
            value in self.values or (pattern_of(value) is None and self.met_by({self.label: value}))
            for value in other.values
        )


class AlertRoute(Section):
    """What becomes of the alerts that match; what it leaves out is as without it."""

    match: Annotated[dict[str, Values], Field(min_length=1)]
    """The labels that an alert must have, each with a value, a list, or “/a pattern/”."""
    name: str = ""
    """What the route is called."""
    service: str = ""
    """The service whose alerts these are."""
    priority: Severity | None = None
    """How high they are; by itself as their severity says."""
    channel: ChannelName | None = None
    """Where they are shown; by itself as high as they are."""
    runbook: Annotated[str, AfterValidator(_web_address)] = ""
    """The address for alerts that name no runbook."""
    page: Annotated[tuple[Duty, ...], AfterValidator(different)] = ()
    """The duties to page instead of `on_call.order`."""

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Give what an alert's labels must fulfil, all of it."""
        return tuple(Condition(label, values) for label, values in self.match.items())

    def meets(self, labels: Mapping[str, str]) -> bool:
        """Say whether an alert with these labels takes this route."""
        return all(condition.met_by(labels) for condition in self.conditions)

    def takes_all_of(self, other: "AlertRoute") -> bool:
        """Say whether it takes every alert that another route would; it may of some not say so."""
        theirs = {one.label: one for one in other.conditions}
        return all(one.covers(theirs.get(one.label)) for one in self.conditions)

    @property
    def title(self) -> str:
        """Give its name, or else what it matches."""
        return self.name or ", ".join(
            f"{label}={' or '.join(values)}" for label, values in self.match.items()
        )


def never_taken(routes: Sequence[AlertRoute]) -> Iterator[tuple[int, AlertRoute]]:
    """Give the places of routes that no alert takes, each with one before it that takes all."""
    for place, route in enumerate(routes):
        before = next((one for one in routes[:place] if one.takes_all_of(route)), None)
        if before is not None:
            yield place, before
