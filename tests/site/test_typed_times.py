"""Whatever time is typed on a screen is of a zone that stands with it, and it is the reader's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

import dutydesk
from dutydesk.people.models import Account
from dutydesk.wiring import ACTIONS
from testing.may_act import CASES
from testing.office import Office
from testing.screens import SCREENS, squeezed, visit
from testing.world import Moving

SOURCE = Path(dutydesk.__file__).parent
TEAMS = {"process.in_force().zone", "flows.in_force().zone", "current.zone"}
NO_TIMES = {"process/web.py": "approves the process, and asks for no time"}
READERS = ("read", "read_so_far", "read_sent", "read_wanted")


@pytest.fixture
def ben(one_office: Office, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Give an engineer and administrator who reads times in Kolkata, at a desk of London."""
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(one_office.world))
    Account.objects.filter(name="Ben").update(zone="Asia/Kolkata", is_administrator=True)
    yield visit("Ben")


def unnamed(page: str) -> list[str]:
    """Give what asks for a time or a day with no zone beside it."""
    forms = re.findall(r"<form.*?</form>", squeezed(page), re.DOTALL)
    asked = [(one, form) for form in forms for one in re.findall(r"<input[^>]*>", form)]
    times = [one for one, form in asked if "datetime-local" in one and not told(one, form)]
    days = [
        one for one, form in asked if 'type="date"' in one and "(Europe/London days)" not in form
    ]
    return times + days


def told(field: str, form: str) -> bool:
    """Say whether a time is described by its reader's zone, or stands with one to choose."""
    if '<input id="f-zone"' in form:
        return True
    hints = re.findall(r'h-[^" ]+', field.partition("aria-describedby=")[2])
    said = (form.partition(f'id="{hint}"')[2].partition("</p>")[0] for hint in hints)
    return any("Asia/Kolkata" in one for one in said)


@pytest.mark.parametrize("screen", SCREENS)
def test_no_screen_asks_for_a_time_without_its_zone(ben: Client, screen: str) -> None:
    answer = ben.get(screen)
    if answer.status_code == 200:
        assert unnamed(answer.text) == []


@pytest.mark.parametrize("action", [name for name in CASES if ACTIONS[name].form])
def test_no_form_asks_for_a_time_without_its_zone(
    one_office: Office, ben: Client, action: str
) -> None:
    answer = ben.get(f"/do/{action}/{one_office.about[CASES[action].about]}")
    if answer.status_code == 200:
        assert unnamed(answer.text) == []
        times = re.findall(r'<div class="field time">.*?</div>', squeezed(answer.text))
        assert all("In Asia/Kolkata time." in one for one in times)


def test_a_time_without_a_zone_is_found() -> None:
    time = '<form><input name="at" type="datetime-local"></form>'
    day = '<form><label>Since</label><input name="at" type="date"></form>'
    assert unnamed(time)
    assert unnamed(day)
    assert not unnamed(day.replace("Since", "Since (Europe/London days)"))


def by_the_team_s_clock(text: str) -> list[str]:
    """Give each form that a screen reads as if everybody lived where the team does."""
    calls = (one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call))
    return [
        ast.unparse(one)
        for one in calls
        if ast.unparse(one.func).rpartition(".")[2] in READERS
        and any(
            ast.unparse(given) in TEAMS for given in [*one.args, *(k.value for k in one.keywords)]
        )
    ]


def test_screens_read_times_by_their_reader_s_clock() -> None:
    found = {
        str(path.relative_to(SOURCE)): calls
        for path in SOURCE.rglob("*.py")
        if "commands" not in path.relative_to(SOURCE).as_posix()
        and (calls := by_the_team_s_clock(path.read_text(encoding="utf-8")))
    }
    assert set(found) == set(NO_TIMES), found
    assert by_the_team_s_clock("answers = form.read(typed, current.zone)")
