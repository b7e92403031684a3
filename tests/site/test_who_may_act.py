"""Every action, and everybody who might press its button: who may, and that nothing else acts."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from doubles.slack_workspace import TEAM as TEAM_ID
from doubles.slack_workspace import Workspace
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.forms import FormRefused, Kind
from dutydesk.wiring import ACTIONS
from testing.may_act import CASES
from testing.office import EVERYBODY, SIGNED_OUT, Office
from testing.slack import ADA, BEN, UMA, slack_of, workspace
from testing.state import State, state, written
from testing.world import Moving

# What the button is for, of those that are for one of several.
CHOICES = {
    "post.mark": "eyes",
    "post.unmark": "eyes",
    "question.kind": "access",
    "incident.take-role": "communications",
    "postmortem.sign": "lead",
    "incident.give-back": "scribe",
    "question.helped": "{past}",
}


@pytest.fixture
def office(one_office: Office, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(one_office.world))
    yield one_office


@pytest.fixture(scope="module")
def there() -> Iterator[Workspace]:
    found = workspace()
    yield found
    found.close()


def address(office: Office, action: str) -> str:
    return f"/do/{named(office, action)}/{office.about[CASES[action].about]}"


def named(office: Office, action: str) -> str:
    """Give the action with the choice behind it that its button is for, if it is for one."""
    choice = CHOICES.get(action, "").format(**vars(office.here))
    return f"{action}={choice}" if choice else action


def filled(office: Office, action: str) -> dict[str, Any]:
    values = {
        name: value.format(**vars(office.here)) if isinstance(value, str) else value
        for name, value in CASES[action].values.items()
    }
    return {**values, "filled": "1"}


def acted(client: Client, path: str, values: dict[str, Any], before: State) -> State:
    """Press it; give what there is then. Everything is as before afterwards."""
    with transaction.atomic():
        answer = client.post(path, values)
        now = state(before)
        transaction.set_rollback(True)
    assert answer.status_code in (200, 302, 403, 422), answer.status_code
    return now


def test_every_action_stands_in_the_table_with_what_it_needs_at_least() -> None:
    assert {name: one.least for name, one in CASES.items()} == {
        name: ACTIONS[name].access for name in ACTIONS.names()
    }


@pytest.mark.parametrize("action", CASES)
def test_an_action_is_done_by_those_whom_it_is_for_and_by_nobody_else(
    office: Office, action: str
) -> None:
    path, values = address(office, action), filled(office, action)
    before, did = office.before.rolled_back(written()), set()
    for name in EVERYBODY:
        now = acted(office.client(name), path, values, before)
        if now != before:
            did.add(name)
        before = before.rolled_back(now)
    assert did == CASES[action].may


@pytest.mark.parametrize("action", CASES)
def test_looking_at_an_action_s_address_changes_nothing(office: Office, action: str) -> None:
    path, values = address(office, action), filled(office, action)
    clients = [office.client(name) for name in (SIGNED_OUT, "Uma", *sorted(CASES[action].may))]
    before = office.before.rolled_back(written())
    for client in clients:
        assert client.get(path, values).status_code in (200, 302, 404)
    assert clients[-1].get(path).status_code in (200, 302, 404)
    assert clients[-1].head(path, values).status_code in (200, 302, 404)  # It is a GET to the desk.
    assert state(before) == before


@pytest.mark.parametrize("action", CASES)
def test_a_form_of_another_site_does_nothing(office: Office, action: str) -> None:
    path, values = address(office, action), filled(office, action)
    client = office.client(min(CASES[action].may or {"Ada"}))
    before = office.before.rolled_back(written())
    client.handler.enforce_csrf_checks = True
    for sent in (values, {**values, "csrfmiddlewaretoken": "x" * 64}):
        assert client.post(path, sent).status_code == 403
    assert state(before) == before


def in_slack(office: Office, there: Workspace, action: str, user: str) -> set[str]:
    """Press the action's button in Slack and send its form; name the tables that change."""
    where = {"user": {"id": user, "team_id": TEAM_ID}, "team": {"id": TEAM_ID}, "trigger_id": "1"}
    about = office.about[CASES[action].about]
    button = {"action_id": named(office, action), "type": "button", "value": about}
    values = {
        name: {"value": {"type": "plain_text_input", "value": value}}
        for name, value in filled(office, action).items()
    }
    view: dict[str, Any] = {
        "callback_id": action,
        "private_metadata": json.dumps({"about": about}),
        "blocks": [{"type": "input", "block_id": name} for name in values],
        "state": {"values": values},
    }
    done: tuple[dict[str, Any], ...] = (
        {"type": "block_actions", "actions": [button]},
        {"type": "view_submission", "view": view},
    )
    slack = slack_of(office.world, there)
    before = office.before.rolled_back(written())
    with transaction.atomic():
        for number, more in enumerate(done):
            slack.acting(f"slack:{number}", {**where, **more}, office.world.at)
        changed = state(before).differences(before)
        transaction.set_rollback(True)
    return changed


