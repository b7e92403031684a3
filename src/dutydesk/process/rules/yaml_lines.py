"""The YAML of a process file: its plain values, and the line on which each stands."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ruamel.yaml.comments import CommentedBase, TaggedScalar
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.nodes import ScalarNode

from dutydesk.process.rules.mistakes import Mistake, brief
from dutydesk.process.rules.yaml_text import LONGEST_NUMBER, NotYaml, read_yaml, too_deep

Where = tuple[str | int, ...]
MOST_VALUES = 50_000
# What no database or screen can hold however it is written.
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class YamlDocument:
    """A process file that could be read: what it says, and where."""

    def __init__(self, text: str) -> None:
        """Read it; NotYaml if it is not YAML, or no mapping."""
        self._loaded = read_yaml(text, constructor=_Constructor)
        if not isinstance(self._loaded, Mapping):
            raise NotYaml("This is not a process file.", "Begin with a copy of the default.")
        self._unwritable: list[Where] = []
        self._left = MOST_VALUES
        try:
            self.values = self._plain(self._loaded, ())
        except RecursionError:
            raise too_deep() from None

    def mistakes(self) -> list[Mistake]:
        """Give where a text has a character that nobody can read and nothing can store."""
        return [
            Mistake(
                self.line(where),
                path(where),
                "The text has a character that can't be shown.",
                "Take it out, or write it again.",
            )
            for where in self._unwritable
        ]

    def line(self, where: Where) -> int:
        """Give the line of the deepest part of the path that is there."""
        line, value = 1, self._loaded
        for key in where:
            if not isinstance(value, CommentedBase):
                break
            try:
                mark = value.lc.key(key) if isinstance(value, Mapping) else value.lc.item(key)
                value = value[key]  # type: ignore[index]
            except (KeyError, IndexError, TypeError, AttributeError):
                break
            line = mark[0] + 1
        return line

    def _plain(self, value: Any, where: Where) -> Any:
        """Give a value as Python's own, and note what in it can't be written."""
        self._left -= 1
        if self._left < 0:
            raise NotYaml("This is too long to be a process file.", "Leave out what repeats.")
        if isinstance(value, Mapping):
            return {
                self._key(key, (*where, key)): self._plain(value[key], (*where, key))
                for key in value
            }
        if isinstance(value, list | tuple):
            return [self._plain(one, (*where, index)) for index, one in enumerate(value)]
        if isinstance(value, TaggedScalar):
            value = value.value
        if isinstance(value, str):
            if _NOT_IN_TEXT.search(value):
                self._unwritable.append(where)
            return str(value)
        return value

    def _key(self, key: Any, where: Where) -> str:
        return self._plain(key, where) if isinstance(key, str) else brief(key)


def path(where: Where) -> str:
    """Give the keys that lead to a value, as in `ask.channel`."""
    return ".".join(brief(key) for key in where if key != "[key]")


class _Constructor(RoundTripConstructor):
    """Leaves days, and numbers that are none, as the text that stands there."""


def _as_text(constructor: RoundTripConstructor, node: ScalarNode) -> str:
    return str(node.value)


def _or_text(construct: Callable[..., Any]) -> Callable[..., Any]:
    def attempt(constructor: RoundTripConstructor, node: ScalarNode) -> Any:
        if len(node.value) > LONGEST_NUMBER:
            return str(node.value)
        try:
            value = construct(constructor, node)
        except (ValueError, LookupError):
            return str(node.value)
        return bool(value) if "bool" in str(node.tag) else value

    return attempt


_TAG = "tag:yaml.org,2002:"
_Constructor.add_constructor(f"{_TAG}timestamp", _as_text)
for _kind in ("int", "float", "bool"):
    _made = getattr(RoundTripConstructor, f"construct_yaml_{_kind}")
    _Constructor.add_constructor(f"{_TAG}{_kind}", _or_text(_made))
