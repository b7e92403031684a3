"""Names, titles and channels that break nowhere, wherever people may write such."""

import re

from testing.visitors import Visitor
from testing.whole_desk import ordinary_tuesday

PERSON = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
TITLE = "visits-" + "fail" * 40
CHANNEL = "#" + "long-name-of-a-channel" * 3


def long_names(ada: Visitor) -> None:
    """Let somebody be called so who has turns and answers, and a service, a team and a channel."""
    email = f"{PERSON}@example.org"
    for what in ("engineer", "contact"):
        ada.send("/people/", what=what, name=PERSON, email=email)
    ada.send("/people/", what="team", name=PERSON, channel=CHANNEL)
    ada.send("/people/", what="service", name=PERSON, user_facing="yes", team="1")
    ada.send("/alarms/keys/", name=PERSON)
    weeks = ada.see("/shifts/")
    (who, *_) = re.findall(rf'value="(\d+)"> ?{PERSON}', weeks)
    ada.send(
        "/shifts/cover", part=re.findall(r'name="part" value="(\d+)"', weeks)[-1], engineer=who
    )
    day = ordinary_tuesday(11, 0).strftime("%Y-%m-%d")
    for what, told in (
        (
            "override",
            {"duty": "support", "add": who, "start": f"{day}T10:00", "end": f"{day}T17:00"},
        ),
        ("absence", {"engineer": who, "start": "2099-11-24T09:00", "end": "2099-11-25T09:00"}),
    ):
        ada.send("/shifts/change/", what=what, **told, confirm="1")
    shown = ada.see("/shifts/")
    assert shown.count(PERSON) > 4, "They have no turn, answer in no part, or are never away."
    ada.do("incident.declare", "new", title=TITLE, criteria=["outage"], services=["3"])
    ada.do("incident.call-on", "incident:3", who=who)
