"""YAML that people write, read no further than a file of this kind can be sound."""

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from dutydesk.kernel.refusals import Refused
from dutydesk.process.rules.mistakes import brief

LONGEST = 100_000  # The process that the desk ships has a tenth of it.
DEEPEST = 50
LONGEST_NUMBER = 1_000  # Characters. Python writes out no number of more than some 4,000 digits.
MOST_MERGED = 10_000  # Of all merge keys together: each may double what the one before it gives.
# What the library raises, beside its own, for a tag that doesn't fit its value, or an odd key.
_ODD = (LookupError, AssertionError, TypeError, AttributeError)
# https://yaml.org/spec/1.2.2/#51-character-set
_NOT_IN_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NESTS = {"[": 1, "{": 1, "]": -1, "}": -1}


class NotYaml(Refused):
    """The text is no YAML, or more of it than is read. `line`: where, counted from 1."""

    def __init__(self, reason: str, remedy: str, line: int = 1) -> None:
        """Keep the line too."""
        super().__init__(reason, remedy)
        self.line = line


def read_yaml(text: str, *, constructor: type[RoundTripConstructor] | None = None) -> Any:
    """Read a document; NotYaml if it is none.

    With a `constructor`, its values are made by that, and know their lines.
    """
    text = text.removeprefix("\ufeff")
    _check(text)
    yaml = YAML(typ="rt" if constructor else "safe")
    yaml.Constructor = constructor or _Plain
    yaml.composer.warn_double_anchors = False  # It is none: https://yaml.org/spec/1.2.2/#anchors
    try:
        return yaml.load(StringIO(text))
    except DuplicateKeyError as error:
        raise _twice(error) from error
    except MarkedYAMLError as error:
        wrong = f"This is not YAML: {brief(error.problem or error.context)}."
        raise NotYaml(wrong, "Mend the indentation or quotes there.", _line(error)) from error
    except (YAMLError, ValueError, OverflowError) as error:
        first = (str(error).splitlines() or ["it can't be read"])[0]
        wrong = f"This is not YAML: {brief(first)}."
        raise NotYaml(wrong, "Mend it, and save it as UTF-8.") from error
    except _ODD as error:
        wrong = "This is not YAML: a value doesn't fit its tag, or a key is no text."
        raise NotYaml(wrong, "Put what is meant as text in quotes.") from error
    except RecursionError:
        raise too_deep() from None


class _Plain(SafeConstructor):
    """Gives Python's own values, and refuses what a few lines would make vast."""

    _within, _merged = 0, 0

    def flatten_mapping(self, node: MappingNode) -> None:
        """Copy into a mapping what its merge keys name; https://yaml.org/type/merge.html."""
        self._within += 1
        super().flatten_mapping(node)
        self._within -= 1
        if self._within:  # It is merged into another, once more.
            self._merged += len(node.value)
        if self._merged > MOST_MERGED:
            raise NotYaml(
                f"Its merge keys (“<<”) copy more than {MOST_MERGED:,} values.",
                "Write out what is meant.",
                node.start_mark.line + 1,
            )

    def construct_yaml_int(self, node: ScalarNode) -> int:
        """Give a number that can be written out again."""
        if len(node.value) > LONGEST_NUMBER:
            raise NotYaml(
                f"There is a number of more than {LONGEST_NUMBER:,} characters.",
                "If it is a text, put it in quotes.",
                node.start_mark.line + 1,
            )
        return int(super().construct_yaml_int(node))


_Plain.add_constructor("tag:yaml.org,2002:int", _Plain.construct_yaml_int)


def _line(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _twice(error: DuplicateKeyError) -> NotYaml:
    key = re.search(r'duplicate key "(.*?)" with', str(error.problem), re.DOTALL)
    name = f"“{brief(key[1])}”" if key else "A key"
    return NotYaml(f"{name} is there twice.", "Keep one of the two.", _line(error))


def _check(text: str) -> None:
    """Refuse what is longer, odder or deeper than it is read."""
    if len(text) > LONGEST:
        raise NotYaml(
            f"The file has {len(text)} characters; {LONGEST} is the most.", "Leave some out."
        )
    odd = _NOT_IN_YAML.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        raise NotYaml("This line has a character that YAML can't hold.", "Take it out.", line)
    depth = 0
    for at, letter in enumerate(text):
        depth = max(0, depth + _NESTS.get(letter, 0))
        if depth > DEEPEST:
            raise too_deep(text.count("\n", 0, at) + 1)


def too_deep(line: int = 1) -> NotYaml:
    """Give the refusal of what is nested too deep."""
    return NotYaml(
        f"This is nested too deep: {DEEPEST} brackets within each other are the most.",
        "Look for brackets that nobody closes.",
        line,
    )
