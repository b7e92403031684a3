"""Libraries that are loaded when they are first used: who never needs one doesn't hold it."""

from importlib import import_module
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """Stands for a module, and is asked for what is in it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


def library(name: str) -> Any:
    """Give a module that is loaded once something of it is asked for.

    What is to be loaded so must not be named at import: annotations that do are in quotes.
    """
    return _Late(name)
