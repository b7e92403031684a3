"""Routines alone: what other rooms tell them is offered by the tests that are about it."""

import pytest

from dutydesk.routines.flows import gatherers


@pytest.fixture(autouse=True)
def _nothing_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gatherers, "_offered", {})
