"""The team is told when what a sender with a good key posts is refused, until it is well."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms.flows import keys, refused_keys
from dutydesk.alarms.models import IntegrationKey
from dutydesk.inbox.api import refused
from testing.arrivals import AlertDoor
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"
GOOD = {"key": "backup", "title": "The backup failed", "severity": "critical"}
EVENT = {"routing_key": "x", "event_action": "trigger", "payload": {}}


class Senders:
    """Two senders with keys, and the desk that looks after them every half minute."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, "2026-11-24T10:00")
        self.door = AlertDoor(lambda: self.world.at)
        self.tokens = {
            name: keys.make_key(name=name, by="Ada", at=self.world.at)
            for name in ("Backups", "GitHub")
        }

    def post(self, door: str, body: Any, name: str = "Backups") -> int:
        status = self.door.post(f"{door}/{self.tokens[name]}", body).status
        refused.TALLY.write()
        self.world.settle()
        return status

    def said(self, **later: float) -> list[str]:
        """Give what the team reads of it after so much time, looked after all the while."""
        until = self.world.at + timedelta(**later)
        while self.world.at < until:
            self.world.at = min(self.world.at + timedelta(minutes=7), until)
            refused_keys.look_after(at=self.world.at)
        refused_keys.look_after(at=self.world.at)
        return [post for post in self.world.said(TEAM) if "sends " in post]


@pytest.fixture
def senders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Senders:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")  # What threads do is done here.
    return Senders(tmp_path)


def test_the_team_is_told_once_what_to_set_right_and_that_it_is_well_again(
    senders: Senders,
) -> None:
    assert senders.post("json", GOOD) == 200
    assert senders.said(minutes=1) == []
    assert senders.post("json", EVENT) == 400
    (said,) = senders.said(minutes=1)
    assert said.startswith("What Backups sends is refused | Its key is good, but")
    assert "This is an event of the Events API v2; post it to " in said
    for _ in range(5):
        senders.post("json", EVENT)
        senders.post("json", GOOD)
        assert senders.said(minutes=20) == [said], "while some is refused, it is said once"
    senders.post("json", GOOD)
    (over,) = senders.said(minutes=20)
    assert over == "What Backups sends was refused | What it sends is taken again."
    assert IntegrationKey.objects.get(name="Backups").refused_since is None
    senders.post("alertmanager", EVENT)
    assert len(senders.said(minutes=1)) == 2, "it was well, so another time is news"


@pytest.mark.parametrize("header", [False, True])
def test_of_an_event_that_is_none_the_team_is_told_too(senders: Senders, header: bool) -> None:
    token = senders.tokens["Backups"]
    body = {"payload": {"summary": "The backup failed"}} | (
        {} if header else {"routing_key": token}
    )
    given = {"x-routing-key": token} if header else {}
    assert senders.door.post("events/v2/enqueue", body, headers=given).status == 400
    refused.TALLY.write()
    (said,) = senders.said(minutes=1)
    assert said.startswith("What Backups sends is refused")
    assert "is lost: 'event_action' is missing or blank. Set that right" in said
    assert "/alarms/in/events/v2/enqueue" in said
    body["routing_key"] = "0" * 32
    assert senders.door.post("events/v2/enqueue", body).status == 400
    refused.TALLY.write()
    assert senders.said(minutes=1) == [said], "nobody knows whose that was"


def test_silence_is_no_sign_that_it_is_well_and_after_a_day_it_is_said_anew(
    senders: Senders,
) -> None:
    senders.post("json", EVENT)
    (said,) = senders.said(hours=23)
    senders.post("json", EVENT)
    assert senders.said(minutes=30) == [said]
    senders.post("json", EVENT)
    before, again = senders.said(hours=1)
    assert "still was a day later" in before
    assert again == said
    *_, last = senders.said(hours=24)
    assert "Nothing of it was refused for a day." in last


def test_each_key_has_its_own_word_and_one_that_is_revoked_has_none(senders: Senders) -> None:
    senders.post("json", EVENT)
    senders.post("grafana", GOOD, "GitHub")
    assert len(senders.said(minutes=1)) == 2
    key = IntegrationKey.objects.get(name="Backups")
    keys.revoke_key(key=key.pk, at=senders.world.at)
    over, still = senders.said(minutes=1)
    assert "Its key is revoked." in over
    assert still.startswith("What GitHub sends is refused")


def test_what_other_doors_refuse_is_not_laid_to_a_key_of_the_same_name(senders: Senders) -> None:
    refused.refusing("github", "GitHub")(403, "The signature is wrong.", senders.world.at)
    refused.refusing("json", "")(403, "This key opens nothing.", senders.world.at)
    refused.TALLY.write()
    assert senders.said(minutes=1) == []
