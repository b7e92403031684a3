"""A whole desk beside PagerDuty, set up by variables alone: alerts go there, answers come."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from doubles.pagerduty import API_KEY, ROUTING_KEY, SECRET, PagerDuty
from testing.machine import eventually
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk, ordinary_tuesday

ALERT = {
    "version": "4",
    "groupKey": "one",
    "alerts": [
        {
            "status": "firing",
            "fingerprint": "1",
            "startsAt": "2026-11-24T08:00:00Z",
            "labels": {"alertname": "Down", "severity": "critical"},
            "annotations": {"summary": "Visits can't be booked"},
        }
    ],
}


BEGINS = ordinary_tuesday(8, 0)
AHEAD = BEGINS - datetime.now(UTC)  # noqa: TID251 -- a test's clock


@pytest.fixture
def double() -> Iterator[PagerDuty]:
    double = PagerDuty()
    try:
        yield double
    finally:
        double.close()


@pytest.fixture
def desk(tmp_path: Path, double: PagerDuty) -> Iterator[Desk]:
    (tmp_path / "routing-key").write_text(f"{ROUTING_KEY}\n")
    (tmp_path / "trusted.pem").write_text(double.trusted)
    desk = Desk(
        BEGINS,
        DUTYDESK_PAGERDUTY_ROUTING_KEY_FILE=str(tmp_path / "routing-key"),
        DUTYDESK_PAGERDUTY_API_KEY=API_KEY,
        DUTYDESK_PAGERDUTY_WEBHOOK_SECRET=SECRET,
        DUTYDESK_PAGERDUTY_SCHEDULES="primary=PI7DH85",
        DUTYDESK_PAGERDUTY_EVENTS_URL=double.url,
        DUTYDESK_PAGERDUTY_API_URL=double.url + "/",
        SSL_CERT_FILE=str(tmp_path / "trusted.pem"),
    )
    try:
        yield desk
    finally:
        desk.close()


def staff(ada: Visitor) -> None:
    ada.send("/people/", what="file", text="engineers: [{name: Ben, email: ben@example.org}]")
    numbers = re.findall(r'<option value="(\d+)"[^>]*>\s*(\w+)\s*<', ada.see("/shifts/change/"))
    for duty, name in (("primary", "Ada"), ("secondary", "Ben")):
        number = next(key for key, value in numbers if value == name)
        when = {"start": f"{BEGINS:%Y-%m-%d}T07:00", "end": f"{BEGINS.year + 1}-12-31T10:00"}
        shift = {"what": "shift", "confirm": "1", "duty": duty, "engineer": number, **when}
        ada.send("/shifts/change/", **shift)


@pytest.mark.clause("oncall.rota")
def test_a_page_goes_to_pagerduty_and_its_answer_comes_back(desk: Desk, double: PagerDuty) -> None:
    ada = first_account(desk, "Ada")
    staff(ada)
    key = ada.send("/alarms/keys/", name="Alertmanager").text
    path = re.findall(r"(/alarms/in/alertmanager/[\w-]+)", key)[0]
    assert httpx.post(f"{desk.url}{path}", json=ALERT).status_code == 200
    found = eventually(lambda: double.incidents)[0]
    assert found.title == "Visits can't be booked"
    at = datetime.now(UTC) + AHEAD + timedelta(seconds=1)  # noqa: TID251 -- a test's clock
    body, headers = double.press(found.key, "acknowledged", "PBEN", at)
    answer = httpx.post(f"{desk.url}/pagerduty/webhook", content=body, headers=headers)
    assert answer.status_code == 202
    eventually(lambda: "Ben acknowledged the page" in ada.see("/alarms/1"))
    checks = httpx.get(f"{desk.url}/healthz").json()["checks"]
    assert checks["pagerduty"]["well"]
    token = (desk.home / "metrics-token").read_text().strip()
    metrics = httpx.get(f"{desk.url}/metrics", headers={"Authorization": f"Bearer {token}"})
    assert metrics.status_code == 200
    told = desk.log.read_text() + metrics.text
    for secret in (ROUTING_KEY, API_KEY, SECRET):
        assert secret not in told
    assert double.actions == ["trigger"]
    assert desk.command("pagerduty", "diff").stderr.startswith("PagerDuty did not say: ")
