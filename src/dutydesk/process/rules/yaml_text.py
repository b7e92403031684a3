"""YAML that people write, read no further than a file of this kind can be sound."""

from io import StringIO
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused

LONGEST = 100_000  # The process that the desk ships has a tenth of it.
DEEPEST = 50
_NESTS = {"[": 1, "{": 1, "]": -1, "}": -1}


class NotYaml(Refused):
    """The text is no YAML, or more of it than is read. `line`: where, counted from 1."""

    def __init__(self, reason: str, remedy: str, line: int = 1) -> None:
        """Keep the line too."""
        super().__init__(reason, remedy)
        self.line = line


def read_yaml(text: str, *, kind: Literal["rt", "safe"] = "safe") -> Any:
    """Read a document; with `rt`, its parts know their lines. NotYaml if it is none."""
    _check_size(text)
    try:
        return YAML(typ=kind).load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(
            f"This is not YAML: {error.problem or error.context}.",
            "Mend the indentation or quotes there.",
            mark.line + 1 if mark else 1,
        ) from error
    except (YAMLError, ValueError, OverflowError) as error:
        first = (str(error).splitlines() or ["it can't be read"])[0][:200]
        raise NotYaml(f"This is not YAML: {first}.", "Mend it, and save it as UTF-8.") from error
    except RecursionError as error:
        raise _too_deep(1) from error


def _check_size(text: str) -> None:
    if len(text) > LONGEST:
        raise NotYaml(
            f"The file has {len(text)} characters; {LONGEST} is the most.", "Leave some out."
        )
    try:
        bounds.check_text(text, what="The file")
    except bounds.OutOfBounds as error:
        raise NotYaml(error.reason, "Save it as UTF-8 without control characters.") from error
    depth = 0
    for at, letter in enumerate(text):
        depth = max(0, depth + _NESTS.get(letter, 0))
        if depth > DEEPEST:
            raise _too_deep(text.count("\n", 0, at) + 1)


def _too_deep(line: int) -> NotYaml:
    return NotYaml(
        f"This is nested too deep: {DEEPEST} brackets within each other are the most.",
        "Look for brackets that nobody closes.",
        line,
    )
