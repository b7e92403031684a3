"""Reading a process file, with every mistake at once: its line, what is wrong, what to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from dutydesk.process.rules.mistakes import Mistake
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.pitfalls import pitfalls

DEFAULT_FILE = Path(__file__).parent.parent / "default.yaml"
_Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Checked:
    """A process file that was read: the process, or else the mistakes in it.

    `warnings`: what can be meant to be so, and is worth a look.
    """

    process: Process | None
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()


def check(text: str, *, at: datetime | None = None) -> Checked:
    """Read a process file; whatever is in it, the answer is a process or a list of mistakes.

    With `at` it is also tried out, to be used from then on.
    """
    try:
        document = YAML(typ="rt").load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        wrong = f"This is not YAML: {error.problem or error.context}."
        return Checked(None, (Mistake(line, "", wrong, "Mend the indentation or quotes there."),))
    except (YAMLError, ValueError) as error:
        first = str(error).splitlines()[0]
        return Checked(None, (Mistake(1, "", f"This is not YAML: {first}.", "Save it as UTF-8."),))
    except RecursionError:
        wrong = "This is nested too deep to be a process file."
        return Checked(None, (Mistake(1, "", wrong, "Look for brackets that nobody closes."),))
    if not isinstance(document, Mapping):
        wrong = "This is not a process file."
        return Checked(None, (Mistake(1, "", wrong, "Begin with a copy of the default one."),))
    try:
        process = Process.model_validate(document)
    except ValidationError as error:
        found = (_mistake(problem, document) for problem in error.errors(include_url=False))
        return Checked(None, tuple(sorted(found)))
    return Checked(process, ()) if at is None else _tried(process, at, document)


def _tried(process: Process, at: datetime, document: Any) -> Checked:
    told: dict[bool, list[Mistake]] = {True: [], False: []}
    for one in pitfalls(process, at):
        line = _line(one.where, document)
        told[one.refused].append(Mistake(line, ".".join(one.where), one.wrong, one.instead))
    mistakes, warnings = (tuple(sorted(told[refused])) for refused in (True, False))
    return Checked(None if mistakes else process, mistakes, warnings)


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
    return found


def _mistake(problem: Any, document: Any) -> Mistake:
    where: _Where = problem["loc"]
    wrong, instead = _words(problem, where)
    path = ".".join(str(key) for key in where if key != "[key]")
    return Mistake(_line(where, document), path, wrong, instead)


_WORDS = {
    "missing": ("“{name}” is missing.", "Add it{example}."),
    "extra_forbidden": ("“{name}” is not a key here.", "{meant}"),
    "literal_error": ("“{given}” is not possible here.", "Write {expected}."),
    "too_short": ("There are too few.", "Write at least {min_length}."),
    "greater_than_equal": ("{given} is too small.", "Write {ge} or more."),
    "int_parsing": ("“{given}” is not a whole number.", "Write one{example}."),
    "int_type": ("“{given}” is not a whole number.", "Write one{example}."),
    "string_type": ("“{given}” is not text.", "Write it in quotes{example}."),
    "string_pattern_mismatch": (
        "“{given}” is not an id.",
        "Write small letters, digits and hyphens, beginning with a letter.",
    ),
}
_OTHERWISE = ("“{given}” is not right here: {message}.", "Write it{example}.")


def _words(problem: Any, where: _Where) -> tuple[str, str]:
    """Say a problem that pydantic found in the desk's words."""
    given, context = problem.get("input"), problem.get("ctx", {})
    if problem["type"] == "mistake":
        return context["wrong"], context["instead"]
    names = {
        "message": problem["msg"].lower(),
        **context,
        "name": where[-1] if where else "the file",
        "given": given if isinstance(given, str | int | float) else type(given).__name__,
        "example": _example(where),
        "meant": _meant(where),
    }
    wrong, instead = _WORDS.get(problem["type"], _OTHERWISE)
    return wrong.format(**names), instead.format(**names)


def _example(where: _Where) -> str:
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


def _meant(where: _Where) -> str:
    """Give the key that was probably meant, or the ones that are possible."""
    names = _keys(where[:-1])
    close = get_close_matches(str(where[-1]), names, 1)
    if close:
        return f"Did you mean “{close[0]}”?"
    return f"Take it out; the keys here are {', '.join(names)}." if names else "Take it out."


def _keys(where: _Where) -> list[str]:
    """Give the keys that the section at that place may have."""
    kind: Any = Process
    for key in where:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(str(key))
            kind = field.annotation if field else None
        else:
            kind = next((one for one in reversed(get_args(kind)) if one is not ...), None)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _line(where: _Where, document: Any) -> int:
    """Give the line of the deepest part of the path that is there."""
    line, value = 1, document
    for key in where:
        if not isinstance(value, CommentedBase):
            break
        try:
            mark = value.lc.key(key) if isinstance(value, Mapping) else value.lc.item(key)
            value = value[key]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
        line = mark[0] + 1
    return line