# What the desk keeps of whoever acts in Slack, and what it owes them: the answer.
TOLD = {"inbox_arrival", "outbox_message", "people_identity", "procrastinate_jobs"}
TOLD |= {"procrastinate_events"}


@pytest.mark.parametrize("action", [n for n, one in CASES.items() if one.least == "engineer"])
def test_what_is_for_engineers_is_for_engineers_in_slack_too(
    office: Office, there: Workspace, action: str
) -> None:
    assert in_slack(office, there, action, UMA) <= TOLD
    did = any(in_slack(office, there, action, user) - TOLD for user in (ADA, BEN))
    assert did == bool(CASES[action].may)


JUNK: dict[Kind, tuple[str | list[str], ...]] = {
    "text": ("x" * 3001, "a\x1b[0mb", ["a", "b"]),
    "long": ("x" * 100_001, ["a", "b"]),
    "choice": ("not offered", "9" * 30, "\x00", ["not", "offered"]),
    "choices": ("not offered", ["not", "offered"]),
    "time": (
        "soon",
        "2026-02-30T10:00",
        "2026-03-29T01:30",
        "2026-10-25T01:30",
        "9999-12-31T23:59",
    ),
    "flag": ("perhaps", "no"),
    "hidden": ("x" * 101, ["a", "b"]),
}


@pytest.mark.parametrize("action", [name for name in CASES if ACTIONS[name].form])
def test_junk_in_any_field_of_any_form_is_refused_by_the_name_of_the_field(
    office: Office, action: str
) -> None:
    who, about, at = (
        sorted(CASES[action].may)[0],
        office.about[CASES[action].about],
        office.world.at,
    )
    person, form = office.world.person(who), ACTIONS[action].form
    assert form is not None
    fields, right, before = (
        form(about, person, at).fields,
        filled(office, action),
        office.before.rolled_back(written()),
    )
    cases = [({field.name: junk}, [field]) for field in fields for junk in JUNK[field.kind]]
    cases.append(({field.name: JUNK[field.kind][0] for field in fields}, list(fields)))
    for wrong, meant in cases if fields else ():
        press = ActionRequest(about, person, at, office.world.zone, {**right, **wrong})
        with pytest.raises(FormRefused) as refused:
            ACTIONS.carry_out(named(office, action), press)
        assert list(refused.value.faults) == [field.name for field in meant]
        assert all(field.label in str(refused.value) for field in meant)
    assert state(before) == before


@pytest.mark.parametrize("action", [name for name in CASES if ACTIONS[name].form])
def test_the_page_says_beside_each_field_what_is_wrong_and_keeps_what_was_typed(
    office: Office, action: str
) -> None:
    who, about, at = (
        sorted(CASES[action].may)[0],
        office.about[CASES[action].about],
        office.world.at,
    )
    form = ACTIONS[action].form
    assert form is not None
    client, fields = office.client(who), form(about, office.world.person(who), at).fields
    for wrong in fields:
        junk = JUNK[wrong.kind][0]
        sent = {field.name: "2026-11-24T10:00" if field.kind == "time" else "" for field in fields}
        page = client.post(address(office, action), {**sent, wrong.name: junk, "filled": "1"})
        assert page.status_code == 422
        text = page.content.decode()
        assert f'id="e-{wrong.name}"' in text
        assert f'aria-describedby="e-{wrong.name}' in text
        assert wrong.kind in ("choice", "choices", "flag") or str(junk) in text
