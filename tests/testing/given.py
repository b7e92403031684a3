"""Other settings than those of this run of the tests, for one test."""

import os

import pytest

from dutydesk.settings import environment


def give(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Let these be in force, beside what is set for all tests, as long as `monkeypatch` lasts."""
    found = environment.read(os.environ | variables)
    assert not found.mistakes, found.mistakes
    monkeypatch.setattr(environment, "reading", lambda: found)
