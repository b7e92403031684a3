"""Reading a process file, with every mistake at once: its line, what is wrong, what to write."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from dutydesk.process.rules.hidden_routes import hidden
from dutydesk.process.rules.mistakes import Mistake, brief
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.opening_hours import HoursError
from dutydesk.process.rules.parts import without_part
from dutydesk.process.rules.pitfalls import Pitfall, no_holidays, pitfalls
from dutydesk.process.rules.routine_times import misplaced
from dutydesk.process.rules.short_turns import never_handed_over
from dutydesk.process.rules.yaml_lines import Where, YamlDocument, path
from dutydesk.process.rules.yaml_text import NotYaml

_ANY_DAY = datetime(2027, 1, 1, tzinfo=UTC)
OWN = "x-"
"""How keys of the file's own begin, which hold what others refer to by an anchor."""
DEFAULT_FILE = Path(__file__).parent.parent / "default.yaml"


@dataclass(frozen=True)
class Checked:
    """A process file that was read: the process, or else the mistakes in it.

    `warnings`: what can be meant to be so, and is worth a look. `fault`: what broke the checker
    itself, if something did.
    """

    process: Process | None
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()
    fault: Exception | None = None


def check(text: str, *, at: datetime | None = None) -> Checked:
    """Read a process file; whatever is in it, the answer is a process or a list of mistakes.

    With `at` it is also tried out, to be used from then on.
    """
    try:
        return _read(text)[0] if at is None else _tried(text, at)
    except Exception as fault:  # noqa: BLE001 -- nothing in a file may stop who reads it
        said = brief(f"{type(fault).__name__}: {fault}")
        wrong = f"The checker itself failed on this file: {said}."
        instead = "Take back what was changed last, and tell whoever maintains the desk."
        return Checked(None, (Mistake(1, "", wrong, instead),), fault=fault)


# The file is looked at every few seconds, tried out at several moments, and seldom another one.
@lru_cache(maxsize=4)
def _read(text: str) -> tuple[Checked, YamlDocument | None]:
    try:
        document = YamlDocument(text)
        mistakes = document.mistakes()
        process = Process.model_validate(
            {key: value for key, value in document.values.items() if not key.startswith(OWN)}
        )
    except NotYaml as error:
        return Checked(None, (Mistake(error.line, "", error.reason, error.remedy),)), None
    except ValidationError as error:
        problems = error.errors(include_url=False)
        told_already = "string_unicode"
        mistakes += (_mistake(one, document) for one in problems if one["type"] != told_already)
        return Checked(None, tuple(sorted(mistakes))), document
    mistakes += _stopped_clocks(process, document)
    if mistakes:
        return Checked(None, tuple(sorted(mistakes))), document
    return Checked(process, ()), document


@lru_cache(maxsize=4)
def _tried(text: str, at: datetime) -> Checked:
    read, document = _read(text)
    if read.process is None or document is None:
        return read
    told: dict[bool, list[Mistake]] = {True: [], False: []}
    for one in _odd(text, read.process, at):
        line = document.line(one.where)
        told[one.refused].append(Mistake(line, path(one.where), one.wrong, one.instead))
    mistakes, warnings = (tuple(sorted(told[refused])) for refused in (True, False))
    return Checked(None if mistakes else read.process, mistakes, warnings)


def _odd(text: str, process: Process, at: datetime) -> Iterator[Pitfall]:
    """Give what can be read, and may not be meant."""
    yield from pitfalls(process, at)
    yield from _without_part(text)
    yield from misplaced(process, at)
    yield from no_holidays(process)
    yield from never_handed_over(process)
    yield from hidden(process)


@lru_cache(maxsize=4)
def _without_part(text: str) -> tuple[Pitfall, ...]:
    """Give the holes in a day's parts, which are the same at any moment."""
    process = _read(text)[0].process
    return tuple(
        Pitfall(
            f"No part of the day holds the support hours {hole}, so nobody is named to answer.",
            "Add one, or let one begin sooner or end later.",
            ("ask", "cover", "parts"),
        )
        for hole in (without_part(process) if process else ())
    )


def _stopped_clocks(process: Process, document: YamlDocument) -> Iterator[Mistake]:
    """Give the clocks that can't be read with the public holidays of where the process lives."""
    for name in process.clocks:
        try:
            process.clock(name).is_open(_ANY_DAY)
        except HoursError as error:
            where = ("clocks", name, "hours")
            instead = "Write hours like “Mo-Fr 09:00-17:00; PH off”."
            yield Mistake(document.line(where), path(where), str(error), instead)


