"""A desk with much on it, by long names: what screens have to hold."""

import re

from testing.long_names import long_names
from testing.machine import eventually
from testing.visitors import Visitor, first_account, turn_changes
from testing.whole_desk import Desk


def crowded(desk: Desk) -> Visitor:
    """Fill a desk, and give who did."""
    ada = first_account(desk, "Ada")
    ada.see("/channels/")
    for name in ("Prison visits", "a-service-with-" + "a-very-long-name-" * 5):
        ada.send("/people/", what="service", name=name, user_facing="yes")
    ada.do("service.maintain", "service:1", reason="New disks", message="Back " + "soon" * 60)
    ada.do("incident.declare", "new", title="Visits " + "can't be booked " * 8, criteria=["outage"])
    ada.do("incident.declare", "new", title="A very long name of a disk " + "disk" * 40)
    ada.do("incident.resolve", "incident:2", text="It is over")
    ada.do("postmortem.open", "incident:2")
    ada.do("improvement.add", "postmortem:1", title="An-alert-on-" + "disks" * 30, kind="detect")
    _announce(ada)
    silence = {"matchers": 'alertname="A' + "Long" * 30 + '"', "lasts": "2 hours", "reason": "Work"}
    ada.send("/alarms/silences/new", **silence, confirm="1")
    ada.send("/alarms/heartbeats/", name="Backup", every="1 day", grace="1 hour", severity="low")
    hook = "json://127.0.0.1:9/" + "a-long-secret-" * 9
    for name, address in (("The hook in the cupboard under the stairs", hook), ("Chat", "chat")):
        ada.send("/pages/contact-methods/", what="add", name=name, address=address, delay="0")
    ada.send("/pages/contact-methods/", what="test", method="1")
    ada.send("/pages/contact-methods/", what="rehearse")
    turn_changes(ada)
    long_names(ada)
    _send_what_nobody_can_read(ada)
    eventually(lambda: "A disk" in ada.see("/handbook/docs/?folder=runbooks"))
    return ada


def _send_what_nobody_can_read(ada: Visitor) -> None:
    """Let something come in that is put aside: an alarm of its own, and a low one."""
    keys = ada.send("/alarms/keys/", name="Backups-" + "of-the-disks-" * 6).text
    address = re.findall(r"/alarms/in/json/[\w-]+", keys)[0]
    broken = b'{"title": "' + b"The-disk-is-full-" * 20 + b'", "severity": "warning", "labels": ['
    assert ada.client.post(address, content=broken).status_code == 200
    eventually(lambda: "put aside" in ada.see("/arrivals/1"))


def _announce(ada: Visitor) -> None:
    """Tell of work that comes once, and of work that comes each week."""
    ada.do(
        "announcement.announce",
        "new",
        title="New disks " + "disks" * 30,
        text="The old are full.",
        services=["1", "2"],
        starts="2199-01-01T10:00",
        ends="2199-01-02T10:00",
        updates="2199-01-01T13:00",
    )
    ada.do(
        "series.begin",
        "new",
        title="Patching " * 9,
        text="We patch the nodes.",
        services=["1", "2"],
        starts="2099-12-01T07:00",
        ends="2099-12-01T08:00",
        repeats="weekly",
        updates="08:00",
        holidays="tell",
    )