@lru_cache(maxsize=1)
def default_process() -> Process:
    """Give the process that the desk ships."""
    process = check(DEFAULT_FILE.read_text(encoding="utf-8")).process
    if process is None:
        raise RuntimeError("The process that the desk ships is broken.")
    return process


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a process file, for editors that complete what one types."""
    found = Process.model_json_schema(mode="serialization")
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = "Duty Desk process"
    found["patternProperties"] = {f"^{OWN}": {"description": "Anything, to refer to by an anchor."}}
    return found


def _mistake(problem: Any, document: YamlDocument) -> Mistake:
    where: Where = problem["loc"]
    wrong, instead = _words(problem, where)
    there = tuple(_written(where, document.values))
    return Mistake(document.line(there), path(there), wrong, instead)


def _written(where: Where, values: Any) -> Iterator[str | int]:
    """Give a path without the kinds in it, which stand in the file as values and not as keys."""
    for place, key in enumerate(where):
        inner = place < len(where) - 1
        unknown = isinstance(values, Mapping) and key not in values
        if unknown and (inner or values.get("kind") == key):
            continue
        yield key
        try:
            values = values[key]
        except (KeyError, IndexError, TypeError):
            values = None


_NO_LIST = ("“{given}” is not a list.", "Write one{example}, or [] for none.")
_NO_SECTION = ("“{given}” is not a section.", "Write its keys under it{example}.")
_WORDS = {
    "missing": ("“{name}” is missing.", "Add it{example}."),
    "extra_forbidden": ("“{name}” is not a key here.", "{meant}"),
    "literal_error": ("“{given}” is not possible here.", "Write {expected}."),
    "too_short": ("There are too few.", "Write at least {min_length}."),
    "too_long": ("There are too many.", "Write at most {max_length}."),
    "greater_than_equal": ("{given} is too small.", "Write {ge} or more."),
    "less_than_equal": ("{given} is too great.", "Write {le} or less."),
    "int_type": ("“{given}” is not a whole number.", "Write one{example}."),
    "string_type": ("“{given}” is not text.", "Write it in quotes{example}."),
    "string_too_short": ("There is no text.", "Write it{example}."),
    "string_too_long": ("“{given}” is too long.", "Write at most {max_length} characters."),
    "string_pattern_mismatch": ("“{given}” is not {what}.", "Write {like}."),
    "tuple_type": _NO_LIST,
    "model_type": _NO_SECTION,
    "dict_type": _NO_SECTION,
    "union_tag_invalid": ("There is no kind “{tag}” here.", "Write one of {expected_tags}."),
    "union_tag_not_found": ("It doesn't say of which kind it is.", "Add {discriminator}."),
}
_PATTERNS = {
    "repository": ("a repository of GitHub", "it like “owner/name”"),
    "template": ("a file name of a template", "it like “support.yml”"),
    "timeline_mark": ("the name of an emoji", "it like “memo”, without colons"),
}
_ID = ("an id", "small letters, digits and hyphens, beginning with a letter")
_OTHERWISE = ("“{given}” is not right here: {message}.", "Write it{example}.")


def _words(problem: Any, where: Where) -> tuple[str, str]:
    """Say a problem that pydantic found in the desk's words."""
    given, context = problem.get("input"), problem.get("ctx", {})
    if problem["type"] == "mistake":
        return context["wrong"], context["instead"]
    names = {
        "message": problem["msg"].lower(),
        **context,
        "name": brief(where[-1]) if where else "the file",
        "given": brief(given),
        "example": _example(where),
        "meant": _meant(where),
    }
    names["what"], names["like"] = _PATTERNS.get(names["name"], _ID)
    wrong, instead = _WORDS.get(problem["type"], _OTHERWISE)
    return wrong.format(**names), instead.format(**names)


def _example(where: Where) -> str:
    """Give how the default process says it, if it does so briefly."""
    value: Any = default_process()
    for key in where:
        if isinstance(value, BaseModel) and key in type(value).model_fields:
            value = value.model_dump(mode="json")[str(key)]
        elif isinstance(value, Mapping | Sequence) and not isinstance(value, str):
            try:
                value = value[key]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                return ""
        else:
            return ""
    if isinstance(value, str | int):
        return f", like “{value}”"
    if isinstance(value, list) and value and isinstance(value[0], str):
        return ", like [" + ", ".join(value) + "]"
    return f", with {', '.join(value)}" if isinstance(value, dict) else ""


def _meant(where: Where) -> str:
    """Give the key that was probably meant, or the ones that are possible."""
    names = _keys(where[:-1])
    close = get_close_matches(str(where[-1]), names, 1)
    if close:
        return f"Did you mean “{close[0]}”?"
    return f"Take it out; the keys here are {', '.join(names)}." if names else "Take it out."


def _kinds(kind: Any, key: str | int) -> Iterator[Any]:
    """Give what may stand there: first the section of the kind that the path names."""
    parts = get_args(kind)
    for part in parts:
        fields = getattr(part, "model_fields", {})
        if "kind" in fields and key in get_args(fields["kind"].annotation):
            yield part
    yield from reversed(parts)


def _keys(where: Where) -> list[str]:
    """Give the keys that the section at that place may have."""
    kind: Any = Process
    for key in where:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(str(key))
            kind = field.annotation if field else None
        else:
            kind = next((one for one in _kinds(kind, key) if one is not ...), None)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []
